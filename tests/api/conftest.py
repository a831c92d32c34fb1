"""`judged`: Ada is a friend, Bo too early to tell, Cyd distant, Dan hostile (N5); and the whole."""

import pytest
from django.core.cache import cache
from django.utils.timezone import now as clock

from relationships.models import Persona, Portfolio, Profile, ProfileChange
from tests.conftest import NOW, TODAY


@pytest.fixture(autouse=True)
def fresh_minute():
    """Calls of one test do not count against the next one's limit."""
    cache.clear()


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
