"""Calibration: a company's stored constants, computed once from its data and then frozen.

Every score reads these and the customer's own evidence, never other customers. So ten thousand
strangers change nobody's type until someone makes a new calibration.
"""

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from relationships.engine.typology.columns import CATEGORIES
from relationships.engine.typology.cycle import DEFAULT_CYCLE_WEEKS
from relationships.engine.typology.evidence import Evidence
from relationships.engine.typology.reading import Field
from relationships.engine.typology.spec import BREADTH, RATES, SHARES, Spec

FEWEST_ORDERS, FEWEST_SENT = 30, 200


@dataclass(frozen=True)
class Calibration:
    """Constants of one company. The defaults serve until there is enough to compute them.

    cycle_weeks: purchase cycle τ. reference_order: usual order value, company currency.
    log_spend: usual natural log of a customer's mean order. repeats_per_week: purchases after the
    first, per customer and week. click_share: clicks and replies per message sent.
    categories: those told apart, most bought first; category_shares: theirs, then all others'.
    multipliers, shifts, mean_shifts, base_rates: from channel calibration (`em`), empty before it;
    own_shifts: by field of the specification, how far each type is off beyond these.
    """

    cycle_weeks: float = DEFAULT_CYCLE_WEEKS
    reference_order: float = 50.0
    log_spend: float = 3.7
    repeats_per_week: float = 0.04
    click_share: float = 0.1
    categories: tuple[str, ...] = ()
    category_shares: tuple[float, ...] = ()
    multipliers: dict[str, float] = field(default_factory=dict)
    shifts: dict[str, float] = field(default_factory=dict)
    mean_shifts: dict[str, float] = field(default_factory=dict)
    own_shifts: dict[str, tuple[float, ...]] = field(default_factory=dict)
    base_rates: tuple[float, ...] = ()
    customers: int = 0
    spec_version: int = 1

    @property
    def is_channel_calibrated(self) -> bool:
        return bool(self.multipliers)

    def to_json(self) -> dict[str, Any]:
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return plain


def read_calibration(source: Any, name: str = "calibration") -> Calibration:
    """From `to_json`; raises BrokenSpecification naming a field that is missing or out of range."""
    root = Field(source, name)
    return Calibration(
        cycle_weeks=root["cycle_weeks"].number(0.1, 520),
        reference_order=root["reference_order"].number(1e-9, 1e12),
        log_spend=root["log_spend"].number(-30, 30),
        repeats_per_week=root["repeats_per_week"].number(1e-9, 1e3),
        click_share=root["click_share"].number(1e-6, 1),
        categories=tuple(item.text() for item in root["categories"].items()),
        category_shares=_numbers(root["category_shares"], 0, 1),
        multipliers=_by_channel(root["multipliers"], {*RATES.values(), BREADTH}, 1e-6, 1e6),
        shifts=_by_channel(root["shifts"], set(SHARES.values()), -20, 20),
        mean_shifts=_by_channel(root["mean_shifts"], {"reviews", "nps"}, -10, 10),
        own_shifts=_own_shifts(root),
        base_rates=_numbers(root["base_rates"], 0, 1),
        customers=root["customers"].whole(0, 10**12),
        spec_version=root["spec_version"].whole(1, 10**6),
    )


def _numbers(place: Field, low: float, high: float) -> tuple[float, ...]:
    return tuple(item.number(low, high) for item in place.items())


def _by_channel(place: Field, allowed: set[str], low: float, high: float) -> dict[str, float]:
    place.only(allowed)
    return {name: place[name].number(low, high) for name in place.names()}


def adapted(spec: Spec, calibration: Calibration) -> Spec:
    """The specification as it holds in this company."""
    known = calibration
    return spec.shifted(known.multipliers, known.shifts, known.mean_shifts, known.own_shifts)


def _own_shifts(root: Field) -> dict[str, tuple[float, ...]]:
    """Absent from calibrations made before there were any."""
    if "own_shifts" not in root.names():
        return {}
    place = root["own_shifts"]
    place.only({*RATES, *SHARES, "mean_stars", "mean_nps"})
    return {name: _numbers(place[name], -20, 20) for name in place.names()}


def calibrate(evidence: Evidence, categories: tuple[str, ...] = ()) -> Calibration:
    """The constants of §2 from the company's customers, or from a random sample of them.

    The evidence must have been computed with the company's `cycle_weeks` and `categories`.
    """
    known = Calibration(cycle_weeks=evidence.cycle_weeks, categories=categories[:CATEGORIES])
    known = replace(known, category_shares=_category_shares(evidence, len(known.categories)))
    bought = evidence["orders"] > 0
    if evidence["priced_orders"].sum() >= FEWEST_ORDERS:
        priced = evidence["priced_orders"] > 0
        means = evidence["log_amounts"][priced] / evidence["priced_orders"][priced]
        usual = evidence["spend"].sum() / evidence["priced_orders"].sum()
        known = replace(known, reference_order=float(usual), log_spend=float(np.median(means)))
    if bought.sum() >= FEWEST_ORDERS:
        rate = (evidence["orders"][bought] - 1).sum() / evidence.tenure_weeks[bought].sum()
        known = replace(known, repeats_per_week=float(max(rate, 1e-4)))
    if (sent := evidence["messages_sent"].sum()) >= FEWEST_SENT:
        answers = evidence["messages_clicked"].sum() + evidence["messages_replied"].sum()
        known = replace(known, click_share=float(np.clip(answers / sent, 1e-3, 0.9)))
    return replace(known, customers=len(evidence))


def _category_shares(evidence: Evidence, named: int) -> tuple[float, ...]:
    """Shares of the stored categories and of all others, each at least 1 %."""
    if not named:
        return ()
    counts = np.append(
        evidence.block("category", named).sum(axis=0), evidence["category_other"].sum()
    )
    shares = np.maximum(counts / max(counts.sum(), 1.0), 0.01)
    return tuple(float(share) for share in shares / shares.sum())
