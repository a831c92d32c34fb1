"""Bad requests: each is a problem document that says what is wrong."""

import json

import pytest
from django.test import override_settings

from customers.models import Customer
from relcrm.base.rest.throttle import CallerThrottle

ADDRESS = "/api/v1/customers"


def problem(answer, status: int) -> str:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert body["status"] == status
    assert body["title"]
    return body["detail"]


def send(client, raw, kind="application/json", path=ADDRESS):
    return client.generic("POST", path, raw, content_type=kind)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'{"name": "Fay"', "line 1"),
        (b'{"name": "F\xff"}', "UTF-8"),
        (b'{"name": "a\\u0000b"}', "NUL"),
        (b'{"name": "a\\ud800b"}', "surrogate"),
        (b'{"household_size": NaN}', "NaN"),
        (b'{"preferences": {"x": 1e999}}', "too large"),
        (b'{"birth_year": ' + b"9" * 5000 + b"}", "not JSON"),
        (b'{"preferences": ' + b'{"a": ' * 30 + b"1" + b"}" * 31, "levels deep"),
        (b"[" * 200_000, "levels deep"),
        (b"[]", "dictionary"),
        (b'"text"', "dictionary"),
        (b"null", ""),
        (b'{"name": 5}', "name"),
        (b'{"birth_on": "31.2.2020"}', "birth_on"),
        (b'{"zone": "Mars/Olympus"}', "Mars/Olympus"),
        (b'{"country": "Austria"}', "country"),
    ],
)
def test_a_bad_body_is_a_400_with_words(all_, raw, words):
    assert words in problem(send(all_, raw), 400)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=201", "limit=x", "cursor=x", "cursor=%00", "search=%00", "fields=x",
        "order=email", "seen_from=yesterday", "limit=1&limit=2", "email=" + "x" * 300,
        "cursor=W10", "cursor=bnVsbA", "cursor=eyJhIjoxfQ",
    ],
)  # fmt: skip
def test_a_bad_query_is_a_400_with_words(all_, query):
    problem(all_.get(f"{ADDRESS}?{query}"), 400)


def test_an_emoji_is_no_mistake(all_):
    answer = send(all_, b'{"name": "Fay \\ud83d\\ude00"}')
    assert answer.json()["name"] == "Fay \N{GRINNING FACE}"


def test_another_content_type_is_a_415(all_):
    problem(send(all_, b"name=Fay", "application/x-www-form-urlencoded"), 415)


def test_another_format_is_a_406(all_):
    problem(all_.get(ADDRESS, headers={"Accept": "text/csv"}), 406)


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=2_000)
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "a"}])
def test_a_body_that_is_too_large_is_a_413(all_, headers):
    raw = json.dumps({"name": "x" * 5_000})
    answer = all_.generic("POST", ADDRESS, raw, content_type="application/json", headers=headers)
    assert "several parts" in problem(answer, 413)


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v2/customers", "/api/", "/api/v1/customers/"]
)
def test_an_unknown_address_is_a_404(all_, path):
    problem(all_.get(path), 404)


@pytest.mark.parametrize("number", ["0", "99999999999999999999999", "-1", "x"])
def test_a_number_that_nobody_has_is_a_404(all_, number):
    problem(all_.get(f"{ADDRESS}/{number}"), 404)


@pytest.mark.parametrize("method", ["put", "delete", "options", "trace"])
def test_a_method_that_is_not_offered_is_a_405(all_, method):
    answer = all_.generic(method.upper(), ADDRESS)
    problem(answer, 405)
    assert answer["Allow"]


def test_a_mistake_of_ours_is_a_500_without_a_trace(all_, monkeypatch):
    def broken(self):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("customers.api.customers.Customers.rows", broken)
    answer = all_.get(ADDRESS)
    assert "log" in problem(answer, 500)
    assert b"secret" not in answer.content
    assert b"RuntimeError" not in answer.content


def test_who_calls_too_often_is_told_when_to_come_back(all_, monkeypatch):
    monkeypatch.setattr(CallerThrottle, "get_rate", lambda self: "3/minute")
    answers = [all_.get("/api/v1/types") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    problem(answers[3], 429)
    assert 0 < int(answers[3]["Retry-After"]) <= 61


def test_two_keys_of_one_maker_do_not_share_their_limit(all_, key_for, root, monkeypatch):
    monkeypatch.setattr(CallerThrottle, "get_rate", lambda self: "1/minute")
    other = key_for(root, "customers:read")
    assert [all_.get(ADDRESS).status_code, other.get(ADDRESS).status_code] == [200, 200]


@pytest.mark.parametrize("path", [ADDRESS, "/api/v1/imports"])
def test_a_body_in_chunks_is_refused_and_not_read_as_an_empty_one(all_, path):
    """The server hands on nothing of it, and a customer of whom nothing is said is a valid one."""
    chunks = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    assert "Content-Length" in problem(all_.post(path, {"name": "Fay"}, **chunks), 411)
    assert not Customer.objects.exists()


def test_a_number_of_thousands_of_digits_is_refused_in_our_words(all_):
    answer = send(all_, b'{"birth_year": ' + b"9" * 20_000 + b"}")
    assert problem(answer, 400) == "The body is not JSON: a number is too large."
