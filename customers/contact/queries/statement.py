"""The rules as one statement: small tables to join with the people meant, and a condition each.

Whoever asks (one customer, a batch, an audience of a million) joins the same tables to a table
`chosen` of their own and reads the same conditions. `chosen` has the columns customer, objects,
no_ads, restricted_at, address and preferences.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)  # fmt: skip
from django.db.models.functions import Coalesce

from customers.contact.gates import GATES
from customers.contact.queries import standing
from customers.contact.rules import COURTED, FIRST, LAST, rules
from customers.models import (
    BrandManners,
    ContactPolicy,
    Identity,
    Interaction,
    Kind,
    Message,
    Purpose,
    Reach,
    Suppression,
)  # fmt: skip
from relcrm.base.models import Brand

MONTH_DAYS, WEEK_DAYS = 30, 7
SOCIAL_SOURCES = ("social", "whatsapp", "messenger", "instagram", "facebook", "telegram")
REFUSALS = "('never', 'no')"
BOUGHT = (
    "EXISTS (SELECT 1 FROM customers_interaction bought "
    "WHERE bought.customer_id = chosen.customer AND bought.kind = 'purchase')"
)
# Every name and number in these statements is our own; values go as parameters.
# ruff: noqa: S608 (names in statements are our own; values go as parameters)
Condition = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """May we write, for this purpose, on this channel, now? `zone` is the company's."""

    purpose: str
    channel: str
    now: datetime
    zone: ZoneInfo
    policy: ContactPolicy
    waived: frozenset[tuple[str, int | None]] = frozenset()  # rule, customer (None: everybody)
    brand: Brand | None = None
    manners: BrandManners | None = None  # the brand's own
    topic: str = ""
    bought: str = BOUGHT  # SQL that is true of whoever bought from us
    apart_from: int | None = None  # a message on its way out doesn't count against itself

    @property
    def is_courted(self) -> bool:
        return self.purpose in COURTED

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def brand_limit(self) -> int | None:
        """Messages of this brand in seven days; None when it keeps none of its own."""
        return self.manners.weekly_limit if self.manners else None

    def is_waived(self, rule: str, customer: int) -> bool:
        return (rule, None) in self.waived or (rule, customer) in self.waived


def tables(asked: Question, only: Sequence[int] | None = None) -> dict[str, QuerySet[Any]]:
    """ "name (columns)" → rows, each customer at most once; of `only` these when given."""
    found: dict[str, QuerySet[Any]] = {}
    if asked.is_courted:
        found = {
            "ledger (customer, granted_at, withdrawn_at, requested_at)":
                standing.ledger(asked.purpose, asked.channel, asked.brand),
            "gone (customer, left_at)": standing.left(asked.channel),
            "sent (customer, n, week)": sent(asked.today),
            "going (customer, n)": going(asked.apart_from),
        }  # fmt: skip
    if asked.is_courted and asked.brand_limit is not None:
        found["brand_sent (customer, n, week)"] = sent(asked.today, asked.brand)
        found["brand_going (customer, n)"] = going(asked.apart_from, asked.brand)
    for gate in GATES.values():
        if gate.minds(asked.purpose, asked.topic):
            found[f"gate_{gate.key} (customer, until)"] = gate.closed(asked.now)
    if only is not None:
        found = {name: rows.filter(customer_id__in=only) for name, rows in found.items()}
    return found


def sent(today: date, brand: Brand | None = None) -> QuerySet[Any]:
    """Rows of (customer_id, n, week): messages of 30 and of 7 days, of every brand or of one;
    what service had to say is not counted."""
    messages = Interaction.objects.filter(
        kind=Kind.MESSAGE_SENT, occurred_on__gt=today - timedelta(days=MONTH_DAYS)
    ).exclude(category=Purpose.SERVICE)
    messages = messages.filter(brand=brand) if brand else messages
    lately = When(occurred_on__gt=today - timedelta(days=WEEK_DAYS), then=Value(1))
    return messages.order_by().values("customer_id").annotate(
        n=Count("*"), week=Count(Case(lately, output_field=IntegerField()))
    )  # fmt: skip


def going(apart_from: int | None, brand: Brand | None = None) -> QuerySet[Any]:
    """Rows of (customer_id, n): messages that are leaving just now, or have perhaps left."""
    states = [Message.State.SENDING, Message.State.UNCLEAR]
    found = Message.objects.filter(state__in=states, purpose__in=COURTED).exclude(pk=apart_from)
    found = found.filter(brand=brand) if brand else found
    return found.order_by().values("customer_id").annotate(n=Count("*"))


def joins(asked: Question) -> str:
    """LEFT JOINs of those tables and of the suppression list to `chosen`."""
    named = [name.split()[0] for name in tables(asked)]
    joined = " ".join(f"LEFT JOIN {t} ON {t}.customer = chosen.customer" for t in named)
    causes = "" if asked.is_courted else f" AND blocked.cause <> '{Suppression.Cause.SPAM}'"
    return (
        f"{joined} LEFT JOIN customers_suppression blocked ON blocked.address = chosen.address "
        f"AND blocked.address <> '' AND blocked.channel = '{Reach(asked.channel)}'{causes}"
    )


def conditions(asked: Question) -> dict[str, Condition]:
    """SQL that is true where a rule keeps the message back, by the rule's key, in their order."""
    limits = _first(asked) | {
        gate.key: (f"gate_{gate.key}.customer IS NOT NULL", ())
        for gate in GATES.values() if gate.minds(asked.purpose, asked.topic)
    } | _last(asked)  # fmt: skip
    concerned = {key for key, rule in rules().items() if asked.purpose in rule.purposes}
    return _without_waived({k: v for k, v in limits.items() if k in concerned}, asked)


def _first(asked: Question) -> dict[str, Condition]:
    gone = (
        "ledger.withdrawn_at >= COALESCE(ledger.granted_at, ledger.withdrawn_at) "
        "OR gone.left_at >= COALESCE(ledger.granted_at, gone.left_at)"
    )
    if not asked.is_courted:
        return {"suppressed": ("blocked.id IS NOT NULL", ())}
    found: dict[str, Condition] = {
        "restricted": ("chosen.restricted_at IS NOT NULL", ()),
        "no_marketing": ("chosen.no_ads", ()),
        "objected": ("chosen.objects", ()),
        "unsubscribed": (f"({gone})", ()),
        "unconfirmed": ("ledger.requested_at IS NOT NULL AND ledger.granted_at IS NULL", ()),
        "no_consent": (_no_consent(asked), ()),
        "suppressed": ("blocked.id IS NOT NULL", ()),
        "refused": (f"({told('channels', asked.channel)} IN {REFUSALS})", ()),
        "paused": (f"{told('paused_until')} > %s", (asked.now.isoformat(),)),
    }
    if asked.topic:
        refused = f"({found['refused'][0]} OR {_topic()} IN {REFUSALS})"
        found["refused"] = (refused, (_topic_path(asked.topic),))
    return {rule.key: found[rule.key] for rule in FIRST if rule.key in found}


def _no_consent(asked: Question) -> str:
    bases = ContactPolicy.Basis
    if asked.policy.basis == bases.NOT_REFUSED:
        return "1 = 0"
    silent = "ledger.granted_at IS NULL"
    if asked.policy.basis == bases.BOUGHT and asked.channel == Reach.EMAIL:
        return f"{silent} AND NOT ({asked.bought})"
    return silent


def _last(asked: Question) -> dict[str, Condition]:
    found: dict[str, Condition] = {"no_address": ("chosen.address = ''", ())}
    if asked.is_courted:
        lately = "COALESCE(going.n, 0) + COALESCE(sent"
        found["own_pace"] = (f"{lately}.n, 0) >= {pace()}", ())
        full = f"{lately}.week, 0) >= {int(asked.policy.weekly_limit)}"
        if asked.brand_limit is not None:
            full = f"({full} OR {brand_week()} >= {int(asked.brand_limit)})"
        found["week"] = (full, ())
    return {rule.key: found[rule.key] for rule in LAST if rule.key in found}


def brand_week() -> str:
    """SQL: messages of this brand in seven days, with those that are leaving just now."""
    return "COALESCE(brand_going.n, 0) + COALESCE(brand_sent.week, 0)"


def _without_waived(limits: dict[str, Condition], asked: Question) -> dict[str, Condition]:
    """House rules that two people set aside: for everybody, or for one customer."""
    for key, customer in asked.waived:
        if key in limits:
            sql, params = limits[key]
            aside = "1 = 0" if customer is None else f"chosen.customer <> {int(customer)}"
            limits[key] = (f"({sql}) AND {aside}", params)
    return limits


def told(*path: str) -> str:
    """SQL: what a customer told us, as text, from `chosen.preferences`; null when they did not."""
    if connection.vendor == "postgresql":
        *way, last = path
        inner = "".join(f" -> '{name}'" for name in way)
        return f"(chosen.preferences{inner} ->> '{last}') COLLATE \"C\""
    return f"CAST(json_extract(chosen.preferences, '$.{'.'.join(path)}') AS TEXT)"


def _topic() -> str:
    if connection.vendor == "postgresql":
        return "(chosen.preferences -> 'topics' ->> %s)"
    return "json_extract(chosen.preferences, %s)"


def _topic_path(topic: str) -> str:
    if connection.vendor == "postgresql":
        return topic
    return f'$.topics."{topic.replace(chr(34), "")}"'


def pace() -> str:
    """SQL: messages in 30 days that they asked for; null when they did not say a number."""
    if connection.vendor == "postgresql":
        number = "chosen.preferences -> 'pace_per_month'"
        return f"CASE jsonb_typeof({number}) WHEN 'number' THEN ({number})::numeric END"
    path = "chosen.preferences, '$.pace_per_month'"
    return f"CASE WHEN json_type({path}) IN ('integer', 'real') THEN json_extract({path}) END"


def address(channel: str) -> Any:
    """What holds where to write to on this channel; "" when there is nothing."""
    if channel == Reach.SOCIAL:
        known = Identity.objects.filter(customer=OuterRef("pk"), source__in=SOCIAL_SOURCES)
        handle = known.order_by("pk").values("value")[:1]
        return Coalesce(Subquery(handle), Value(""))
    return {Reach.EMAIL: F("email"), Reach.LETTER: F("city")}.get(Reach(channel), F("phone"))


def compiled(rows: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    """A table's SQL and parameters, also when no row can be in it: then it is empty."""
    compiler = rows.query.get_compiler(connection=connection, elide_empty=False)
    sql, params = compiler.as_sql()
    return sql, tuple(params)
