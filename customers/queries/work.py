"""What waits for whom: tasks by day, questions without an answer, who knows about what."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localdate, localtime

from customers.models import Customer, Modifier, PointOfContact, Question, Task
from customers.queries import modifiers
from relcrm.base import roles
from relcrm.base.models import User
from relcrm.lib.rest.keyset import Order, instant, whole
from relcrm.lib.windows import Part, Window, window

SHOWN = 100
DONE_SHOWN = timedelta(days=7)
DONE = Order((("done_at", instant), ("id", whole)), descending=True)


def tasks_visible_to(user: User) -> QuerySet[Task]:
    """One's own, and those around customers one may see."""
    rows = Task.objects.filter(Q(customer=None) | Q(customer__erased_at=None))
    if roles.may(user, "see_everyone"):
        return rows
    mine = PointOfContact.objects.filter(user=user).values("customer_id")
    return rows.filter(Q(customer__in=mine) | Q(customer=None, owner=user))


def questions_visible_to(user: User) -> QuerySet[Question]:
    rows = Question.objects.asked().filter(customer__erased_at=None)
    if roles.may(user, "see_everyone"):
        return rows
    mine = PointOfContact.objects.filter(user=user).values("customer_id")
    return rows.filter(customer__in=mine)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One person's work, most urgent first."""

    overdue: list[Task]
    today: list[Task]
    later: list[Task]
    done: list[Task]
    questions: list[Question]  # for me to answer, or for anybody
    asked: list[Question] = field(default_factory=list)  # by me, still open


def everything(waiting: Waiting) -> list[Task | Question]:
    """All that a page of what waits shows."""
    tasks = (*waiting.overdue, *waiting.today, *waiting.later, *waiting.done)
    return [*tasks, *waiting.questions, *waiting.asked]


def tasks_of(user: User, *, everyone: bool = False) -> QuerySet[Task]:
    """Mine and nobody's; or, for `everyone`, all that this person may see."""
    seen = tasks_visible_to(user).select_related("customer", "owner", "done_by")
    return seen if everyone else seen.filter(Q(owner=user) | Q(owner=None))


def done_tasks(
    user: User, *, everyone: bool = False, after: str = "", before: str = ""
) -> Window[Task]:
    """A page of what was done, the latest first."""
    rows = tasks_of(user, everyone=everyone).filter(done_at__isnull=False)
    return window([Part(rows, DONE)], after=after, before=before)


def waiting(user: User, today: date, now: datetime, *, everyone: bool = False) -> Waiting:
    """Four queries, each over an index; `everyone`: all that this person may see."""
    mine, at = tasks_of(user, everyone=everyone), localtime(now).time()
    open_ = list(mine.open().soonest()[:SHOWN])
    done = mine.filter(done_at__gte=now - DONE_SHOWN).order_by("-done_at")
    questions = _readable(questions_visible_to(user), user)
    questions = questions.select_related("customer", "expert", "asked_by")
    for_me = questions if everyone else questions.filter(Q(expert=user) | Q(expert=None))
    open_questions = list(for_me.filter(answered_at=None).order_by("asked_at", "id")[:SHOWN])
    mine_asked = questions.filter(asked_by=user, answered_at=None).order_by("asked_at", "id")
    return Waiting(
        overdue=[task for task in open_ if task.is_overdue(today, at)],
        today=[t for t in open_ if t.due_on == today and not t.is_overdue(today, at)],
        later=[task for task in open_ if task.due_on > today],
        done=list(done[:10]),
        questions=open_questions,
        asked=[one for one in mine_asked[:SHOWN] if one not in open_questions],
    )


def _readable(questions: QuerySet[Question], user: User) -> QuerySet[Question]:
    """Of discreet customers only service, their own contact and who asks or is asked."""
    if roles.may(user, modifiers.RIGHT):
        return questions
    mine = Q(customer__points_of_contact__user=user) | Q(asked_by=user) | Q(expert=user)
    discreet = modifiers.having(Modifier.Kind.DISCREET, localdate()).values("customer")
    mine_too = Question.objects.filter(mine).values("pk")
    return questions.exclude(Q(customer__in=discreet) & ~Q(pk__in=mine_too))


@dataclass(frozen=True, slots=True)
class Desk:
    """What is going on around one customer: for a card of their page."""

    tasks: list[Task]
    late: set[int]  # those of the tasks that are overdue
    questions: list[Question]
    contacts: list[PointOfContact]


def desk(customer: Customer, now: datetime, *, hides_words: bool = False) -> Desk:
    """Three small queries; no questions where what they say is hidden."""
    today, at = localdate(now), localtime(now).time()
    tasks = list(customer.tasks.open().select_related("owner").soonest()[:20])
    return Desk(
        tasks=tasks,
        late={task.pk for task in tasks if task.is_overdue(today, at)},
        questions=[]
        if hides_words
        else list(
            customer.questions.open().select_related("expert", "asked_by").order_by("asked_at")[:20]
        ),
        contacts=list(
            customer.points_of_contact.select_related("user").order_by("user__name", "pk")
        ),
    )


def colleagues() -> list[User]:
    """Who can be given tasks and questions."""
    able = roles.TABLE["work_with_customers"]
    return list(User.objects.filter(is_active=True, role__in=able).order_by("name", "email"))


@dataclass(frozen=True, slots=True)
class Expert:
    """Somebody who may know, what of it they know, and how much waits for them already."""

    user: User
    topics: list[str]
    open: int


def experts(words: str) -> list[Expert]:
    """Who can answer this? Those whose expertise shares most words with the question, the least
    burdened first among equals; nobody when nothing is shared."""
    wanted = _words([words])
    found = [
        (len(shared), Expert(user, topics, user.open))
        for user in User.objects.filter(
            is_active=True, role__in=roles.TABLE["work_with_customers"]
        ).annotate(open=Count("questions", filter=Q(questions__answered_at=None)))
        if (topics := [str(topic) for topic in user.expertise])
        and (shared := {word for word in wanted if _is_known(word, topics)})
    ]
    found.sort(key=lambda pair: (-pair[0], pair[1].open, str(pair[1].user)))
    return [expert for _n, expert in found]


def _words(texts: Iterable[str]) -> set[str]:
    marks = str.maketrans(dict.fromkeys("?!.,;:()“”\"'", " "))
    return {
        word for text in texts for word in text.casefold().translate(marks).split() if len(word) > 2
    }


def _is_known(word: str, topics: Iterable[str]) -> bool:
    """“boots” is known to who knows “hiking boots”, and “boot” as well."""
    return any(known.startswith(word) or word.startswith(known) for known in _words(topics))
