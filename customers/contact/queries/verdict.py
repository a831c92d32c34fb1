"""May we write to this customer, for this purpose, on this channel, now? And if not, why, and when?

The only way to the outbox. One statement answers for many customers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import gettext as _

from customers import tombstones
from customers.contact import policy as policies
from customers.contact.queries import delay, statement, waivers
from customers.contact.queries.delay import is_full_of_brand
from customers.contact.queries.statement import Question
from customers.contact.rules import QUIET, Rule, rules
from customers.models import Customer, Identity, Purpose, Reach, Suppression
from relcrm.base import company
from relcrm.base.models import Brand
from relcrm.lib.refusals import Refused, Vanished

CHUNK = 2_000  # customers in one statement


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes, or the weightiest reason why not; `allowed_at` when waiting alone would help."""

    customer: int
    rule: Rule | None = None
    spoken: tuple[str, ...] = ()  # keys of every rule that says no, the weightiest first
    why: str = ""
    allowed_at: datetime | None = None

    @property
    def is_allowed(self) -> bool:
        return self.rule is None

    @property
    def words(self) -> str:
        """The verdict as a sentence for whoever asked."""
        return f"{self.rule.words}: {self.why}" if self.rule else _("We may write to them.")

    def __bool__(self) -> bool:
        return self.is_allowed


def may_contact(
    customer: Customer,
    *,
    purpose: str,
    channel: str,
    brand: Brand | None = None,
    topic: str = "",
    now: datetime,
    apart_from: int | None = None,
) -> Verdict:
    """The verdict for one customer; `Vanished` when they are gone since they were fetched."""
    asked = question(
        purpose=purpose, channel=channel, brand=brand, topic=topic, now=now, apart_from=apart_from
    )
    found = verdicts([customer.pk], asked)
    if customer.pk not in found:
        raise Vanished(f"customer {customer.pk}")
    return found[customer.pk]


def may_contact_many(
    customers: Iterable[int],
    *,
    purpose: str,
    channel: str,
    brand: Brand | None = None,
    topic: str = "",
    now: datetime,
) -> dict[int, Verdict]:
    """Number → verdict, in one statement for each two thousand of them."""
    asked = question(purpose=purpose, channel=channel, brand=brand, topic=topic, now=now)
    numbers, found = list(customers), {}
    for start in range(0, len(numbers), CHUNK):
        found |= verdicts(numbers[start : start + CHUNK], asked)
    return found


def question(
    *, purpose: str, channel: str, now: datetime, zone: ZoneInfo | None = None, **more: Any
) -> Question:
    """With the company's policy and its day; refuses what does not exist."""
    if purpose not in Purpose.values:
        raise Refused(_("There is no purpose called “%s”.") % purpose)
    if channel not in Reach.values:
        raise Refused(_("There is no channel called “%s”.") % channel)
    zone = zone or company.current().tzinfo
    manners = policies.manners_of(more.get("brand"))
    return Question(
        purpose, channel, now, zone, policies.current(), waivers.in_force(purpose, now),
        manners=manners, **more,
    )  # fmt: skip


def verdicts(customers: Sequence[int], asked: Question) -> dict[int, Verdict]:
    """The verdicts of these customers; nobody we don't know is in the answer."""
    rows = _read(customers, asked)
    hashed = _hashed(rows, asked)
    rows = [replace(row, spoken=_all(row, row.customer in hashed)) for row in rows]
    full = [row.customer for row in rows if {"own_pace", "week"} & set(row.spoken)]
    heard = delay.heard(full, asked)
    return {row.customer: _verdict(row, asked, heard.of(row.customer)) for row in rows}


@dataclass(frozen=True, slots=True)
class Row:
    """One customer as the statement tells: facts, and the keys of the rules that say no."""

    customer: int
    address: str
    zone: str
    facts: dict[str, Any]
    spoken: tuple[str, ...]


def _read(customers: Sequence[int], asked: Question) -> list[Row]:
    people = Customer.objects.filter(pk__in=customers).order_by().values_list(
        "pk", "erased_at", "objects_to_profiling", "objects_to_marketing", "restricted_at",
        "zone", "preferences", statement.address(asked.channel),
    )  # fmt: skip
    columns = "customer, erased, objects, no_ads, restricted_at, zone, preferences, address"
    tables = {
        f"chosen ({columns})": people,
        **statement.tables(asked, only=customers),
    }
    compiled = {name: statement.compiled(rows) for name, rows in tables.items()}
    limits = {"erased": ("chosen.erased IS NOT NULL", ())} | statement.conditions(asked)
    facts = _facts(asked)
    noes = [f"CASE WHEN {condition} THEN 1 ELSE 0 END" for condition, _ in limits.values()]
    asked_for = [*facts.values(), *noes]
    sql = (
        f"WITH {', '.join(f'{name} AS ({sql})' for name, (sql, _) in compiled.items())} "
        f"SELECT chosen.customer, chosen.address, chosen.zone, {', '.join(asked_for)} "
        f"FROM chosen {statement.joins(asked)}"
    )
    # ruff: noqa: S608 (names and numbers of our own; values are parameters)
    params = [p for _, given in (*compiled.values(), *limits.values()) for p in given]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [_row(row, list(facts), list(limits)) for row in cursor.fetchall()]


def _facts(asked: Question) -> dict[str, str]:
    """What sentences and waiting times need to know, as SQL by name."""
    gates = [name.split()[0] for name in statement.tables(asked) if name.startswith("gate_")]
    found = {name: f"{name}.until" for name in gates}
    if asked.is_courted:
        found |= {"pace": statement.pace(), "paused_until": statement.told("paused_until")}
    if asked.is_courted and asked.brand_limit is not None:
        found["brand_week"] = statement.brand_week()
    return found


def _row(row: tuple[Any, ...], facts: list[str], limits: list[str]) -> Row:
    customer, address, zone, *rest = row
    said = rest[len(facts) :]
    spoken = tuple(key for key, no in zip(limits, said, strict=True) if no)
    return Row(customer, address, zone, dict(zip(facts, rest, strict=False)), spoken)


def _hashed(rows: list[Row], asked: Question) -> set[int]:
    """Who has an address that is suppressed by its fingerprint alone."""
    kind = Identity.Kind.EMAIL if asked.channel == Reach.EMAIL else Identity.Kind.PHONE
    causes = list(Suppression.Cause.values)
    if not asked.is_courted:
        causes.remove(Suppression.Cause.SPAM)
    listed = Suppression.objects.filter(channel=asked.channel, address="", cause__in=causes)
    if not listed.exists():
        return set()
    prints = {
        row.customer: tombstones.fingerprint(kind, "", row.address) for row in rows if row.address
    }
    found = set(listed.filter(digest__in=set(prints.values())).values_list("digest", flat=True))
    return {customer for customer, digest in prints.items() if digest in found}


def _all(row: Row, is_hashed: bool) -> tuple[str, ...]:
    said = {*row.spoken, *(["suppressed"] if is_hashed else [])}
    return tuple(key for key in rules() if key in said)


def _verdict(row: Row, asked: Question, heard: delay.Days) -> Verdict:
    zone = policies.zone_of(row.zone, asked.zone)
    hours = policies.hours(asked.policy, asked.manners)
    if not row.spoken:
        opens = policies.next_opening(hours, asked.now, zone)
        is_open = opens is not None and opens <= asked.now
        if not asked.is_courted or is_open or asked.is_waived("quiet", row.customer):
            return Verdict(row.customer)
        why = _("It is %(time)s where they live.") % {"time": _clock(asked.now, zone)}
        return Verdict(row.customer, QUIET, ("quiet",), why, opens)
    rule = rules()[row.spoken[0]]
    lifts = [delay.lifts(key, row.facts, asked, heard) for key in row.spoken]
    at = max(lifts) if all(lifts) else None
    opens = policies.next_opening(hours, at, zone) if at else None
    return Verdict(row.customer, rule, row.spoken, _why(rule, row, asked), opens)


def _why(rule: Rule, row: Row, asked: Question) -> str:
    if rule.key == "own_pace":
        return _("They want at most %(n)g messages in 30 days, and had as many.") % {
            "n": row.facts["pace"]
        }
    if rule.key == "week" and is_full_of_brand(row.facts, asked):
        return _("%(brand)s keeps to %(n)d messages in seven days.") % {
            "brand": asked.brand, "n": asked.brand_limit,
        }  # fmt: skip
    if rule.key == "week":
        return _("The limit is %(n)d messages of any kind in seven days.") % {
            "n": asked.policy.weekly_limit
        }
    return str(rule.why)


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%A, %H:%M}"
