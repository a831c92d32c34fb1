"""How a type looks from outside: its rules, and what is known of its people."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from relationships import live, veil
from relationships.api.shapes import FAMILIES, STEPS, TYPES
from relationships.engine.typology.spec import OTHERS, RATES, SHARES
from relationships.engine.typology.typology import TypeSpec
from relationships.queries.richness import impossible, lacking
from relationships.queries.type_facts import Seen, Worth

RULES = ("summary", "expects", "do", "dont", "message", "channel", "danger", "deeper", "end")
BEHAVIOUR = (*RATES, *SHARES, *OTHERS)


class TypeWorth(serializers.Serializer):
    """Discounted margin over the horizon of those who show the type; likely range 8 of 10."""

    low = serializers.FloatField(allow_null=True)
    expected = serializers.FloatField()
    high = serializers.FloatField(allow_null=True)
    median = serializers.FloatField(allow_null=True, help_text="Of one of them.")
    losing = serializers.IntegerField(
        allow_null=True, help_text="How many are expected to cost more than they bring."
    )


class MonthOut(serializers.Serializer):
    """How many showed the type at a month's end."""

    on = serializers.DateField()
    people = serializers.IntegerField()


class TypeMoveOut(serializers.Serializer):
    """People who had another label a month before, or after."""

    label = serializers.CharField(help_text="A type's code, or a family where no type was shown.")
    people = serializers.IntegerField()


class TypeOut(serializers.Serializer):
    """A type of relationship, the rules by which it is kept well, and its people."""

    code = serializers.ChoiceField(choices=TYPES)
    name = serializers.CharField()
    family = serializers.ChoiceField(choices=FAMILIES)
    next_step = serializers.ChoiceField(choices=STEPS)
    bridge = serializers.CharField(help_text="In words that marketers know.")
    summary = serializers.CharField()
    expects = serializers.CharField()
    do = serializers.CharField()
    dont = serializers.CharField()
    message = serializers.CharField()
    channel = serializers.CharField()
    danger = serializers.CharField()
    deeper = serializers.CharField()
    end = serializers.CharField()
    contacts_30d_max = serializers.IntegerField()
    promo_share_max = serializers.FloatField()
    reply_hours_max = serializers.FloatField()
    behaviour = serializers.DictField(
        child=serializers.FloatField(),
        help_text="What the live edition expects of it, before the company is looked at.",
    )
    gate = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="Of one of these lists everything must be on record of a customer.",
    )
    is_possible = serializers.BooleanField(help_text="With the sources that come in.")
    lacks = serializers.ListField(
        child=serializers.CharField(), help_text="The least that would make it possible."
    )
    people = serializers.IntegerField(help_text="Who show it, when everyone was scored last.")
    worth = TypeWorth(allow_null=True)
    by_month = MonthOut(many=True)
    came_from = TypeMoveOut(many=True)
    went_to = TypeMoveOut(many=True)

    example: dict[str, Any] = {
        "code": "F4", "name": "Bargain date", "family": "fling", "next_step": "right_time",
        "bridge": "new customer", "summary": "Here for the deal", "expects": "A clear offer",
        "do": "Clear end dates", "dont": "Full-price nagging", "message": "The offer",
        "channel": "e-mail", "danger": "Returns grow", "deeper": "A full-price try",
        "end": "Rarely write", "contacts_30d_max": 3, "promo_share_max": 0.8,
        "reply_hours_max": 48, "behaviour": {"purchases_per_cycle": 0.9}, "gate": [["promo"]],
        "is_possible": True, "lacks": [], "people": 26,
        "worth": {
            "low": 5210.0, "expected": 6133.0, "high": 7080.0, "median": 219.0, "losing": 3,
        },
        "by_month": [{"on": "2026-01-31", "people": 24}],
        "came_from": [{"label": "F1", "people": 4}], "went_to": [{"label": "fling", "people": 2}],
    }  # fmt: skip


def shown(spec: TypeSpec, known: Seen, *, frank: bool) -> dict[str, Any]:
    numbers = ("contacts_30d_max", "promo_share_max", "reply_hours_max")
    moves = known.moves(spec.key)
    return {
        "code": spec.key, "name": spec.name, "family": spec.family, "next_step": spec.group,
        "bridge": spec.bridge,
    } | {name: getattr(spec, name) for name in (*RULES, *numbers)} | {
        "behaviour": _behaviour(spec.key),
        "gate": [list(one) for one in spec.gate],
        "is_possible": spec.key not in impossible(known.connected),
        "lacks": lacking(spec, known.connected),
        "people": known.people(spec.key),
        "worth": _worth(known.worth(spec.key)),
        "by_month": [{"on": on, "people": n} for on, n in known.by_month(spec.key)],
        "came_from": _moves(moves.came, frank=frank),
        "went_to": _moves(moves.went, frank=frank),
    }  # fmt: skip


def _behaviour(key: str) -> dict[str, float]:
    spec, at = live.specification().behaviour, live.typology().keys.index(key)
    return {name: float(spec[name][at]) for name in BEHAVIOUR}


def _worth(found: Worth | None) -> dict[str, Any] | None:
    if found is None:
        return None
    names = ("low", "high", "median", "losing")
    return {"expected": found.total} | {name: getattr(found, name) for name in names}


def _moves(counts: Mapping[str, int], *, frank: bool) -> list[dict[str, Any]]:
    """Most people first; what this caller may not see by name is one label."""
    summed: dict[str, int] = {}
    for label, people in counts.items():
        key = veil.label_key(label, frank=frank)
        summed[key] = summed.get(key, 0) + people
    ordered = sorted(summed.items(), key=lambda item: (-item[1], item[0]))
    return [{"label": label, "people": people} for label, people in ordered]
