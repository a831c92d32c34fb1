"""Keeps the state of all relationships on the day everyone was scored."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from relationships.models import Portfolio
from relationships.queries import portfolio as sums
from relationships.queries.agreement import agreement
from relationships.queries.coverage import coverage
from relationships.queries.judging import Standard
from relationships.queries.where import where_value_lies


def keep(rule: Standard, *, now: datetime) -> Portfolio:
    """One snapshot per as-of day; scoring again replaces it."""
    total = sums.totals()
    spread = rule.models.spread

    def likely(expected: float) -> dict[str, float]:
        low, high = spread.interval(expected)
        return {"low": low, "expected": expected, "high": high}

    types = {key: row | likely(row["value"]) for key, row in sums.by_type().items()}
    facts = {"coverage": coverage(rule.found), "agreement": agreement(rule.found)}
    facts["acted"] = total["acted"]
    horizon = {"horizon_weeks": int(rule.terms.horizon_weeks)}
    return Portfolio.objects.update_or_create(
        as_of=rule.as_of,
        defaults={
            "customers": total["customers"],
            "alive": float(total["alive"] or 0),
            "families": _families(total, likely),
            "types": types,
            "value": horizon | likely(float(total["value"] or 0)),
            "cells": sums.cells(),
            "ranks": sums.ranks(),
            "breakdown": where_value_lies(rule),
            "facts": rule.found.to_json() | facts,
            "computed_at": now,
        },
    )[0]


def _families(
    total: Mapping[str, Any], likely: Callable[[float], dict[str, float]]
) -> dict[str, Any]:
    """Those shown, with what they bring; and of each how many there are by chances."""
    found: dict[str, Any] = {}
    for family, row in sums.by_family().items():
        found[family] = row | likely(row["value"])
    for family in sums.FAMILIES:
        row = found.setdefault(family, {"shown": 0, "value": 0.0, "alive": 0.0} | likely(0.0))
        row["members"] = float(total[f"p_{family}"] or 0)
    return found
