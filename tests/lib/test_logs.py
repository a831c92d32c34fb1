"""Log lines are JSON and hold no values out of an exception."""

import json
import logging
import sys

from relcrm.lib.logs import JsonLines


def test_a_line_says_what_and_where_but_not_whose():
    try:
        raise ValueError("ada@example.com is taken")
    except ValueError:
        record = logging.LogRecord("base", 40, "x.py", 1, "job %s failed", (7,), sys.exc_info())
    line = json.loads(JsonLines().format(record))
    assert line["message"] == "job 7 failed"
    assert line["exception"] == "ValueError"
    assert "test_logs.py" in line["trace"][0]
    assert "ada@" not in json.dumps(line)
