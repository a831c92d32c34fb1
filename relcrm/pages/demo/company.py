"""Loading the demo company: all of it or nothing, once; then judging its relationships."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection, transaction

from customers.models import Customer, Interaction
from relationships.actions import fitting, scoring
from relationships.actions.history.running import ask_for_history
from relationships.actions.personae import ask_for_personae
from relationships.engine.simulate import World, world
from relationships.models import Portfolio
from relcrm.base import audit
from relcrm.base import company as companies
from relcrm.base.models import Company
from relcrm.lib.refusals import Refused
from relcrm.pages.demo import aimed, around, facts, people, promised, signed_up

SEED = 7
CUSTOMERS = 2_000
YEARS = 3
ZONE = "Europe/Dublin"
# The shop stands still while nobody looks; after this time we look at it as of its last day.
STALE_AFTER = timedelta(days=7)
# Judged so long before the last day as well, so that the overview has something to compare with.
WEEKS_BEFORE = (13,)
LAST_YEAR = timedelta(weeks=52)  # since when the shop keeps its promises on record


def make_ready(
    *, now: datetime, say: Callable[[str], None], customers: int = CUSTOMERS, seed: int = SEED
) -> None:
    """Load and judge what is not there yet; what is there stays as it is."""
    if not is_loaded():
        say(f"inventing a shop with {customers:,} customers")
        shop = invent(now.date() - timedelta(days=1), customers, seed)
        say(f"loading {len(shop.events):,} events")
        load(shop, sign_in_file=sign_in_file(), now=now)
    if not is_judged():
        judge(now=now, say=say)
        say("its history and its personae follow while you look around; that takes some minutes")
    if day := stand_still(now.date()):
        say(f"the shop's last day was {day:%-d %B %Y}; it is looked at as of then")


def sign_in_file() -> Path:
    return settings.DATA / "sign-in.json"


def is_loaded() -> bool:
    return companies.current().is_simulated


def invent(last_day: date, customers: int = CUSTOMERS, seed: int = SEED) -> World:
    first_day = last_day.replace(year=last_day.year - YEARS, day=1)
    return world(seed, customers=customers, start_day=first_day, end_day=last_day)


@transaction.atomic
def load(shop: World, *, sign_in_file: Path, now: datetime) -> None:
    """The whole shop in one transaction: half a company never stays."""
    if Customer.objects.exists():
        raise Refused(
            "There are customers here already; the demo company needs a place of its own."
        )
    _name_company()
    colleagues = people.engage(sign_in_file)
    brands = facts.add_brands()
    products = facts.add_catalogue(shop)
    ids = facts.add_people(shop, now)
    facts.add_events(shop, ids, brands, products, now)
    facts.add_complaints(shop, ids, owner=colleagues["sam"])
    promised.add_promises(colleagues["sam"], (now - LAST_YEAR).date(), now)
    signed_up.add_sign_up_form(colleagues["mara"], now)
    facts.look_after(ids, expert=colleagues["eve"])
    around.add_what_was_noted(ids, colleagues, now)
    aimed.add_aims(colleagues["mara"], now)
    audit.record("demo.loaded", by=None, at=now, customers=len(ids), events=len(shop.events))


def _name_company() -> None:
    companies.current()
    Company.objects.filter(pk=1).update(
        name="Larkfell (simulated)", currency="EUR", zone=ZONE, margin_rate="0.42",
        cost_per_order="6.90", cost_per_return="12.00", cost_per_contact="7.50",
        cost_per_message="0.0100", cost_per_minute="0.60", cost_per_complaint="45.00",
        is_simulated=True,
    )  # fmt: skip


def judge(*, now: datetime, say: Callable[[str], None]) -> None:
    """Fit and score as of a quarter ago, then as of the last day. What people say teaches nothing
    yet: that cools labels, and whoever looks back would take it for moves of the customers."""
    company, last = companies.current(), _last_day()
    for weeks in (*WEEKS_BEFORE, 0):
        as_of = last - timedelta(weeks=weeks)
        say(f"judging relationships as of {as_of:%-d %B %Y}")
        fitting.fit(company, as_of=as_of, now=now, rng=np.random.default_rng(SEED))
        scoring.score_everyone(company, as_of=as_of, now=now, progress=_silently)
    # By the worker, while the first pages are looked at.
    ask_for_personae(by=None, as_of=last)
    ask_for_history(by=None, as_of=last)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def is_judged() -> bool:
    return Portfolio.objects.filter(as_of=_last_day()).exists()


def stand_still(today: date) -> date | None:
    """When the shop has not moved for days, look at it as of its last one; that day, or None."""
    company, last = companies.current(), _last_day()
    if company.as_of is None and today - last > STALE_AFTER:
        Company.objects.filter(pk=1).update(as_of=last)
        audit.record("company.as_of_set", company, by=None, as_of=last.isoformat())
        return last
    return None


def _last_day() -> date:
    newest = Interaction.objects.filter(source=facts.SOURCE).latest("occurred_on", "id")
    return newest.occurred_on


def _silently(done: int, *, total: int | None = None, position: Any | None = None) -> None:
    """Two thousand customers are judged before anybody could read a number."""
