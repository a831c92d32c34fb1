"""What judging needs beside the evidence: models, calibration, terms, the earlier view."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, reduce
from operator import or_

import numpy as np
from django.db import connection
from django.db.models import Q, QuerySet, Subquery
from numpy.typing import NDArray

from relationships import live
from relationships.engine import value
from relationships.engine.history.quantised import chances
from relationships.engine.typology import (
    Calibration,
    Previous,
    Specification,
    read_calibration,
    typology,
)
from relationships.engine.typology.learning import Offset, read_offset
from relationships.engine.typology.signatures import FEATURES
from relationships.engine.value import ModelSet, PurchaseDays, Terms
from relationships.models import FittedModel, Portfolio
from relationships.queries.evidence import day_number, places
from relationships.queries.evidence_sql import among
from relationships.queries.sources import Sources, quick_sources, sources
from relcrm.base.costs import Prices, prices
from relcrm.base.models import Company
from relcrm.lib import columns

WEEKS_PER_PERIOD = 4


@dataclass(frozen=True)
class Standard:
    """By what customers are judged in one run; loaded once, the same for every block."""

    company: Company
    as_of: date
    found: Sources
    fitted: FittedModel | None
    calibration: Calibration
    specification: Specification
    learned: Offset | None = None
    pinned_prices: Prices | None = None  # else those of now

    @property
    def model_id(self) -> int | None:
        return self.fitted.pk if self.fitted else None

    @cached_property
    def models(self) -> ModelSet:
        if self.fitted:
            return ModelSet.from_json(self.fitted.parameters)
        return default_models(self.as_of)

    @cached_property
    def prices(self) -> Prices:
        return self.pinned_prices or prices(self.company)

    @cached_property
    def terms(self) -> Terms:
        return terms(self.company)


def standard(company: Company, as_of: date, *, afresh: bool = False) -> Standard:
    """The newest models that know nothing after `as_of`; stored defaults where there are none.

    What is recorded is looked up quickly where everyone was scored before, unless `afresh`.
    """
    newest = in_use(company, as_of)
    kinds = FittedModel.Kind
    calibrated, learned = newest.get(kinds.CALIBRATION), newest.get(kinds.LEARNED)
    calibration = read_calibration(calibrated.parameters) if calibrated else Calibration()
    rules = live.specification()
    return Standard(
        company=company,
        as_of=as_of,
        found=_sources(as_of, afresh),
        fitted=newest.get(kinds.VALUE),
        calibration=rules.fitting(calibration),
        specification=rules,
        learned=_read(learned, rules) if learned else None,
    )


def in_use(company: Company, as_of: date) -> dict[str, FittedModel]:
    """By kind: the newest models that know nothing after `as_of`, under the live specification."""
    kinds = FittedModel.Kind
    live.follow(company)
    newest = {
        model.kind: model
        for model in _newest([kinds.VALUE, kinds.CALIBRATION, kinds.LEARNED], as_of)
    }
    if not _may_be_used(newest.get(kinds.LEARNED), live.specification()):
        newest.pop(kinds.LEARNED, None)
    return newest


def _may_be_used(model: FittedModel | None, rules: Specification) -> bool:
    """What was learned from labels, if it did better, under this edition."""
    if model is None or not model.is_current or not rules.constants.learn_from_labels:
        return False
    return bool(model.parameters.get("spec_version") == rules.version)


def _read(learned: FittedModel, rules: Specification) -> Offset | None:
    return read_offset(learned.parameters, len(FEATURES), len(rules.types.keys))


def _sources(as_of: date, afresh: bool) -> Sources:
    kept = None if afresh else Portfolio.objects.filter(as_of__lte=as_of).only("facts").first()
    return quick_sources(as_of, kept.facts) if kept else sources(as_of)


def _newest(kinds: Sequence[FittedModel.Kind], as_of: date) -> QuerySet[FittedModel]:
    """Of each kind the model in use, else the newest, of those that know nothing later."""
    known = FittedModel.objects.fit_to_serve().filter(data_through__lte=as_of)
    known = known.order_by("-is_current", "-data_through", "-version").values("pk")
    each = [Q(pk=Subquery(known.filter(kind=kind)[:1])) for kind in kinds]
    return FittedModel.objects.filter(reduce(or_, each))


def default_models(as_of: date) -> ModelSet:
    nothing = PurchaseDays.gather([], [], [])
    return value.fit_all(nothing, as_of_day=day_number(as_of), rng=np.random.default_rng(0))


def terms(company: Company) -> Terms:
    """The company's margin, costs, horizon and yearly discount rate, per period of four weeks."""
    years = WEEKS_PER_PERIOD * 7 / 365.25
    return Terms(
        margin_rate=float(company.margin),
        cost_per_order=float(company.cost_per_order),
        cost_per_return=float(company.cost_per_return),
        periods=max(1, round(company.horizon_weeks / WEEKS_PER_PERIOD)),
        weeks_per_period=float(WEEKS_PER_PERIOD),
        discount_per_period=(1 + float(company.discount_rate)) ** years - 1,
    )


@dataclass(frozen=True)
class Before:
    """What was held when this month began; rows of NaN for those without."""

    posterior: NDArray[np.float64]
    held: NDArray[np.float64]
    on: NDArray[np.float64]  # days since 1970-01-01

    def previous(self, as_of: date) -> Previous:
        return Previous(
            self.posterior,
            np.nan_to_num(self.held, nan=-1).astype(np.int64),
            np.nan_to_num(self.on, nan=day_number(as_of)).astype(np.int64),
        )


def before(ids: NDArray[np.int64], as_of: date) -> Before:
    """The close of the last month; while none was closed yet, what profiles remember of one.

    A profile of an earlier month is the new anchor; within a month the old anchor stays. So scoring
    again on any day of the month starts from the same state and gives the same label. A profile
    from a later day (the company is looked at as of an earlier one) is not used.
    """
    kinds = len(typology().keys)
    posterior = np.full((len(ids), kinds), np.nan)
    held, on = np.full(len(ids), np.nan), np.full(len(ids), np.nan)
    month = as_of.replace(day=1)
    read = columns.read(
        connection, _before_sql(ids), [month, month, as_of, month],
        ["customer", "kept_held", "kept_on", "kept", "closed"],
        {"kept": 4 * kinds, "closed": kinds},
    )  # fmt: skip
    at, wanted = places(ids, read["customer"])
    kept = np.frombuffer(read["kept"][wanted].tobytes(), dtype="<f4").reshape(-1, kinds)
    closed = np.frombuffer(read["closed"][wanted].tobytes(), dtype=np.uint8).reshape(-1, kinds)
    known = kept.any(axis=1)  # probabilities sum to 1; zeros stand for none
    posterior[at[known]] = kept[known]
    is_closed = closed.any(axis=1)
    posterior[at[is_closed]] = chances(closed[is_closed])
    known |= is_closed
    held[at[known]] = read["kept_held"][wanted][known]
    on[at[known]] = read["kept_on"][wanted][known]
    return Before(posterior, held, on)


def _before_sql(ids: NDArray[np.int64]) -> str:
    """Closes of the newest month on record before a day; profiles where there is no such month."""
    postgres = connection.vendor == "postgresql"
    number = "float8" if postgres else "real"
    opaque = "bytea" if postgres else "blob"
    days = "{0} - DATE '1970-01-01'" if postgres else "julianday({0}) - 2440587.5"
    kept = {
        "kept_held": (f"CAST(held AS {number})", f"CAST(anchor_held AS {number})"),
        "kept_on": tuple(
            f"CAST({days.format(name)} AS {number})" for name in ("as_of", "anchor_on")
        ),
        "kept": ("posterior", "anchor"),
    }
    chosen = ", ".join(
        f"CASE WHEN is_older THEN {new} ELSE {old} END AS {name}"
        for name, (new, old) in kept.items()
    )
    close = 'SELECT MAX("on") FROM relationships_month WHERE "on" < %s'
    day = days.format('"on"')
    return (
        f"SELECT CAST(customer_id AS {number}) AS customer, {chosen}, "
        f"CAST(NULL AS {opaque}) AS closed FROM ("
        "SELECT *, as_of < %s AS is_older FROM relationships_profile "
        f"WHERE ({close}) IS NULL AND as_of <= %s AND {among('customer_id', ids)}) AS earlier "
        f"UNION ALL SELECT CAST(customer_id AS {number}), CAST(held AS {number}), "
        f"CAST({day} AS {number}), CAST(NULL AS {opaque}), chances FROM relationships_snapshot "
        f'WHERE "on" = ({close}) AND is_close AND {among("customer_id", ids)}'
    )
