"""Reading JSON bodies strictly: bounded, valid UTF-8, and nothing that a database chokes on."""

import json
import re
from typing import Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from relcrm.lib.rest.errors import TooLarge

# A quick look at the bytes spares walking a bulk body in search of what is hardly ever there.
SUSPICIOUS = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
# PostgreSQL refuses NUL in text and lone surrogates are not UTF-8.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
DEEPEST = 20
DIGITS = 100


class StrictJSONParser(BaseParser):
    """`application/json` as RFC 8259 has it: no NaN, no infinities, no unpaired surrogates."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        raw: bytes = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        return loads(raw)


def loads(raw: bytes) -> Any:
    """The document in `raw`; ParseError with the place of the mistake when there is none."""
    try:
        document = json.loads(
            raw.decode("utf-8"), parse_constant=_refuse, parse_float=_finite, parse_int=_whole
        )
    except UnicodeDecodeError as mistake:
        raise ParseError(f"The body is not UTF-8 (byte {mistake.start}).") from None
    except json.JSONDecodeError as mistake:
        where = f"line {mistake.lineno}, column {mistake.colno}"
        raise ParseError(f"The body is not JSON: {mistake.msg} ({where}).") from None
    except ValueError as mistake:  # NaN, Infinity, numbers of hundreds of digits
        raise ParseError(f"The body is not JSON: {mistake}.") from None
    except RecursionError:
        raise ParseError(f"The body is nested more than {DEEPEST} levels deep.") from None
    if SUSPICIOUS.search(raw) or raw.count(b"[") + raw.count(b"{") > DEEPEST:
        _inspect(document, 0, bool(SUSPICIOUS.search(raw)))
    return document


def _inspect(value: Any, depth: int, read_texts: bool) -> None:
    if isinstance(value, str):
        if read_texts and UNSTORABLE.search(value):
            raise ParseError("The body holds a NUL character or half a surrogate pair.")
        return
    if depth > DEEPEST:
        raise ParseError(f"The body is nested more than {DEEPEST} levels deep.")
    if isinstance(value, dict):
        for key, item in value.items():
            _inspect(key, depth + 1, read_texts)
            _inspect(item, depth + 1, read_texts)
    elif isinstance(value, list):
        for item in value:
            _inspect(item, depth + 1, read_texts)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a JSON number")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("a number is too large")
    return value


def _whole(text: str) -> int:
    """Longer ones fit no column, and reading thousands of digits takes long."""
    if len(text) > DIGITS:
        raise ValueError("a number is too large")
    return int(text)
