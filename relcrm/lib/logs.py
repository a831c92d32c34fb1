"""Log lines as JSON, one object a line; callers put identifiers in them, never personal data."""

import json
import logging
import re
import traceback
from datetime import UTC, datetime

# What other people's code writes may quote an address, or a path with what was searched.
EMAIL = re.compile(r"[^\s\"'<>=&?/@%]+(?:@|%40)[\w-]+(?:\.[\w-]+)+", re.I)
QUERY = re.compile(r"(?<=\S)\?[^\s\"']+")
# Addresses that are a right in themselves: whoever reads one may use it.
LINK = re.compile(r"(/(?:p|ask/confirm|ask|confirm|yours)/)[^/\s\"'?]+")


def scrubbed(message: str) -> str:
    """Without e-mail addresses, what stands behind a question mark in an address, and what makes
    an address a right."""
    return EMAIL.sub("[e-mail]", LINK.sub(r"\1[…]", QUERY.sub("?[…]", message)))


class JsonLines(logging.Formatter):
    """An exception is logged by its type and where it happened, without its message.

    Messages quote values: a broken constraint, for one, names the e-mail that broke it.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": scrubbed(record.getMessage()),
        }
        if record.exc_info and record.exc_info[0]:
            kind, _, trace = record.exc_info
            line["exception"] = kind.__name__
            line["trace"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(trace)
            ]
        return json.dumps(line, ensure_ascii=False)
