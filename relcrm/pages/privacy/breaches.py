"""The breach desk: how one is written down, what its buttons do, whom the letters go to."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Customer, Export
from relcrm.base.actions import breaches as actions
from relcrm.base.models import ApiKey, AuditLine, Breach, User

MOST = 500  # in one IN (…)
LETTERS = {"authority": "privacy/letter_authority.html", "people": "privacy/letter_people.html"}
EXPORTS = 100  # the newest, to choose from


def _moment(label: Any, **more: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")
    return forms.DateTimeField(
        label=label, widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **more
    )


class BreachForm(forms.Form):
    """What got out, by what, when: enough to start the clock and to trace whom it concerns."""

    title = forms.CharField(
        label=gettext_lazy("In a few words"), max_length=160,
        help_text=gettext_lazy("Such as: key of the shop published by mistake."),
    )  # fmt: skip
    learned_at = _moment(
        gettext_lazy("We learned of it"), help_text=gettext_lazy("The 72 hours run from here.")
    )
    by = forms.ChoiceField(label=gettext_lazy("By means of"))
    began_at = _moment(gettext_lazy("Exposed from"))
    ended_at = _moment(gettext_lazy("until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["by"].choices = _sources()

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if self.errors:
            return told
        kind, _sep, number = told["by"].partition(":")
        if kind == "export":
            told |= _export(int(number))
        else:
            told["actor"] = {"key": told["by"], "user": told["by"]}.get(kind, "")
        told["by_means_of"] = {"key": "key", "user": "account", "export": "export"}.get(
            kind, "other"
        )
        if told["ended_at"] < told["began_at"]:
            self.add_error("ended_at", _("The period ends before it begins."))
        return told

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "by"}


def _sources() -> list[Any]:
    keys = [(f"key:{key.pk}", str(key)) for key in ApiKey.objects.all()]
    people = [(f"user:{user.pk}", str(user)) for user in User.objects.order_by("name")]
    files = [
        (
            f"export:{line.pk}",
            f"{line.at:%-d %b %Y %H:%M} · {line.verb} · {line.user or line.actor}",
        )
        for line in _exports()[:EXPORTS]
    ]
    return [
        ("other", _("Something else: everything seen in the period")),
        (_("API keys"), keys), (_("Accounts"), people), (_("Files taken out"), files),
    ]  # fmt: skip


def called(actor: str) -> str:
    """The key or account as people know it; as the audit trail names it when it is gone."""
    kind, _sep, number = actor.partition(":")
    model = {"key": ApiKey, "user": User}.get(kind)
    if model is None or not number.isdigit():
        return actor
    found = model.objects.filter(pk=int(number)).first()
    return str(found) if found else actor


def _exports() -> Any:
    took = ["customers.exported", "audience.exported", "package.fetched", "export.fetched"]
    return AuditLine.objects.filter(verb__in=took).order_by("-pk")


def _export(number: int) -> dict[str, Any]:
    """A file is traced by whom it was written for, in the minutes in which it was written."""
    line = _exports().get(pk=number)
    export = None
    if line.subject_kind == Export._meta.label_lower:
        export = Export.objects.filter(pk=line.subject_id).select_related("job").first()
    if export is not None and export.ready_at is not None:
        began_at = export.job.started_at if export.job else export.created_at
        return {
            "actor": f"user:{export.created_by_id}", "began_at": began_at,
            "ended_at": export.ready_at,
        }  # fmt: skip
    return {"actor": line.actor, "began_at": line.at, "ended_at": line.at + actions.WRITING}


# What the buttons do ---------------------------------------------------------------------------

Step = Callable[[Breach, QueryDict, User, datetime], str]


def _trace(breach: Breach, sent: QueryDict, by: User, now: datetime) -> str:
    found = actions.trace_breach(breach, by=by, now=now)
    return _("Traced anew: %d people.") % len(found.people)


def _describe(breach: Breach, sent: QueryDict, by: User, now: datetime) -> str:
    told = {name: sent.get(name, "") for name in actions.TOLD}
    actions.describe_breach(breach, by=by, now=now, **told)
    return _("Kept; both letters say so.")


def _decide(breach: Breach, sent: QueryDict, by: User, now: datetime) -> str:
    risk, decision = sent.get("risk", ""), sent.get("decision", "")
    actions.decide_breach(breach, risk=risk, decision=decision, by=by, now=now)
    return _("Decided and on record.")


def _authority(breach: Breach, sent: QueryDict, by: User, now: datetime) -> str:
    actions.tell_authority(breach, by=by, now=now)
    return _("On record: the authority was told.")


def _people(breach: Breach, sent: QueryDict, by: User, now: datetime) -> str:
    actions.tell_people(breach, by=by, now=now)
    return _("On record: the people were told.")


def _close(breach: Breach, sent: QueryDict, by: User, now: datetime) -> str:
    actions.close_breach(breach, by=by, now=now)
    return _("Closed.")


STEPS: dict[str, Step] = {
    "trace": _trace, "describe": _describe, "decide": _decide, "authority-told": _authority,
    "people-told": _people, "close": _close,
}  # fmt: skip


def rows(breach: Breach) -> Iterator[list[Any]]:
    """Number, name, e-mail and phone of everybody concerned, for the letter to them."""
    ids = breach.ids
    for start in range(0, len(ids), MOST):
        some = Customer.objects.present().filter(pk__in=ids[start : start + MOST]).order_by("pk")
        yield from map(list, some.values_list("pk", "name", "email", "phone", "language"))


COLUMNS = ("customer", "name", "email", "phone", "language")
