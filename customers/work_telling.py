"""Tasks done, questions asked and notes written, as entries of the timeline."""

from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.actions.notes import NOTES
from customers.models import Interaction, Kind, Question, Task
from customers.telling import tell
from customers.timeline import Entry, Slice, register
from relcrm.base.models import User

TASKS, QUESTIONS = "tasks", "questions"
HUSHED = gettext_lazy("what was said is kept discreet")


def register_all() -> None:
    """Called from `AppConfig.ready`."""
    register(TASKS, tasks, groups=("work",), kinds={TASKS: gettext_lazy("Task done")})
    register(
        QUESTIONS, questions, groups=("work", "said"),
        kinds={QUESTIONS: gettext_lazy("Question to an expert")},
    )  # fmt: skip
    tell(Kind.SUPPORT, help_asked)
    tell(Kind.NOTE, notes)


def tasks(asked: Slice) -> Iterable[Entry]:
    """Tasks on the day they were done; the open ones stand on their card."""
    rows = asked.of(Task.objects.filter(done_at__isnull=False), TASKS, "done_at")
    return [
        Entry(
            at=task.done_at, pk=task.pk, icon="check", tone="good", who=task.customer_id,
            title=_("Done: %s") % task.what if asked.sees_people else _("A task was done"),
            why=str(task.done_by) if task.done_by and asked.sees_people else "",
        )
        for task in rows.select_related("done_by")
        if task.done_at
    ]  # fmt: skip


def questions(asked: Slice) -> Iterable[Entry]:
    """Questions of colleagues; the customer's own are told as their asking for help."""
    rows = asked.of(Question.objects.filter(interaction=None), QUESTIONS, "asked_at")
    return [entry(one, asked) for one in rows.select_related("asked_by", "expert", "answered_by")]


def help_asked(rows: Sequence[Interaction], asked: Slice) -> Mapping[int, Entry]:
    """The customer's own questions from the public page; one query."""
    found = Question.objects.filter(interaction__in=[row.pk for row in rows])
    told = found.select_related("asked_by", "expert", "answered_by")
    return {one.interaction_id: entry(one, asked, one.interaction_id) for one in told}


def notes(rows: Sequence[Interaction], asked: Slice) -> Mapping[int, Entry]:
    """Notes with who wrote them, for those who may read them; one query."""
    if not asked.sees_people:
        return {}
    ours = {row.properties.get("by") for row in rows if row.source == NOTES and row.properties}
    writers = User.objects.in_bulk(ours - {None}) if ours else {}
    return {row.pk: _note(row, writers, is_hushed=row.customer_id in asked.hides) for row in rows}


def _note(row: Interaction, writers: Mapping[int, User], *, is_hushed: bool) -> Entry:
    """Who may not know what a discreet customer bought is not told the words either."""
    said = row.properties or {}
    is_removed = "removed_at" in said
    by = writers.get(said.get("by", 0)) if row.source == NOTES else None
    title = _("Note by %s") % by if by else _("Note")
    return Entry(
        at=row.occurred_at,
        pk=row.pk,
        title=_("A note was removed") if is_removed else title,
        icon="note",
        is_quiet=is_removed,
        why=str(HUSHED) if is_hushed else str(said.get("text", "")),
        end=_("changed") if "changed_at" in said else "",
        href=reverse("customers:note", args=[row.pk]),
    )


def entry(question: Question, asked: Slice, pk: int | None = None) -> Entry:
    is_answered = question.answered_at is not None and question.answered_at < asked.until
    is_hushed = question.customer_id in asked.hides
    title = _("Asked us a question") if question.is_from_customer else _("A question to an expert")
    if asked.sees_people:
        title = f"{title}: {HUSHED if is_hushed else _short(question.text)}"
    return Entry(
        at=question.asked_at,
        pk=pk or question.pk,
        title=title,
        icon="ear",
        tone="" if is_answered else "warn",
        why=_outcome(question, is_answered) if asked.sees_people and not is_hushed else "",
        end="" if is_answered else _("open"),
        href=reverse("customers:question", args=[question.pk]),
        who=question.customer_id,
    )


def _outcome(question: Question, is_answered: bool) -> str:
    if is_answered:
        took = timesince(question.asked_at, question.answered_at, depth=1)
        words = {"who": question.answered_by or _("We"), "took": took,
                 "answer": _short(question.answer)}  # fmt: skip
        return _("%(who)s answered after %(took)s: %(answer)s") % words
    if question.expert:
        return _("%s has it") % question.expert
    return _("nobody has it yet")


def _short(text: str) -> str:
    return text if len(text) <= 160 else f"{text[:159].rstrip()}…"
