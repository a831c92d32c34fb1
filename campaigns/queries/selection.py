"""The one statement behind counts, lists and export: everyone chosen, each with their reason.

It scans each table once and joins the results, so its cost does not depend on who is chosen.
Parts that other apps know (what silences marketing, what was sent) are their own query sets.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, IntegerField, Max, Q, QuerySet
from django.db.models.functions import Cast

from campaigns.criteria import Criteria
from campaigns.reasons import REASONS
from customers.models import Customer, Interaction, Kind
from customers.queries import segments
from feedback.queries import silencing
from relationships.engine.typology import typology
from relationships.models import Family
from relationships.veil import findable

PACE_DAYS = 30
REMINDER_DAYS = 180  # a passer-by hears from us at most once in this time
CAREFUL_PACE = 1  # messages in 30 days while the type is not known
MORE_LIKELY_THAN_NOT = 0.5
PASSER_BY = "D1"
LEFT_ALONE = ("D2", "M4")
IN = -1  # the reason of those who may be addressed: none
LOWEST = -1e300  # sorts those without a value last
COLUMNS = ("pk", "objects_to_profiling", "objects_to_marketing", "restricted_at", "email",
           "profile__type", "profile__family", "profile__value", "profile__alive")  # fmt: skip

# Every name and number in this statement is our own; values go as parameters.
# ruff: noqa: S608
Statement = tuple[str, tuple[Any, ...]]


def chosen(criteria: Criteria, now: datetime) -> QuerySet[Customer]:
    """Whom the criteria mean, before any rule speaks."""
    found = Customer.objects.present()
    if criteria.segment is not None:
        found = segments.within(criteria.segment, segments.asked_for_campaigns(now))
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
    return found.filter(kinds, **given)


def judged(criteria: Criteria, now: datetime, today: date) -> Statement:
    """WITH … : a table `judged` of customer, value and reason (its place, or IN)."""
    sent = _sent_since(today - timedelta(days=PACE_DAYS)).annotate(n=Count("*"))
    # FILTER-free, so that both databases read it alike: 1 when any of them is open.
    is_open = Max(Cast(Q(resolved_at=None), IntegerField()))
    silent = silencing(now).order_by().values("customer_id").annotate(is_open=is_open)
    gone = Interaction.objects.filter(kind=Kind.UNSUBSCRIBED).order_by()
    parts: dict[str, QuerySet[Any]] = {
        "chosen (customer, objects, no_ads, restricted_at, email, type, family, value, alive)":
            chosen(criteria, now).order_by().values_list(*COLUMNS),
        "sent (customer, n)": sent,
        "gone (customer)": gone.values_list("customer_id").distinct(),
        "silent (customer, is_open)": silent,
    }  # fmt: skip
    if criteria.purpose == "reminder":
        reminded = _sent_since(today - timedelta(days=REMINDER_DAYS))
        parts["reminded (customer)"] = reminded.distinct()
    compiled = {name: part.query.sql_with_params() for name, part in parts.items()}
    tables = ", ".join(f"{name} AS ({sql})" for name, (sql, _) in compiled.items())
    joins = " ".join(
        f"LEFT JOIN {table} ON {table}.customer = chosen.customer"
        for table in (name.split()[0] for name in parts)
        if table != "chosen"
    )
    sql = (
        f"WITH {tables}, judged AS (SELECT chosen.customer, "
        f"COALESCE(chosen.value, {LOWEST}) AS value, {_reason(criteria.purpose)} AS reason "
        f"FROM chosen {joins})"
    )
    return sql, tuple(param for _, params in compiled.values() for param in params)


def _sent_since(day: date) -> QuerySet[Any]:
    messages = Interaction.objects.filter(kind=Kind.MESSAGE_SENT, occurred_on__gt=day)
    return messages.order_by().values("customer_id")


def _reason(purpose: str) -> str:
    """CASE: the place among REASONS of the first rule that speaks, IN for nobody left out."""
    left_alone = ", ".join(f"'{key}'" for key in LEFT_ALONE)
    rules = {
        "restricted": "chosen.restricted_at IS NOT NULL",
        "no_marketing": "chosen.no_ads",
        "objected": "chosen.objects",
        "unsubscribed": "gone.customer IS NOT NULL",
        "complaint": "silent.is_open = 1",
        "settling": "silent.customer IS NOT NULL",
        "service": f"chosen.family = '{Family.NEGATIVE}'",
        "passer_by": f"chosen.type = '{PASSER_BY}'",
        "leave_alone": f"chosen.type IN ({left_alone})",
        "not_lost": f"chosen.alive >= {MORE_LIKELY_THAN_NOT}",
        "no_email": "chosen.email = ''",
        "pace": f"COALESCE(sent.n, 0) >= {_cap()}",
    }
    if purpose == "reminder":
        rules["passer_by"] += " AND reminded.customer IS NOT NULL"
    if purpose != "win_back":
        del rules["not_lost"]
    places = list(REASONS)
    whens = " ".join(f"WHEN {rule} THEN {places.index(key)}" for key, rule in rules.items())
    return f"CASE {whens} ELSE {IN} END"


def _cap() -> str:
    """Messages in 30 days that the shown type bears; one while we know the family at most."""
    caps = {spec.key: max(spec.contacts_30d_max, CAREFUL_PACE) for spec in typology().types}
    whens = " ".join(f"WHEN '{key}' THEN {cap}" for key, cap in caps.items())
    return f"CASE chosen.type {whens} ELSE {CAREFUL_PACE} END"
