"""Which months are to be told, and by what each of them is judged: nothing that came later."""

from datetime import date, datetime, timedelta

import numpy as np

from relationships import live
from relationships.actions import fitting
from relationships.models import FittedModel, Month
from relationships.queries.history.months import ends_before, facts_of, models_known
from relationships.queries.judging import learned_by
from relationships.queries.sources import sources
from relcrm.base.models import Company

MODELS_SERVE = timedelta(days=92)
"""A quarter: models move little in that time, and fitting takes longer than judging a month."""


def plan(
    company: Company, *, as_of: date, months: int, now: datetime, afresh_since: datetime | None
) -> list[Month]:
    """The months still open, oldest first; with `afresh_since` also those closed before then."""
    for end in ends_before(as_of, months):
        if not Month.objects.filter(on=end).exists():
            _open(company, end, now)
    if afresh_since:
        _follow_specification(company)
    known = Month.objects.filter(on__lt=as_of.replace(day=1)).order_by("on")
    known = known.select_related("value_model", "calibration", "learned")
    return [
        month
        for month in known
        if month.closed_at is None or (afresh_since and month.closed_at < afresh_since)
    ]


def _follow_specification(company: Company) -> None:
    """Told afresh, the past is looked at in the way that is live now, and by what had been learned
    by then for that way. Where the way is the same, what was pinned stays."""
    version = company.specification_version
    for month in Month.objects.only("on", "facts"):
        if month.facts.get("specification", 1) != version:
            month.facts["specification"] = version
            month.learned = learned_by(month.on, live.at(version))
            month.save(update_fields=["facts", "learned"])


def _open(company: Company, end: date, now: datetime) -> Month:
    """The books of a month; models are fitted on what was known then, unless some are at hand."""
    kinds = FittedModel.Kind
    models = models_known(end, end - MODELS_SERVE)
    if kinds.VALUE not in models or kinds.CALIBRATION not in models:
        rng = np.random.default_rng(end.toordinal())  # the same day is always fitted alike
        fitting.fit(company, as_of=end, now=now, rng=rng, is_current=False)
        models = models_known(end, end)
    return Month.objects.create(
        on=end,
        value_model=models[kinds.VALUE],
        calibration=models[kinds.CALIBRATION],
        learned=learned_by(end, live.at(company.specification_version)),
        facts=facts_of(sources(end), company),
    )
