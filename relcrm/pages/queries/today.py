"""What needs somebody today: each with its reason and the page where it is done."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.models import Customer, Import, Question, Task
from feedback.queries import Counts
from relationships.queries.versions import held_back
from relcrm.base import roles
from relcrm.base.models import Company, Job, User

RECENT = timedelta(days=7)  # an older failure has been seen or does not matter
PATIENCE = timedelta(hours=1)  # scoring takes seconds; after an hour no worker is running
SOME = 1000  # counting stops here


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to do, why, and where."""

    what: str
    why: str
    href: str
    action: str
    tone: str = ""


def needs(user: User, company: Company, complaints: Counts | None, now: datetime) -> list[Need]:
    """Most urgent first; a handful of queries, each over a handful of rows."""
    found = [*_complaints(complaints)] if complaints else []
    if roles.may(user, "work_with_customers"):
        found += _work(user, now)
    if roles.may(user, "import_data"):
        found += _imports()
    if roles.may(user, "see_jobs"):
        found += _jobs(now) + _waiting(now)
    if roles.may(user, "administer"):
        found += _forecast()
    if roles.may(user, "administer") and company.margin_rate is None:
        found.append(_margin(company))
    return found


def _complaints(counts: Counts) -> list[Need]:
    desk = reverse("feedback:complaints")
    found = []
    if n := counts.overdue:
        what = ngettext("Answer one complaint", "Answer %(n)d complaints", n) % {"n": n}
        found.append(Need(what, _("The answer is overdue"), f"{desk}?show=overdue", _("Answer"),
                          "bad"))  # fmt: skip
    if n := counts.unowned:
        what = ngettext("Give one complaint an owner", "Give %(n)d complaints an owner", n)
        why = _("Nobody has taken them yet")
        found.append(Need(what % {"n": n}, why, f"{desk}?show=unowned", _("Assign")))
    return found


def _work(user: User, now: datetime) -> list[Need]:
    """My tasks up to today, and the questions that I was asked."""
    today, at = localdate(now), localtime(now).time()
    mine = list(Task.objects.open().filter(owner=user, due_on__lte=today))
    late = sum(task.is_overdue(today, at) for task in mine)
    found = []
    if n := len(mine):
        what = ngettext("Do one task", "Do %(n)d tasks", n) % {"n": n}
        why = ngettext("%(n)d is overdue", "%(n)d are overdue", late) % {"n": late}
        found.append(Need(what, why if late else _("Due today"), reverse("customers:tasks"),
                          _("Open"), "bad" if late else ""))  # fmt: skip
    if n := Question.objects.open().filter(expert=user).count():
        what = ngettext("Answer one question", "Answer %(n)d questions", n) % {"n": n}
        found.append(Need(what, _("You were asked"), reverse("customers:tasks"), _("Answer")))
    return found


def _imports() -> list[Need]:
    waiting = Import.objects.filter(state=Import.State.MAPPING)[:3]
    return [
        Need(
            _("Name the columns of %s") % one.file_name,
            _("The file is here and waits for you to say what is in it"),
            reverse("customers:import", args=[one.pk]),
            _("Go on"),
        )
        for one in waiting
    ]


def _jobs(now: datetime) -> list[Need]:
    """Failures whose kind has not succeeded since."""
    recent = Job.objects.filter(
        state__in=[Job.State.FAILED, Job.State.DONE], finished_at__gte=now - RECENT
    ).order_by("-id")[:100]
    latest: dict[str, Job] = {}
    for job in recent:
        latest.setdefault(job.kind, job)
    return [
        Need(
            _("Look at “%s”") % job.title,
            _("It failed"),
            reverse("settings:jobs"),
            _("Open"),
            "bad",
        )  # fmt: skip
        for job in latest.values()
        if job.state == Job.State.FAILED
    ]


def _waiting(now: datetime) -> list[Need]:
    stale = Customer.objects.filter(touched_at__lt=now - PATIENCE).values("pk")[: SOME + 1]
    n = len(stale)
    if not n:
        return []
    count = _("More than %d") % SOME if n > SOME else str(n)
    what = ngettext("%s customer waits for a fresh look", "%s customers wait for a fresh look", n)
    why = _("Something happened over an hour ago; is the worker running?")
    return [Need(what % count, why, reverse("settings:jobs"), _("See jobs"), "warn")]


def _forecast() -> list[Need]:
    """A forecast that was learned and not put into use waits for somebody to decide."""
    waits = held_back()
    if waits is None:
        return []
    why = _("It did worse on your own past than the one in use, or could not be tested")
    return [Need(_("Decide about a new forecast"), why, reverse("relationships:forecast"),
                 _("Look"), "warn")]  # fmt: skip


def _margin(company: Company) -> Need:
    return Need(
        _("Say what your margin is"),
        _("%d %% of sales is assumed until you do") % round(100 * company.margin),
        reverse("settings:costs"),
        _("Set it"),
    )
