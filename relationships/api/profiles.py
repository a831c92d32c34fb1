"""Profiles: one relationship, all of them, and how each came about."""

from functools import partial
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api.sight import of_visible_customers
from customers.models import Customer
from customers.queries import modifiers
from relationships import veil
from relationships.api.shapes import ChangeOut, ProfileOut, ProfileQuery
from relationships.models import Family, Profile, ProfileChange
from relationships.queries.untold import untold
from relationships.turn_words import Money, causes, is_hidden, is_same_family, others, without
from relcrm.base.rest import Listing, Resource, Single, operation, page_of
from relcrm.base.templatetags.words import money
from relcrm.lib.rest.keyset import Order, day, number, whole

CUSTOMER = ("customer_id", whole)
DIMENSIONS = ("valence", "closeness", "intensity")
PLAIN = (
    "as_of", "scored_at", "confidence", "alive", "expected_orders", "orders", "returns",
    "first_order_on", "last_order_on",
)  # fmt: skip
FILTERS = {
    "type": "type", "next_step": "next_step", "persona": "persona_id",
    "value_least": "value__gte", "value_most": "value__lte",
    "alive_least": "alive__gte", "alive_most": "alive__lte",
}  # fmt: skip
WITHHELD = {"type", "next_step"}  # of those left to service, so nobody is found by it
FRANK = "negative:read"


class Profiles(Resource):
    queryset = Profile.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = {"GET": "customers:read"}
    serializer_class = ProfileOut
    orders: ClassVar = {
        "customer": Order((CUSTOMER,)),
        "-value": Order((("value", number), CUSTOMER), descending=True),
    }
    columns = (
        *PLAIN, "customer_id", "customer__name", "family", "own_family", "type", "next_step",
        "revenue", "persona_id", "value_low", "value", "value_high",
        *(f"p_{family}" for family in veil.FAMILIES),
        *DIMENSIONS, *(f"{name}_se" for name in DIMENSIONS),
    )  # fmt: skip

    def rows(self) -> QuerySet[Profile]:
        rows = of_visible_customers(Profile.objects.all(), self.request.user)
        # Who objected a moment ago is not shown until the scorer has taken the judgement away.
        return rows.filter(customer__objects_to_profiling=False, customer__restricted_at=None)

    def narrow(self, rows: QuerySet[Profile], asked: dict[str, Any]) -> QuerySet[Profile]:
        frank = self.sees(FRANK)
        is_unknown = "type" in asked and veil.type_of(asked["type"], frank=frank) is None
        if is_unknown or veil.is_veiled(asked.get("family"), frank=frank):
            raise PermissionDenied(f"Negative types by name need the scope {FRANK}.")
        if asked["order"] == "-value":
            rows = rows.exclude(value=None)
        if asked.keys() & WITHHELD:
            rows = veil.findable(rows, "family", frank=frank)
        if "persona" in asked and not self.sees(modifiers.SCOPE):
            rows = rows.filter(customer__in=Customer.objects.exclude(modifiers.discreet()))
        wanted = {to: asked[name] for name, to in FILTERS.items() if name in asked}
        if "family" in asked:
            wanted["family"] = Family.NEGATIVE if asked["family"] == veil.KEY else asked["family"]
        return rows.filter(**wanted)

    def enrich(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """A persona may be named after what such people buy."""
        ids, sees_all = [row["customer_id"] for row in rows], self.sees(modifiers.SCOPE)
        hidden = modifiers.hidden(ids, self.request.user, sees_all=sees_all)
        return [row | {"persona_id": None} if row["customer_id"] in hidden else row for row in rows]

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        frank = self.sees(FRANK)
        shown = {name: row[name] for name in PLAIN} | {
            "customer": row["customer_id"],
            "name": row["customer__name"] if self.sees("people:read") else None,
            **label(row["family"], row["type"], frank=frank),
            "next_step": row["next_step"] or None,
            "probabilities": veil.chances(
                {family: row[f"p_{family}"] for family in veil.FAMILIES}, frank=frank
            ),
            "dimensions": {
                name: {"value": row[name], "standard_error": row[f"{name}_se"]}
                for name in DIMENSIONS
            },
            "value": {"low": row["value_low"], "expected": row["value"], "high": row["value_high"]},
            "revenue": str(row["revenue"]),
            "persona": row["persona_id"],
        }
        if veil.is_doubtful(row["family"], row["own_family"], frank=frank):
            shown["probabilities"] = None
        if veil.is_veiled(row["family"], frank=frank):
            shown |= dict.fromkeys(("next_step", "confidence", "probabilities", "dimensions"))
        return {name: shown[name] for name in ProfileOut._declared_fields}

    @operation("List profiles", gives=page_of(ProfileOut), query=ProfileQuery, tag="profiles")
    def list(self, request: Request) -> Response:
        """Ordered by customer, or the most valuable first (`-value`, which leaves out those
        without a value)."""
        asked = self.asked(ProfileQuery)
        return self.page(self.narrow(self.rows(), asked), asked, self.order(asked))

    @operation("Look at a profile", gives=ProfileOut, query=Single, one=True, tag="profiles")
    def retrieve(self, request: Request, pk: int) -> Response:
        """The present judgement of one relationship. 404 until the customer was scored."""
        return self.answer_one(self.one(self.rows(), pk=pk))


class Changes(Resource):
    queryset = ProfileChange.objects.none()
    scopes: ClassVar = {"GET": "customers:read"}
    serializer_class = ChangeOut
    orders: ClassVar = {"-on": Order((("on", day), ("id", whole)), descending=True)}

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        frank = self.sees(FRANK)
        new = label(row["family"], row["type"], frank=frank)
        old = label(row["old_family"], row["old_type"], frank=frank)
        told = row | new | {f"old_{name}": word for name, word in old.items()}
        hushed = untold(
            sees_complaints=self.sees("complaints:read"), sees_promises=self.sees("promises:read")
        )
        amounts = partial(money, currency=self.request.company.currency)
        return told | _reason(row, frank=frank, hushed=hushed, amounts=amounts)

    @operation(
        "How a profile came about", gives=page_of(ChangeOut), query=Listing, one=True,
        tag="profiles",
    )  # fmt: skip
    def list(self, request: Request, pk: int) -> Response:
        """Every change of the label, the newest first. What complaints and promises moved is told
        with `complaints:read` and `promises:read`."""
        asked = self.asked(Listing)
        rows = judgeable(request, pk).profile_changes.all()
        if not self.sees(FRANK):  # between two kinds that few may tell apart nothing happened
            rows = rows.exclude(family=Family.NEGATIVE, old_family=Family.NEGATIVE)
        return self.page(rows, asked, self.order(asked))


def _reason(
    row: dict[str, Any], *, frank: bool, hushed: frozenset[str], amounts: Money
) -> dict[str, Any]:
    """What moved it; nothing where that may speak of what is left to service, and no mechanism
    where only we are surer or less sure."""
    families = row["family"], row["old_family"]
    hidden = is_hidden(row["reason"], *families, frank=frank)
    reason = {} if hidden else without(row["reason"], hushed)
    is_ours = is_same_family(row["family"], row["type"], row["old_family"], row["old_type"])
    return {
        "reason": {
            "mechanism": None if is_ours else reason.get("mechanism"),
            "since": reason.get("since"),
            "moved": reason.get("moved", []),
            "says": veil.sayable([*causes(reason, amounts), *others(reason)], frank=frank),
        }
    }


def judgeable(request: Request, pk: int) -> Customer:
    """404 for those whom the caller may not see and those who may not be judged."""
    people = Customer.objects.visible_to(request.user)
    return get_object_or_404(people & Customer.objects.judgeable(), pk=pk)


def label(family: str, key: str, *, frank: bool) -> dict[str, str | None]:
    """Family and type as this caller may know them."""
    told = veil.shown(family, key, frank=frank)
    return {"family": told[0], "type": told[1]}
