"""Whoever else is there, and whichever source is gone: what the product then says of a customer."""

from datetime import timedelta

import pytest

from customers.models import Customer, Interaction, Kind
from relationships.actions import scoring
from relationships.actions.store import unpacked
from relationships.engine.typology import typology
from relationships.models import Profile
from tests.conftest import NOW, TODAY, event, happened

STRANGERS = 400


def judged(company) -> dict[int, tuple]:
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=lambda *_, **__: None)
    rows = Profile.objects.values_list("pk", "family", "type", "posterior", "valence")
    return {pk: (family, kind, bytes(p), mood) for pk, family, kind, p, mood in rows}


def test_strangers_change_nobodys_judgement(company, ada, bo, cyd):
    before = judged(company)
    people = Customer.objects.bulk_create(Customer(name=f"Guest {n}") for n in range(STRANGERS))
    Interaction.objects.bulk_create(
        event(one, Kind.PURCHASE, TODAY - timedelta(days=9 * (n % 80)), 900 + n, 10_000 + n)
        for n, one in enumerate(people)
    )
    after = judged(company)
    assert len(after) == STRANGERS + 3
    assert {pk: after[pk] for pk in before} == before


@pytest.mark.parametrize(
    ("kind", "more", "gated"),
    [
        (Kind.MENTION, {"sentiment": -1}, {"N5"}),
        (Kind.SUPPORT, {}, {"M6"}),
        (Kind.SUGGESTION, {}, {"R7", "M3"}),
        (Kind.SUBSCRIPTION_STARTED, {}, {"M4"}),
        (Kind.RETURN, {}, {"N4"}),
    ],
    ids=["mentions", "help", "ideas", "contracts", "returns"],
)
def test_without_its_source_a_type_is_impossible_for_everyone(company, ada, cyd, kind, more, gated):
    for week in range(20):
        happened(ada, kind, TODAY - timedelta(weeks=week), 40 if kind == Kind.RETURN else None,
                 **more)  # fmt: skip
    assert gated <= possible(company, ada)
    Interaction.objects.filter(kind=kind).delete()
    for one in (ada, cyd):
        assert not gated & possible(company, one)


def possible(company, customer) -> set[str]:
    judged(company)
    chances = unpacked(Profile.objects.get(pk=customer.pk).posterior)
    return {key for key, chance in zip(typology().keys, chances, strict=True) if chance > 0}
