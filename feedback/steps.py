"""The buttons on a complaint's page: what each does with what was typed beside it."""

from collections.abc import Callable
from datetime import datetime

from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from feedback import actions
from feedback.models import Complaint
from relcrm.base.models import User
from relcrm.lib.refusals import Refused
from relcrm.lib.written import whole

Press = Callable[[Complaint, QueryDict, User, datetime], str]


def _acknowledge(complaint: Complaint, typed: QueryDict, by: User, now: datetime) -> str:
    actions.acknowledge_complaint(complaint, by=by, now=now)
    return _("Acknowledged.")


def _take(complaint: Complaint, typed: QueryDict, by: User, now: datetime) -> str:
    actions.assign_complaint(complaint, owner=by, by=by, now=now)
    return _("It is yours now.")


def _assign(complaint: Complaint, typed: QueryDict, by: User, now: datetime) -> str:
    owner = get_object_or_404(User, pk=whole(typed.get("owner", "")), is_active=True)
    actions.assign_complaint(complaint, owner=owner, by=by, now=now)
    return _("Given to %s.") % owner


def _assess(complaint: Complaint, typed: QueryDict, by: User, now: datetime) -> str:
    severity = whole(typed.get("severity", "")) or 0  # which no complaint has: refused in words
    actions.assess_complaint(complaint, severity=severity, by=by, now=now)
    return _("Assessed as %s; the deadline moved with it.") % (
        complaint.get_severity_display().lower()
    )


def _resolve(complaint: Complaint, typed: QueryDict, by: User, now: datetime) -> str:
    actions.resolve_complaint(complaint, resolution=typed.get("resolution", ""), by=by, now=now)
    return _("Resolved. Ask in a few days whether they are content.")


def _satisfaction(complaint: Complaint, typed: QueryDict, by: User, now: datetime) -> str:
    answer = {"yes": True, "no": False}.get(typed.get("satisfied", ""))
    if answer is None:
        raise Refused(_("Say whether the customer is satisfied: yes or no."))
    actions.record_satisfaction(complaint, is_satisfied=answer, by=by, now=now)
    return _("Their answer is on record.")


def _reopen(complaint: Complaint, typed: QueryDict, by: User, now: datetime) -> str:
    actions.reopen_complaint(complaint, reason=typed.get("reason", ""), by=by, now=now)
    return _("Open again, with a new deadline.")


STEPS: dict[str, Press] = {
    "acknowledge": _acknowledge,
    "take": _take,
    "assign": _assign,
    "assess": _assess,
    "resolve": _resolve,
    "satisfaction": _satisfaction,
    "reopen": _reopen,
}
