"""What judging needs beside the evidence: models, calibration, terms, the earlier view."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from collections.abc import Mapping
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
from relationships.queries.versions import models_of
from relcrm.base.costs import Prices, prices
from relcrm.base.models import Company
from relcrm.lib import columns

WEEKS_PER_PERIOD = 4
Models = Mapping[str, FittedModel | None]
"""By kind."""


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

    @classmethod
    def of(
        cls, company: Company, found: Sources, models: "Models", rules: Specification,
        prices: Prices | None = None,
    ) -> "Standard":  # fmt: skip
        """By these models, under this edition, what was recorded on the day of `found`."""
        kinds = FittedModel.Kind
        calibrated, learned = models.get(kinds.CALIBRATION), models.get(kinds.LEARNED)
        calibration = read_calibration(calibrated.parameters) if calibrated else Calibration()
        return cls(
            company=company,
            as_of=found.as_of,
            found=found,
            fitted=models.get(kinds.VALUE),
            calibration=rules.fitting(calibration),
            specification=rules,
            learned=_read(learned, rules) if learned else None,
            pinned_prices=prices,
        )

    @property
    def model_id(self) -> int | None:
        """None while the stored defaults serve."""
        return self.fitted.pk if self.fitted and self._readable else None

    @cached_property
    def models(self) -> ModelSet:
        """The stored defaults where nothing was fitted, or by another version of relcrm that this
        one cannot read: then it is time to learn anew (`versions.is_time`)."""
        return self._readable or default_models(self.as_of)

    @cached_property
    def _readable(self) -> ModelSet | None:
        return models_of(self.fitted)

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
    models = in_use(company, as_of)
    return Standard.of(company, _sources(as_of, afresh), models, live.specification())


def in_use(company: Company, as_of: date) -> dict[str, FittedModel]:
    """By kind: the newest models that know nothing after `as_of`, under the live specification."""
    kinds = FittedModel.Kind
    live.follow(company)
    rules = live.specification()
    each = [_newest(kinds.VALUE, as_of), _newest(kinds.CALIBRATION, as_of), _learned(as_of, rules)]
    chosen = FittedModel.objects.filter(reduce(or_, (Q(pk=Subquery(one)) for one in each)))
    return {one.kind: one for one in chosen if one.kind != kinds.LEARNED or did_better(one)}


def learned_by(day: date, rules: Specification) -> FittedModel | None:
    """What had been learned from labels by the end of that day and was in use under this edition,
    whatever was learned since: judged on that day and at any later time, the same."""
    newest = FittedModel.objects.filter(pk__in=_learned(day, rules)).first()
    return newest if newest and did_better(newest) else None


def did_better(learned: FittedModel) -> bool:
    """Than judging without it, on labels that it had not seen."""
    return bool(learned.report.get("is_better"))


def _learned(day: date, rules: Specification) -> QuerySet:
    """The newest trial under this edition that knows nothing later, as a query for its key."""
    if not rules.constants.learn_from_labels:
        return FittedModel.objects.none().values("pk")
    known = FittedModel.objects.filter(
        kind=FittedModel.Kind.LEARNED, data_through__lte=day,
        parameters__spec_version=rules.version,
    )  # fmt: skip
    return known.order_by("-data_through", "-version").values("pk")[:1]


def _read(learned: FittedModel, rules: Specification) -> Offset | None:
    return read_offset(learned.parameters, len(FEATURES), len(rules.types.keys))


def _sources(as_of: date, afresh: bool) -> Sources:
    kept = None if afresh else Portfolio.objects.filter(as_of__lte=as_of).only("facts").first()
    return quick_sources(as_of, kept.facts) if kept else sources(as_of)


def _newest(kind: FittedModel.Kind, as_of: date) -> QuerySet:
    """The model in use, else the newest, of those that know nothing later, as a query for its
    key."""
    known = FittedModel.objects.fit_to_serve().filter(kind=kind, data_through__lte=as_of)
    return known.order_by("-is_current", "-data_through", "-version").values("pk")[:1]


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
        cost_per_renewal=float(company.cost_per_renewal),
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
