"""Which model of value is in use: watch it, learn anew when it is time, take one live by hand."""

from datetime import date, datetime

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from relationships import news
from relationships.engine.value.drift import watch
from relationships.models import FittedModel
from relationships.queries.evidence import day_number
from relationships.queries.purchases import buyers, sample
from relationships.queries.sources import sources
from relationships.queries.versions import is_time, live_model, models_of, one_before
from relcrm.base import audit
from relcrm.base import company as companies
from relcrm.base.actions.judging import ask_for_everyone
from relcrm.base.audit import Actor
from relcrm.base.models import Company, Job
from relcrm.lib.refusals import Refused

Why = FittedModel.Why


def reason_to_fit(
    company: Company, *, as_of: date, now: datetime, rng: np.random.Generator
) -> str | None:
    """Look at what was bought since the live model was fitted; why to fit anew, None if not."""
    live = live_model()
    only = sources(as_of).countable  # as `fit` reads it: else what it left out looks like a drift
    bought = buyers(as_of, only)
    if live and _drifts(live, sample(bought, as_of, rng, only), as_of=as_of, now=now):
        return Why.DRIFT
    return Why.SCHEDULE if is_time(live, company, as_of, len(bought)) else None


def _drifts(live: FittedModel, purchases, *, as_of: date, now: datetime) -> bool:
    models = models_of(live)
    if models is None:
        return False
    watched = watch(models, purchases, day_number(as_of))
    _remember(live, watched.to_json() | {"as_of": as_of.isoformat()}, now)
    return watched.has_drifted


@transaction.atomic
def _remember(live: FittedModel, watched: dict, now: datetime) -> None:
    """What was seen, with the model; a drift is told once."""
    is_new = watched["has_drifted"] and not live.watch.get("has_drifted")
    live.watch = watched
    live.save(update_fields=["watch"])
    if is_new:
        last = watched["stretches"][-1]
        audit.record("models.drifted", live, by=None, at=now, version=live.version, **last)
        news.tell_drift(live, last, at=now)


@transaction.atomic
def take_live(model: FittedModel, *, by: Actor, as_of: date, now: datetime) -> Job:
    """Forecast by this version from now on: one that was held back, or an earlier one again.

    It stays until somebody decides otherwise: a later one waits. Everyone is scored anew.
    """
    companies.held()
    model.refresh_from_db()
    before = live_model()
    _refuse_unfit(model, as_of)
    FittedModel.objects.filter(kind=model.kind, is_current=True).update(
        is_current=False, retired_at=now, is_pinned=False
    )
    model.is_current, model.live_from, model.retired_at = True, now, None
    # Going back is a decision against what is newer; going on to the newest holds nothing up.
    model.is_pinned = before is not None and before.version > model.version
    model.save(update_fields=["is_current", "live_from", "retired_at", "is_pinned"])
    audit.record(
        "models.taken_live", model, by=by, at=now, version=model.version,
        before=before.version if before else None, is_pinned=model.is_pinned,
    )  # fmt: skip
    news.tell_model(model, at=now)
    return ask_for_everyone(by=by, as_of=as_of, anew=f"value {model.version}:{now.isoformat()}")


def _refuse_unfit(model: FittedModel, as_of: date) -> None:
    if model.kind != FittedModel.Kind.VALUE:
        raise Refused(_("This is no forecast of value."))
    if model.is_current:
        raise Refused(_("This forecast is in use already."))
    if model.asked_because == FittedModel.Why.HISTORY:
        raise Refused(_("It was made to look back at an earlier day, not to forecast from today."))
    if models_of(model) is None:
        raise Refused(_("It was made by another version of relcrm: learn again instead."))
    if model.data_through > as_of:
        raise Refused(
            _("It knows what happened until %(day)s, after the day that you look at.")
            % {"day": f"{model.data_through:%-d %B %Y}"}
        )


def roll_back(*, by: Actor, as_of: date, now: datetime) -> Job:
    """The one before in use again; refused where there is none."""
    live = live_model()
    before = one_before(live) if live else None
    if before is None:
        raise Refused(_("There is no earlier forecast to go back to."))
    return take_live(before, by=by, as_of=as_of, now=now)


@transaction.atomic
def unpin(*, by: Actor, now: datetime) -> None:
    """Let later versions go live by themselves again."""
    companies.held()
    live = live_model()
    if live is None or not live.is_pinned:
        raise Refused(_("Nothing holds later forecasts up."))
    FittedModel.objects.filter(pk=live.pk).update(is_pinned=False)
    audit.record("models.unpinned", live, by=by, at=now, version=live.version)
