"""Months: which ends of months there are, and by what each of them is judged."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

from django.db.models import Q

from relationships import live
from relationships.engine.typology import Specification
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
    kinds = FittedModel.Kind
    models = {
        kinds.VALUE: month.value_model,
        kinds.CALIBRATION: month.calibration,
        kinds.LEARNED: month.learned,
    }
    return Standard.of(company, _sources(month), models, edition_of(month))


def edition_of(month: Month) -> Specification:
    """By which edition of the specification it is judged."""
    return live.at(month.facts.get("specification", 1))


def facts_of(found: Sources, company: Company) -> dict[str, object]:
    """What is recorded on that day, and by which edition of the specification it is judged."""
    firsts = {kind: day.isoformat() for kind, day in found.firsts.items()}
    return found.to_json() | {"firsts": firsts, "specification": company.specification_version}


def _sources(month: Month) -> Sources:
    """As everyone was judged that day: also what is read beside events, and what is left out."""
    firsts = month.facts.get("firsts", {})
    return replace(
        Sources.from_json(month.facts, as_of=month.on),
        firsts={kind: date.fromisoformat(day) for kind, day in firsts.items()},
    )


def models_known(on: date, not_before: date) -> dict[str, FittedModel]:
    """Of value and calibration those that know nothing after `on`: the one in use, by which the
    day itself was judged, else the newest that is not older than asked."""
    known = FittedModel.objects.fit_to_serve().exclude(kind=FittedModel.Kind.LEARNED)
    known = known.filter(data_through__lte=on)
    known = known.filter(Q(is_current=True) | Q(data_through__gte=not_before))
    return {one.kind: one for one in known.order_by("is_current", "data_through", "version")}
