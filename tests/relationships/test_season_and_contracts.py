"""Holiday romances and arranged marriages are found from events, and only where these say so."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from customers.models import Interaction, Kind
from relationships.actions import scoring
from relationships.engine.simulate import World
from relationships.engine.typology import typology
from relationships.models import Profile
from relationships.queries.sources import sources
from relcrm.base import company as companies
from relcrm.pages.demo import company

LAST = date(2026, 2, 28)
MORNING = datetime(2026, 3, 1, 9, tzinfo=UTC)
KEYS = typology().keys
CONTRACTS = (Kind.SUBSCRIPTION_STARTED, Kind.SUBSCRIPTION_RENEWED, Kind.SUBSCRIPTION_CANCELLED)


@pytest.fixture(scope="module")
def shop() -> World:
    return company.invent(LAST, customers=120, seed=24)


def judge() -> None:
    def silently(done: int, **_) -> None:
        pass

    scoring.score_everyone(companies.current(), as_of=LAST, now=MORNING, progress=silently)


def chances(key: str) -> dict[int, float]:
    """How likely everybody is to be of a type."""
    profiles = Profile.objects.order_by("customer_id").values_list("customer_id", "posterior")
    return {who: float(np.frombuffer(said, "<f4")[KEYS.index(key)]) for who, said in profiles}


def test_both_are_found_among_the_customers_of_an_invented_shop(db, shop, tmp_path):
    company.load(shop, sign_in_file=tmp_path / "sign-in.json", now=MORNING)
    judge()
    held = list(Profile.objects.order_by("customer_id").values_list("held", flat=True))
    called = np.array(KEYS)[held]
    truth = shop.customers["true_type"].to_numpy()
    assert (called[truth == "M5"] == "M5").sum() >= 2
    assert (called[truth == "F3"] == "F3").sum() >= 3
    for key in ("M5", "F3"):
        assert (truth[called == key] == key).mean() > 0.5

    told = Interaction.objects.filter(kind__in=CONTRACTS)
    told.update(properties=None)
    Interaction.objects.filter(kind=Kind.PURCHASE, occurred_on__lt=LAST - timedelta(500)).delete()
    assert not {"season", "third"} & sources(LAST).connected.keys()
    judge()
    for key in ("M5", "F3"):
        assert max(chances(key).values()) == 0
