"""Log lines are JSON and hold no values out of an exception."""

import json
import logging
import re
import sys

import pytest

from relcrm.lib.logs import JsonLines, scrubbed
from tests.addresses import addresses


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


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("GET /customers/?q=ada@example.com&x=1 200", "GET /customers/?[…] 200"),
        ('"GET /search/?q=Ada+Novak HTTP/1.1" 200', '"GET /search/?[…] HTTP/1.1" 200'),
        ("Not Found: /u/ada%40example.com/", "Not Found: /u/[e-mail]/"),
        ("Invalid HTTP_HOST header: 'ada.novak+x@mail.example.com'.",
         "Invalid HTTP_HOST header: '[e-mail]'."),
        ("job 7 failed: why?", "job 7 failed: why?"),
        ("task a.score_due[1-2] succeeded", "task a.score_due[1-2] succeeded"),
    ],
)  # fmt: skip
def test_what_others_log_is_scrubbed_of_addresses_and_searches(written, kept):
    assert scrubbed(written) == kept


def test_no_link_that_is_a_right_in_itself_stands_in_the_log():
    """Whoever reads the log could else open somebody's own page: a refused form names its path."""
    secret = "1r6Qx:Zk-_wW7"
    links = [a for a in addresses() if "<str:token>" in f"{a.pattern.pattern}"]
    assert len(links) > 8
    for address in links:
        path = re.sub(r"/x(?=/)", f"/{secret}", address.path, count=1)
        assert secret in path
        assert secret not in scrubbed(f"Conflict: {path}"), path
        assert secret not in scrubbed(f'"POST http://localhost{path} HTTP/1.1" 409'), path


class Lines(logging.Handler):
    """Everything that the whole process logs, as it would be written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(JsonLines())
        self.written: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(self.format(record))


@pytest.fixture
def lines():
    found, loggers = Lines(), ("", "django", "django.request", "django.server", "django.security")
    for name in loggers:
        logging.getLogger(name).addHandler(found)
    yield found.written
    for name in loggers:
        logging.getLogger(name).removeHandler(found)


@pytest.mark.django_db
def test_no_request_leaves_a_person_in_the_log(lines, client, as_, mara, ada, company):
    """Searches, wrong addresses, wrong bodies, wrong passwords, and a page that breaks."""
    page = as_(mara)
    page.get("/customers/?q=ada@example.com")
    page.get("/nowhere/ada@example.com/?email=ada@example.com")
    page.get("/api/v1/customers?email=ada@example.com&order=nonsense")
    page.post("/api/v1/customers", {"email": "ada@example.com", "nonsense": 1},
              content_type="application/json")  # fmt: skip
    client.post("/accounts/login/", {"login": "ada@example.com", "password": "ada@example.com"})
    client.get("/customers/", headers={"host": "ada@example.com"})
    assert len(lines) > 2
    assert [line for line in lines if "ada@" in line or "ada%40" in line] == []


@pytest.mark.django_db
def test_a_page_that_breaks_over_a_person_says_where_and_not_who(lines, as_, mara, company, rf):
    from django.core.handlers.exception import response_for_exception

    try:
        raise RuntimeError("cannot write ada@example.com")
    except RuntimeError as problem:
        request = rf.get("/customers/?q=ada@example.com")
        request.user = mara
        response_for_exception(request, problem)
    (line,) = [json.loads(line) for line in lines if "RuntimeError" in line][:1]
    assert line["exception"] == "RuntimeError"
    assert line["trace"]
    assert "ada@" not in json.dumps(lines)
