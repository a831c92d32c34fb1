"""The one statement behind counts, lists and export: everyone chosen, each with their reason.

It scans each table once and joins the results, so its cost does not depend on who is chosen.
The rules of contact are those by which each single message is judged; ours come in between.
"""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from campaigns.criteria import Criteria
from campaigns.reasons import REASONS
from customers.contact.considerate import WIN_BACK
from customers.contact.queries import statement as contact
from customers.contact.queries.statement import Condition
from customers.contact.queries.verdict import question
from customers.models import Customer, Interaction, Kind
from customers.queries import segments
from customers.queries.modifiers import discreet
from relationships.live import typology
from relationships.models import Family
from relationships.veil import findable

REMINDER_DAYS = 180  # a passer-by hears from us at most once in this time
CAREFUL_PACE = 1  # messages in 30 days while the type is not known
MORE_LIKELY_THAN_NOT = 0.5
PASSER_BY = "D1"
LEFT_ALONE = ("D2", "M4")
IN = -1  # the reason of those who may be addressed: none
LOWEST = -1e300  # sorts those without a value last
NAMES = (
    "customer, objects, no_ads, restricted_at, address, preferences, type, family, value, alive, "
    "last_order"
)
COLUMNS = (
    "pk", "objects_to_profiling", "objects_to_marketing", "restricted_at", "email", "preferences",
    "profile__type", "profile__family", "profile__value", "profile__alive",
    "profile__last_order_on",
)  # fmt: skip
# Who objected a moment ago is not found by what the scorer has yet to take away.
UNJUDGED = Q(profile__isnull=False) & (
    Q(objects_to_profiling=True) | Q(restricted_at__isnull=False)
)
# Scoring knows who bought; only of those it has not seen buying the rows are asked.
BOUGHT = f"chosen.last_order IS NOT NULL OR {contact.BOUGHT}"

# Every name and number in this statement is our own; values go as parameters.
# ruff: noqa: S608 (names in statements are our own; values go as parameters)
Statement = tuple[str, tuple[Any, ...]]


def chosen(criteria: Criteria, now: datetime) -> QuerySet[Customer]:
    """Whom the criteria mean, before any rule speaks."""
    found = Customer.objects.present()
    if criteria.segment is not None:
        found = segments.within(criteria.segment, segments.asked_for_campaigns(now))
    if criteria.personae:
        found = found.exclude(discreet())  # named after what such people buy
    if criteria.steps:
        # No step of ours is for those left to service, and nobody may read theirs off a count.
        found = findable(found, "profile__family", frank=False)
    kinds = Q()
    if criteria.types:
        kinds |= Q(profile__type__in=criteria.types)
    if criteria.families:
        kinds |= Q(profile__family__in=criteria.families)
    if Family.UNDETERMINED in criteria.families:
        kinds |= Q(profile__isnull=True)
    limits = {
        "profile__next_step__in": criteria.steps,
        "profile__persona__in": criteria.personae,
        "country__in": criteria.countries,
        "profile__value__gte": criteria.value_least,
        "profile__value__lte": criteria.value_most,
        "profile__alive__gte": criteria.alive_least,
        "profile__alive__lte": criteria.alive_most,
        "profile__last_order_on__gte": criteria.last_order_from,
        "profile__last_order_on__lte": criteria.last_order_to,
    }
    given = {name: value for name, value in limits.items() if value not in ((), None)}
    if kinds or any(name.startswith("profile__") for name in given):
        found = found.exclude(UNJUDGED)
    return found.filter(kinds, **given)


def judged(criteria: Criteria, now: datetime, zone: ZoneInfo) -> Statement:
    """WITH … : a table `judged` of customer, value and reason (its place, or IN)."""
    topic = WIN_BACK if criteria.purpose == WIN_BACK else ""
    asked = question(
        purpose="marketing", channel="email", now=now, zone=zone, bought=BOUGHT, topic=topic
    )
    parts: dict[str, QuerySet[Any]] = {
        f"chosen ({NAMES})": chosen(criteria, now).order_by().values_list(*COLUMNS),
        **contact.tables(asked),
    }
    joins = contact.joins(asked)
    if criteria.purpose == "reminder":
        reminded = _sent_since(asked.today - timedelta(days=REMINDER_DAYS))
        parts["reminded (customer)"] = reminded.distinct()
        joins += " LEFT JOIN reminded ON reminded.customer = chosen.customer"
    compiled = {name: contact.compiled(part) for name, part in parts.items()}
    tables = ", ".join(f"{name} AS ({sql})" for name, (sql, _) in compiled.items())
    reason, limits = _reason(criteria.purpose, contact.conditions(asked))
    sql = (
        f"WITH {tables}, judged AS (SELECT chosen.customer, "
        f"COALESCE(chosen.value, {LOWEST}) AS value, {reason} AS reason FROM chosen {joins})"
    )
    given = [param for _, params in compiled.values() for param in params]
    return sql, (*given, *limits)


def _sent_since(day: date) -> QuerySet[Any]:
    messages = Interaction.objects.filter(kind=Kind.MESSAGE_SENT, occurred_on__gt=day)
    return messages.order_by().values("customer_id")


def _reason(purpose: str, contact_rules: dict[str, Condition]) -> Statement:
    """CASE: the place among REASONS of the first rule that speaks, IN for nobody left out."""
    left_alone = ", ".join(f"'{key}'" for key in LEFT_ALONE)
    ours = {
        "service": f"chosen.family = '{Family.NEGATIVE}'",
        "passer_by": f"chosen.type = '{PASSER_BY}'",
        "leave_alone": f"chosen.type IN ({left_alone})",
        "not_lost": f"chosen.alive >= {MORE_LIKELY_THAN_NOT}",
        # Every cap is 1 or more: of who heard nothing no type has to be looked up.
        "pace": f"sent.n IS NOT NULL AND sent.n >= {_cap()}",
    }
    if purpose == "reminder":
        ours["passer_by"] += " AND reminded.customer IS NOT NULL"
    if purpose != "win_back":
        del ours["not_lost"]
    rules = contact_rules | {key: (sql, ()) for key, sql in ours.items()}
    asked = [(place, *rules[key]) for place, key in enumerate(REASONS) if key in rules]
    whens = " ".join(f"WHEN {sql} THEN {place}" for place, sql, _ in asked)
    params = tuple(param for _, _, given in asked for param in given)
    return f"CASE {whens} ELSE {IN} END", params


def _cap() -> str:
    """Messages in 30 days that the shown type bears; one while we know the family at most."""
    caps = {spec.key: max(spec.contacts_30d_max, CAREFUL_PACE) for spec in typology().types}
    whens = " ".join(f"WHEN '{key}' THEN {cap}" for key, cap in caps.items())
    return f"CASE chosen.type {whens} ELSE {CAREFUL_PACE} END"
