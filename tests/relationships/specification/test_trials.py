"""What would change if another edition were live, who may know of whom, and how long it counts."""

import json
from datetime import timedelta

import numpy as np
import pytest
from django.utils.timezone import now as clock

from customers.actions.erasure import erase_customer
from customers.actions.merge import merge_customers
from customers.models import Customer
from relationships import live, tasks
from relationships.actions import specifying, trying
from relationships.models import Edition, Example, Profile
from relationships.queries.editions import trial
from relcrm.base import company as companies
from relcrm.base.tasks import work_due_jobs
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY
from tests.relationships.specification.conftest import bolder, silent

PAGE = "/relationships/specification/"


def labels() -> dict[int, tuple[str, str]]:
    return {pk: (f, t) for pk, f, t in Profile.objects.values_list("pk", "family", "type")}


def test_what_would_change_is_what_then_changes(tried, root):
    before = labels()
    found = trial(tried)
    specifying.make_live(tried, by=root, as_of=TODAY, now=NOW)
    work_due_jobs()
    after = labels()
    changed = [pk for pk in before if before[pk] != after[pk]]
    assert changed
    assert found.in_all == found.will_change == len(changed)
    assert found.changed == sum(move.people for move in found.moves) > 0
    assert sorted(one.pk for move in found.moves for one in move.examples) == sorted(changed)
    assert found.looked_at == found.customers == 3
    assert not found.is_sample


def test_a_large_company_is_judged_by_a_random_sample_that_says_so(draft, company, monkeypatch):
    monkeypatch.setattr(trying, "LOOKED_AT", 2)
    live.follow(companies.current())
    trying.try_edition(
        draft, company, as_of=TODAY, now=NOW, rng=np.random.default_rng(1), progress=silent
    )
    found = trial(draft)
    assert (found.looked_at, found.customers, found.is_sample) == (2, 3, True)


def test_only_what_was_tried_is_made_live(draft, root):
    with pytest.raises(Refused, match="See first what would change"):
        specifying.make_live(draft, by=root, as_of=TODAY, now=NOW)


def test_a_trial_names_people_only_to_who_may_know_them(tried, key_for, root, ada):
    pairs = [("N4", "N1", 3), ("friend", "N5", 2), ("R2", "D4", 1)]
    tried.trial["moves"] = [{"from": a, "to": b, "people": n} for a, b, n in pairs]
    tried.save()
    tried.examples.all().delete()

    def named(before, after):
        Example.objects.update_or_create(
            edition=tried, customer=ada, defaults={"before": before, "after": after}
        )

    def moves(*scopes):
        program = key_for(root, "specification:read", *scopes)
        return program.get("/api/v1/specifications/2").json()["would_change"]["moves"]

    named("R2", "D4")
    assert [(m["from"], m["to"], m["examples"]) for m in moves()] == [
        ("friend", "leave_to_service", []), ("R2", "D4", []),
    ]  # fmt: skip
    assert [m["examples"] for m in moves("customers:read")] == [[], [ada.pk]]
    named("friend", "N5")
    assert [m["examples"] for m in moves("customers:read")] == [[], []]
    assert [m["from"] for m in moves("negative:read", "customers:read")] == ["N4", "friend", "R2"]


def test_a_trial_names_nobody_who_was_erased_or_objects(tried, root, bo, cyd):
    assert "examples" not in json.dumps(tried.trial)
    for customer in (bo, cyd):
        Example.objects.get_or_create(
            edition=tried, customer=customer, defaults={"before": "R2", "after": "D4"}
        )
    Customer.objects.filter(pk=bo.pk).update(objects_to_profiling=True, touched_at=NOW)
    assert bo not in [one for move in trial(tried).moves for one in move.examples]
    tasks.score_due()
    erase_customer(cyd, by=root, now=NOW)
    assert not tried.examples.filter(customer__in=[bo, cyd]).exists()


def test_a_trial_follows_a_merge(tried, root, ada, bo):
    tried.examples.all().delete()
    Example.objects.create(edition=tried, customer=bo, before="R2", after="D4")
    merge_customers(ada, bo, by=root, now=NOW)
    assert tried.examples.get().customer_id == ada.pk


def test_a_trial_against_an_edition_that_is_not_live_any_more_counts_no_longer(tried, as_, root):
    specifying.bring_edition(bolder(), note="Bolder still", by=root, now=NOW)
    Edition.objects.filter(version=3).update(state="past")
    specifying.make_live(Edition.objects.get(version=3), by=root, as_of=TODAY, now=NOW)
    with pytest.raises(Refused, match="seen against edition 1, but edition 3 is live"):
        specifying.make_live(tried, by=root, as_of=TODAY, now=NOW)
    page = as_(root).get(f"{PAGE}2/").content.decode()
    assert "but edition 3 is live by now: look again" in page
    assert "Make it live" not in page
    assert as_(root).post(f"{PAGE}2/live/").status_code == 409
    specifying.ask_for_trial(tried, by=root, as_of=TODAY)
    work_due_jobs()
    assert "Make it live" in as_(root).get(f"{PAGE}2/").content.decode()


def test_a_trial_counts_for_a_month(tried, as_, root, key_for):
    program = key_for(root, "specification:read")
    told = lambda: program.get("/api/v1/specifications/2").json()["would_change"]  # noqa: E731
    assert told()["outdated"] is None
    seen = clock() - timedelta(days=31)
    Edition.objects.filter(pk=tried.pk).update(tried_at=seen)
    assert told()["outdated"] == (
        f"What would change was seen on {seen:%-d %B %Y}, and people have moved since: look again."
    )
    assert as_(root).post(f"{PAGE}2/live/").status_code == 409
    page = as_(root).get(f"{PAGE}2/live/").content.decode()
    assert "people have moved since" in page
    assert "Make it live</button>" not in page
    tried.refresh_from_db()
    specifying.make_live(tried, by=root, as_of=TODAY, now=seen + timedelta(days=30))


def test_an_earlier_edition_needs_no_trial(lived, root):
    specifying.make_live(Edition.objects.get(version=1), by=root, as_of=TODAY, now=NOW)
    later = NOW + timedelta(days=365)
    specifying.make_live(Edition.objects.get(version=2), by=root, as_of=TODAY, now=later)
    assert companies.current().specification_version == 2
