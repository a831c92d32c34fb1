"""How moves look from outside."""

from typing import Any

from rest_framework import serializers

from relationships import veil
from relationships.engine.history.transitions import rows_of
from relationships.models import Family
from relationships.queries.history.compared import Compared
from relationships.queries.history.flows import Flow
from relationships.queries.history.met import BETTER, WORSE
from relationships.queries.history.movement import AHEAD_MONTHS, Before, Usual
from relationships.queries.history.standings import FAMILIES
from relcrm.base.rest import Single
from relcrm.lib.rest.fields import Body


class MovementQuery(Single):
    """Two days; without them the last year."""

    to = serializers.DateField(required=False)

    def get_fields(self) -> dict[str, Any]:  # `from` is a word of the language
        return super().get_fields() | {"from": serializers.DateField(required=False)}


class CountIn(Body):
    """Two days, the later one second."""

    to = serializers.DateField()

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.DateField()} | super().get_fields()

    example: dict[str, Any] = {"from": "2025-09-15", "to": "2026-02-10"}


class MoveOut(serializers.Serializer):
    """Customers with one family on the first day and one on the second, by our own view: labels
    that colleagues set do not count."""

    old = serializers.CharField()
    new = serializers.CharField()
    customers = serializers.IntegerField()
    expected = serializers.FloatField(
        allow_null=True, help_text="By probability; null for undetermined, who have none."
    )
    share = serializers.FloatField(help_text="Of those with the old family, by label.")


class ChanceOut(serializers.Serializer):
    """A usual month: how likely each family is a month later, with a likely range (8 of 10)."""

    old = serializers.CharField()
    new = serializers.CharField()
    low = serializers.FloatField()
    expected = serializers.FloatField()
    high = serializers.FloatField()


class AheadOut(serializers.Serializer):
    """A family's share of all so many months ahead, if it goes on like this."""

    family = serializers.CharField()
    months = serializers.IntegerField()
    low = serializers.FloatField()
    expected = serializers.FloatField()
    high = serializers.FloatField()


class PrecededOut(serializers.Serializer):
    """Something met 30 to 60 days before a move more or less often than by others. Association,
    not cause."""

    direction = serializers.ChoiceField(choices=[(BETTER, BETTER), (WORSE, WORSE)])
    kind = serializers.CharField(help_text="Of interaction.")
    met = serializers.IntegerField(help_text="Moves that it was seen before.")
    moves = serializers.IntegerField(help_text="All such moves, a year of months together.")
    movers = serializers.FloatField(help_text="Share of those who moved.")
    others = serializers.FloatField(help_text="Share of those who did not, over the same months.")
    ratio = serializers.FloatField(
        help_text="Times as often, drawn towards 1 where cases are few; told only with at least "
        "ten cases on both sides."
    )
    low = serializers.FloatField(help_text="Of the ratio, 95 of 100.")
    high = serializers.FloatField()


class MovementOut(serializers.Serializer):
    """Moves between two days, a usual month, and what came before."""

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.DateField()} | super().get_fields()

    to = serializers.DateField()
    is_as_asked = serializers.BooleanField(
        help_text="False: of many customers these are the nearest days on record. The days asked "
        "for can be counted, with POST. Days before the first or after the last that is known "
        "stand for these."
    )
    counted_at = serializers.DateTimeField(
        allow_null=True,
        help_text="Of days that somebody had counted; null: just now, or when the month ended.",
    )
    new = serializers.IntegerField(help_text="On record on the second day only.")
    gone = serializers.IntegerField(help_text="On record on the first day only.")
    moves = MoveOut(many=True)
    months = serializers.IntegerField(help_text="Behind the usual month; 0 for none yet.")
    memory = serializers.FloatField(
        allow_null=True,
        help_text="Total variation between two usual months and what two months brought; above "
        "0.05 the past matters and the forecast is to be taken with care.",
    )
    usual_month = ChanceOut(many=True)
    ahead = AheadOut(many=True)
    preceded = PrecededOut(many=True)

    example: dict[str, Any] = {
        "from": "2025-03-02", "to": "2026-03-02", "is_as_asked": True, "counted_at": None,
        "new": 105, "gone": 0,
        "moves": [
            {"old": "fling", "new": "friend", "customers": 17, "expected": 19.2, "share": 0.43}
        ],
        "months": 12, "memory": 0.03,
        "usual_month": [
            {"old": "fling", "new": "friend", "low": 0.07, "expected": 0.08, "high": 0.09}
        ],
        "ahead": [{"family": "friend", "months": 1, "low": 0.59, "expected": 0.6, "high": 0.61}],
        "preceded": [{
            "direction": "better", "kind": "message_replied", "met": 48, "moves": 200,
            "movers": 0.24, "others": 0.12, "ratio": 2.0, "low": 1.6, "high": 2.5,
        }],
    }  # fmt: skip


def moved(
    found: Compared, flow: Flow, usual: Usual | None, before: list[Before], *, frank: bool
) -> dict[str, Any]:
    """Everything as JSON; negative families under the name that this caller may read."""
    then, now = found.of
    keys = [veil.key(family, frank=frank) for family in FAMILIES]
    known = keys[:-1]
    assert FAMILIES[-1] == Family.UNDETERMINED
    return {
        "from": then, "to": now, "is_as_asked": found.is_as_asked, "counted_at": found.counted_at,
        "new": int(flow.new.sum()), "gone": int(flow.gone.sum()),
        "moves": _moves(flow, keys),
        "months": usual.months if usual else 0,
        "memory": round(usual.memory, 4) if usual else None,
        "usual_month": _chances(usual, known) if usual else [],
        "ahead": _ahead(usual, known) if usual else [],
        "preceded": [
            {"direction": one.direction, "kind": one.kind, "met": one.ratio.met,
             "moves": one.ratio.moves}
            | {name: round(getattr(one.ratio, name), 4)
               for name in ("movers", "others", "ratio", "low", "high")}
            for one in before
        ],
    }  # fmt: skip


def _moves(flow: Flow, keys: list[str]) -> list[dict[str, Any]]:
    shares = rows_of(flow.hard)
    soft = len(flow.soft)
    return [
        {
            "old": old, "new": new, "customers": int(flow.hard[i, j]),
            "expected": round(float(flow.soft[i, j]), 2) if i < soft and j < soft else None,
            "share": round(float(shares[i, j]), 4) if flow.hard[i].sum() else 0.0,
        }
        for i, old in enumerate(keys)
        for j, new in enumerate(keys)
    ]  # fmt: skip


def _chances(usual: Usual, keys: list[str]) -> list[dict[str, Any]]:
    low, mean, high = usual.matrix.low, usual.matrix.mean, usual.matrix.high
    return [
        {"old": old, "new": new} | _range(low[i, j], mean[i, j], high[i, j])
        for i, old in enumerate(keys)
        for j, new in enumerate(keys)
    ]


def _ahead(usual: Usual, keys: list[str]) -> list[dict[str, Any]]:
    ahead = usual.ahead
    return [
        {"family": key, "months": month + 1}
        | _range(ahead.low[month, i], ahead.mean[month, i], ahead.high[month, i])
        for month in range(AHEAD_MONTHS)
        for i, key in enumerate(keys)
    ]


def _range(low: float, expected: float, high: float) -> dict[str, float]:
    figures = {"low": low, "expected": expected, "high": high}
    return {name: round(float(figure), 5) for name, figure in figures.items()}
