"""Months: which ends of months there are, and by what each of them is judged."""

from calendar import monthrange
from datetime import date, timedelta

from relationships import live
from relationships.engine.typology import Calibration, read_calibration
from relationships.models import FittedModel, Month
from relationships.queries.judging import Standard
from relationships.queries.sources import Sources, quick_sources
from relcrm.base.models import Company


def end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def ends_before(as_of: date, months: int) -> list[date]:
    """The last days of up to so many whole months before `as_of`, oldest first.

    None before the first thing that happened: nothing was known then.
    """
    begun = quick_sources(as_of, {}).first_on
    found: list[date] = []
    end = as_of.replace(day=1) - timedelta(days=1)
    while begun and len(found) < months and end >= begun:
        found.append(end)
        end = end.replace(day=1) - timedelta(days=1)
    return found[::-1]


def standard_of(month: Month, company: Company) -> Standard:
    """By what that day is judged, now as at any later time."""
    calibrated = month.calibration
    calibration = read_calibration(calibrated.parameters) if calibrated else Calibration()
    rules = live.of(month.facts.get("specification", 1))
    return Standard(
        company=company,
        as_of=month.on,
        found=_sources(month),
        fitted=month.value_model,
        calibration=rules.fitting(calibration),
        specification=rules,
    )


def facts_of(found: Sources, company: Company) -> dict[str, object]:
    """What is recorded on that day, and by which edition of the specification it is judged."""
    firsts = {kind: day.isoformat() for kind, day in found.firsts.items()}
    return found.to_json() | {"firsts": firsts, "specification": company.specification_version}


def _sources(month: Month) -> Sources:
    facts = month.facts
    nps = facts.get("nps_first_on")
    return Sources(
        as_of=month.on,
        firsts={kind: date.fromisoformat(day) for kind, day in facts.get("firsts", {}).items()},
        marks=frozenset(facts.get("marks", ())),
        nps_first_on=date.fromisoformat(nps) if nps else None,
        categories=tuple(facts.get("categories", ())),
    )


def models_known(on: date, not_before: date) -> dict[str, FittedModel]:
    """Of each kind the newest model that knows nothing after `on` and is not older than asked."""
    known = FittedModel.objects.fit_to_serve()
    known = known.filter(data_through__lte=on, data_through__gte=not_before)
    return {one.kind: one for one in known.order_by("data_through", "version")}
