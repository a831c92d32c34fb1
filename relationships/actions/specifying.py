"""Adapting the specification: a draft comes in, is tried, is made live, or an earlier one again."""

import copy
import json
import re
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from relationships.actions.learning import keep_as
from relationships.actions.versioning import new_version
from relationships.engine.typology import arranged, faults, read_calibration
from relationships.models import Edition, FittedModel
from relationships.queries.editions import document_of, in_force, outdated
from relationships.queries.judging import did_better
from relcrm.base import audit
from relcrm.base import company as companies
from relcrm.base.actions import jobs
from relcrm.base.actions.judging import ask_for_everyone
from relcrm.base.audit import Actor
from relcrm.base.models import Job, User
from relcrm.lib.refusals import Refused

State = Edition.State
HALF_A_PAIR = re.compile("[\ud800-\udfff]")


@transaction.atomic
def bring_edition(document: Any, *, note: str, by: Actor, now: datetime) -> Edition:
    """Keep an adapted document as a draft; refuses what cannot be used, naming the places."""
    company = companies.held()  # versions count up singly
    found = faults(document)
    if found:
        raise Refused(" · ".join(found))
    if not storable(document):
        raise Refused(_("It has characters that no database can hold."))
    _refuse_the_same(document, in_force(company.specification_version)[0])
    _keep_the_shipped(now)
    version = (Edition.objects.aggregate(last=Max("version"))["last"] or 1) + 1
    edition = Edition.objects.create(
        version=version,
        document=copy.deepcopy(document) | {"version": version},
        note=note.strip() or _("Adapted"),
        created_by=by if isinstance(by, User) else None,
        created_at=now,
    )
    audit.record("specification.brought", edition, by=by, at=now, version=version)
    return edition


def _refuse_the_same(document: Any, live: Edition) -> None:
    """What everybody is judged by already needs no edition of its own."""
    theirs, ours = (one | {"version": 0} for one in (arranged(document), document_of(live)))
    if theirs == ours:
        words = _("This says the same as edition %d, by which everybody is judged already: nothing "
                  "would change. Change something in the file first.")  # fmt: skip
        raise Refused(words % live.version)


def storable(document: Any) -> bool:
    """Whether every text in it is text: no null character, no half of a pair."""
    written = json.dumps(document)
    return "\\u0000" not in written and not HALF_A_PAIR.search(
        json.dumps(document, ensure_ascii=False)
    )


def _keep_the_shipped(now: datetime) -> None:
    """Version 1 is written down when there is a second one; its document stays with the product."""
    if not Edition.objects.exists():
        Edition.objects.create(
            version=1, document={}, note=_("As it comes with relcrm"), state=State.LIVE,
            created_at=now, live_from=now,
        )  # fmt: skip


def ask_for_trial(edition: Edition, *, by: Actor, as_of: date) -> Job:
    """Put in line: what would change if this edition were live?"""
    if edition.state == State.LIVE:
        raise Refused(_("Everybody is judged by this edition already."))
    return jobs.ask_for(
        "trial", _("See what specification %d would change") % edition.version, by=by,
        unit="customers", payload={"edition": edition.pk, "as_of": as_of.isoformat()},
        once_key=f"trial:{edition.pk}:{as_of}",
    )  # fmt: skip


@transaction.atomic
def make_live(edition: Edition, *, by: Actor, as_of: date, now: datetime) -> Job:
    """Judge everybody by this edition from now on: one that was tried, or an earlier one again."""
    company = companies.held()
    if edition.pk:
        edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if edition.state == State.LIVE:
        raise Refused(_("Everybody is judged by this edition already."))
    if edition.state == State.DRAFT and not edition.trial:
        raise Refused(_("See first what would change; then it can be made live."))
    if edition.state == State.DRAFT and (words := outdated(edition, now)):
        raise Refused(words)
    if edition.document and (found := faults(edition.document)):
        raise Refused(" · ".join(found))
    before = Edition.objects.filter(state=State.LIVE).first()
    Edition.objects.filter(state=State.LIVE).update(state=State.PAST)
    _take_calibration(edition, now)
    _take_learned(edition, now)
    edition.state, edition.live_from = State.LIVE, now
    edition.save(update_fields=["state", "live_from"])
    company.specification_version = edition.version
    company.save(update_fields=["specification_version"])
    audit.record(
        "specification.made_live", edition, by=by, at=now, version=edition.version,
        before=before.version if before else 1,
    )  # fmt: skip
    changed = f"specification {edition.version}:{now.isoformat()}"
    return ask_for_everyone(by=by, as_of=as_of, anew=changed)


def _take_calibration(edition: Edition, now: datetime) -> None:
    """What was learned by channel goes with the edition it was learned under: of the trial, or of
    the last time. Where there is none, judging leaves it out until the next fit."""
    last = _last(FittedModel.Kind.CALIBRATION, edition)
    if edition.trial and _is_newer(edition, last):
        made = read_calibration(edition.trial["calibration"])
        new_version(
            FittedModel.Kind.CALIBRATION,
            name="channels" if made.is_channel_calibrated else "constants",
            parameters=made.to_json(),
            log_likelihood=None,
            customers=made.customers,
            report={},
            data_through=date.fromisoformat(edition.trial["as_of"]),
            fitted_at=now,
        )
    elif last is not None:
        _take_up(last)


def _take_learned(edition: Edition, now: datetime) -> None:
    """What labels teach under this edition, from its trial or the last time: judging reads only
    what was learned under the edition that is live."""
    last = _last(FittedModel.Kind.LEARNED, edition)
    made = edition.trial.get("learned")
    if made and _is_newer(edition, last):
        keep_as(made, data_through=date.fromisoformat(edition.trial["as_of"]), now=now)
    elif last is not None and did_better(last):
        _take_up(last)
    else:
        FittedModel.objects.filter(kind=FittedModel.Kind.LEARNED).update(is_current=False)


def _last(kind: FittedModel.Kind, edition: Edition) -> FittedModel | None:
    known = FittedModel.objects.fit_to_serve().filter(
        kind=kind, parameters__spec_version=edition.version
    )
    return known.order_by("-version").first()


def _is_newer(edition: Edition, model: FittedModel | None) -> bool:
    """Whether the edition was tried after that was fitted."""
    return model is None or bool(edition.tried_at and edition.tried_at > model.fitted_at)


def _take_up(model: FittedModel) -> None:
    FittedModel.objects.filter(kind=model.kind, is_current=True).update(is_current=False)
    FittedModel.objects.filter(pk=model.pk).update(is_current=True)
