"""Keys for programs: `key_for(root, "customers:read")` is a client that sends such a key."""

import secrets
from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from relcrm.base.models import ApiKey, User


def make_key(by: User, *scopes: str) -> tuple[ApiKey, str]:
    secret = f"relcrm_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        name="a test",
        prefix=secret[7:19],
        digest=ApiKey.digest_of(secret),
        scopes=list(scopes),
        created_by=by,
    )
    return key, secret


@pytest.fixture
def key_for(db, company) -> Callable[..., APIClient]:
    def client(by: User, *scopes: str) -> APIClient:
        key, secret = make_key(by, *scopes)
        client = APIClient(raise_request_exception=False)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        client.key = key
        return client

    return client


@pytest.fixture
def all_(key_for, root) -> APIClient:
    """A key with every scope, made by the admin."""
    return key_for(root, *ApiKey.SCOPES)
