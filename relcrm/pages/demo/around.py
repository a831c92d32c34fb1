"""What the team of the demo company noted: own fields, tags, tasks, questions, what people have."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from customers.actions.custom import define_field, write_in_bulk
from customers.actions.owned import follow_purchases
from customers.models import CustomField, PointOfContact, Question, Tag, Tagging, Task
from relcrm.base.models import User

EXPERTISE = {
    "eve": ["hiking boots", "fit and sizes", "soles"],
    "sam": ["parcels", "invoices", "returns"],
    "mara": ["events", "hiking club"],
}
TAGS = (("hiking club", 7), ("shop friend", 19), ("writes about us", 101))  # every so many
TASKS = (
    ("Call about the new winter boot", "mara", -2), ("Send a spare lace", "sam", 0),
    ("Ask how the fitting went", "eve", 1), ("Invite to the autumn walk", "mara", 5),
    ("Say thank you for the review", "sam", -1), ("Check the wide last", "eve", 9),
)  # fmt: skip
QUESTIONS = (
    ("Can the sole of the Ridge be replaced after a year?", "boots", "sam", "eve", ""),
    ("Which size runs narrow feet with thick socks?", "sizes", "mara", "eve", ""),
    ("Does she get the club price on sale items?", "hiking club", "sam", "mara",
     "Yes, both add up; I told her by phone."),
)  # fmt: skip
TERRAINS = ["forest paths", "rock", "city", "snow"]


def add_what_was_noted(ids: list[int], colleagues: dict[str, User], now: datetime) -> None:
    """A few statements for everybody together."""
    for first, topics in EXPERTISE.items():
        User.objects.filter(pk=colleagues[first].pk).update(expertise=topics)
    _add_fields(ids)
    _add_tags(ids, colleagues["mara"], now)
    _add_tasks(ids, colleagues, now)
    _add_questions(ids, colleagues, now)
    follow_purchases(min(ids), max(ids))


@transaction.atomic
def _add_fields(ids: list[int]) -> None:
    size = define_field(key="shoe_size", label="Shoe size", kind="number", unit="EU", by=None)
    terrain = define_field(key="terrain", label="Walks on", kind="choice", choices=TERRAINS,
                           position=1, by=None)  # fmt: skip
    club = define_field(key="club_since", label="In the hiking club since", kind="date",
                        position=2, by=None)  # fmt: skip
    write_in_bulk(_values(ids, size, terrain, club))


def _values(
    ids: list[int], size: CustomField, terrain: CustomField, club: CustomField
) -> Iterator[tuple[int, CustomField, Decimal | str | date]]:
    """Known of some: told when boots were fitted."""
    for at, pk in enumerate(ids):
        if at % 3:
            yield pk, size, Decimal(36 + 7 * at % 22 / 2).quantize(Decimal("0.1"))
        if at % 4 == 1:
            yield pk, terrain, TERRAINS[at // 4 % len(TERRAINS)]
        if at % 7 == 0:
            yield pk, club, date(2022 + at % 3, 1 + at % 12, 1)


def _add_tags(ids: list[int], mara: User, now: datetime) -> None:
    for name, every in TAGS:
        tag = Tag.objects.create(name=name)
        Tagging.objects.bulk_create(
            Tagging(tag=tag, customer_id=pk, tagged_by=mara, tagged_at=now) for pk in ids[::every]
        )


def _add_tasks(ids: list[int], colleagues: dict[str, User], now: datetime) -> None:
    """Eve's are about customers whom she looks after."""
    hers = list(PointOfContact.objects.values_list("customer_id", flat=True)[:9]) or ids
    whose = {"eve": hers}
    Task.objects.bulk_create(
        Task(
            customer_id=whose.get(owner, ids)[at % len(whose.get(owner, ids))],
            what=what, owner=colleagues[owner], created_by=colleagues["mara"],
            due_on=now.date() + timedelta(days=days),
        )
        for at, (what, owner, days) in enumerate(TASKS)
    )  # fmt: skip


def _add_questions(ids: list[int], colleagues: dict[str, User], now: datetime) -> None:
    hers = list(PointOfContact.objects.values_list("customer_id", flat=True)[:9]) or ids
    Question.objects.bulk_create(
        Question(
            customer_id=hers[at % len(hers)], topic=topic, text=text, answer=answer,
            asked_by=colleagues[asker], expert=colleagues[expert],
            asked_at=now - timedelta(days=2 + at, hours=3),
            answered_at=now - timedelta(days=1) if answer else None,
            answered_by=colleagues[expert] if answer else None,
        )
        for at, (text, topic, asker, expert, answer) in enumerate(QUESTIONS)
    )  # fmt: skip
