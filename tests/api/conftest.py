"""Keys for programs: `key_for(root, "customers:read")` is a client that sends such a key.

`judged`: Ada is a friend, Bo too early to tell, Cyd distant, Dan hostile (N5); and the whole.
"""

import secrets
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.utils.timezone import now as clock
from rest_framework.test import APIClient

from relationships.models import Persona, Portfolio, Profile, ProfileChange
from relcrm.base.models import ApiKey, User
from tests.conftest import NOW, TODAY


@pytest.fixture(autouse=True)
def fresh_minute():
    """Calls of one test do not count against the next one's limit."""
    cache.clear()


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


@pytest.fixture
def judged(ada, bo, cyd, dan, company) -> dict[str, Profile]:
    persona = Persona.objects.create(name="City walkers", customers=1, found_on=TODAY)
    cast = [
        (ada, "friend", "R2", "keep_rhythm", 112.5, persona),
        (bo, "undetermined", "", "", None, None),
        (cyd, "distant", "D3", "let_go", 12.0, None),
        (dan, "negative", "N5", "repair", 80.0, None),
    ]
    Portfolio.objects.create(
        as_of=TODAY,
        customers=4,
        alive=2.5,
        families={"friend": {"shown": 1, "members": 1.2, "value": 112.5, "alive": 0.9}},
        value={"horizon_weeks": 52, "low": 150.0, "expected": 204.5, "high": 260.0},
        computed_at=NOW,
    )
    ProfileChange.objects.create(
        customer=dan, on=TODAY, recorded_at=NOW, family="negative", type="N5",
        old_family="friend", old_type="R2", value=80.0,
    )  # fmt: skip
    return {
        who.name.split()[0].lower(): Profile.objects.create(
            customer=who, as_of=TODAY, scored_at=clock(), family=family, type=key,
            next_step=step, confidence=0.6, p_friend=0.5, p_negative=0.25, valence=0.1,
            valence_se=0.1, alive=0.9, value=value, value_low=value and value - 10,
            value_high=value and value + 10, orders=3, revenue=120, persona=persona,
        )
        for who, family, key, step, value, persona in cast
    }  # fmt: skip
