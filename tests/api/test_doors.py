"""Every operation of the document: strangers and keys without its scope stay outside."""

import json
import re
from html import unescape

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS

from relcrm.base.models import ApiKey
from relcrm.base.rest.schema import document
from tests.keys import make_key

# Questions too long for an address: they are sent, and change nothing.
ASKED = {"/api/v1/segments/count"}
# A file is known by its content: brought twice, it changes nothing.
FILES = {"/api/v1/imports"}
METHODS = ("get", "post", "patch", "put", "delete")
OPERATIONS = sorted(
    (method, re.sub(r"\{\w+\}", "1", path.replace("{code}", "R2")))
    for path, operations in document()["paths"].items()
    for method in operations
    if method in METHODS
)


def send(client, method, path):
    if method == "get":
        return client.get(path)
    return getattr(client, method)(path, data="{}", content_type="application/json")


def test_the_document_lists_what_the_api_offers_and_each_shape_has_a_name_of_its_own():
    assert len(OPERATIONS) >= 25
    document()
    assert not GENERATOR_STATS  # two shapes of one name would be told as one


@pytest.mark.one_database  # the door is shut before data are asked for
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer relcrm_unknown"}])
def test_strangers_stay_outside(headers, db):
    stranger = Client(headers=headers)
    for method, path in OPERATIONS:
        answer = send(stranger, method, path)
        assert answer.status_code == 401, (method, path)
        assert answer["Content-Type"] == "application/problem+json", (method, path)
        assert answer["WWW-Authenticate"].startswith("Bearer"), (method, path)


@pytest.mark.one_database  # the door is shut before data are asked for
def test_a_key_without_scopes_opens_nothing(root, company):
    _, secret = make_key(root)
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    for method, path in OPERATIONS:
        answer = send(client, method, path)
        assert answer.status_code == 403, (method, path)
        assert "needs the scope" in answer.json()["detail"], (method, path)


@pytest.mark.one_database  # the door is shut before data are asked for
def test_a_key_that_may_only_read_changes_nothing(root, company):
    _, secret = make_key(root, *(scope for scope in ApiKey.SCOPES if scope.endswith(":read")))
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    for method, path in OPERATIONS:
        if method != "get" and path not in ASKED:
            assert send(client, method, path).status_code == 403, (method, path)


@pytest.mark.parametrize("state", ["revoked", "expired", "of somebody who left", "unknown"])
def test_a_key_that_does_not_hold_any_more_opens_nothing(state, root, company):
    key, secret = make_key(root, "customers:read")
    if state == "revoked":
        ApiKey.objects.update(revoked_at="2026-01-01T00:00Z")
    elif state == "expired":
        ApiKey.objects.update(expires_at="2026-01-01T00:00Z")
    elif state == "unknown":
        secret += "x"
    else:
        root.is_active = False
        root.save()
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    assert client.get("/api/v1/customers").status_code == 401


def test_a_session_changes_nothing_without_its_csrf_token(mara, company):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(mara, "allauth.account.auth_backends.AuthenticationBackend")
    answer = send(browser, "post", "/api/v1/customers")
    assert answer.status_code == 403
    assert "CSRF" in answer.json()["detail"]


def test_every_operation_has_words_an_example_and_its_errors():
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            assert len(operation["description"].split()) > 4, where
            answers = operation["responses"]
            assert {"401", "403", "429"} <= answers.keys(), where
            good = next(answers[code] for code in answers if code.startswith("2"))
            if shown := good.get("content", {}).get("application/json"):
                assert shown["examples"], where
            else:  # nothing to say, or a file of another kind
                assert method == "delete" or good["content"], where
            for code, answer in answers.items():
                if code >= "400":
                    assert list(answer["content"]) == ["application/problem+json"], where
            if method not in ("get", "delete") and path not in ASKED | FILES:
                named = {each["name"] for each in operation["parameters"]}
                assert "Idempotency-Key" in named, where
                if body := operation.get("requestBody"):
                    assert body["content"]["application/json"]["examples"], where


def test_the_document_is_openapi_3_1_and_needs_a_key(client, all_):
    assert client.get("/api/v1/openapi.json").status_code in (401, 403)
    answer = all_.get("/api/v1/openapi.json")
    assert json.loads(answer.content)["openapi"].startswith("3.1")
    known = all_.get("/api/v1/openapi.json", headers={"If-None-Match": answer["ETag"]})
    assert known.status_code == 304


def test_the_beginning_of_all_addresses_says_where_to_read_on(client, all_):
    assert client.get("/api/v1/").status_code in (401, 403)
    told = all_.get("/api/v1/").json()
    assert all_.get(told["document"]).json()["openapi"]
    assert told["docs"].endswith("/api/v1/docs/")


def test_the_readable_page_shows_every_operation_under_the_strict_policy(as_, mara, company):
    answer = as_(mara).get("/api/v1/docs/")
    page = unescape(answer.content.decode())
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            assert f"{method.upper()} {path}" in page
            assert operation["summary"] in page
    assert "style=" not in page
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]


def test_strangers_do_not_read_the_page(client, db):
    assert client.get("/api/v1/docs/").status_code == 302
