"""What happens here and may be told to other programs: the kinds, and putting news into line.

Apps enter their kinds in `AppConfig.ready` and call `tell` inside the transaction in which the
thing happens: either both are on record or neither.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db.models import QuerySet

from relcrm.base.models import Delivery, Happening, Webhook

AT_ONCE = 2_000


@dataclass(frozen=True)
class KindOfNews:
    """`words` for people, `scope` that a key needs to hear of it, `example` of its data."""

    words: Any
    scope: str
    example: dict[str, Any]


KINDS: dict[str, KindOfNews] = {}
TEST = "webhook.test"


@dataclass(frozen=True, slots=True)
class News:
    """`told` to everybody who listens (None: nothing), `frank` instead to those who may see
    negative types by name (None: the same). Numbers and words of ours, never personal data."""

    kind: str
    about: int | None
    at: datetime
    told: dict[str, Any] | None
    frank: dict[str, Any] | None = None


def register(kind: str, words: Any, *, scope: str, example: dict[str, Any]) -> None:
    KINDS[kind] = KindOfNews(words, scope, example)


def listeners(kind: str) -> list[Webhook]:
    """Who wants to hear of it; a handful of rows, so the list in each is looked at here."""
    return [hook for hook in Webhook.objects.listening() if kind in hook.kinds]


def tell(news: Iterable[News]) -> int:
    """Put news into line for everybody who listens. Returns how many deliveries wait now."""
    every = list(Webhook.objects.listening())
    waiting = 0
    some: list[News] = []
    for each in news if every else ():
        some.append(each)
        if len(some) == AT_ONCE:
            waiting += put(some, every)
            some = []
    return waiting + put(some, every)


def put(news: Sequence[News], hooks: Sequence[Webhook]) -> int:
    """Into line for these, where they listen to that kind and may know something of it."""
    heard = [(each, those) for each in news if (those := _who_hears(each, hooks))]
    rows = Happening.objects.bulk_create(
        Happening(
            number=f"evt_{uuid4().hex}", kind=each.kind, about=each.about, at=each.at,
            told=each.told, frank=each.frank,
        )
        for each, _ in heard
    )  # fmt: skip
    deliveries = Delivery.objects.bulk_create(
        Delivery(webhook=hook, happening=row, next_attempt_at=row.at)
        for row, (_, those) in zip(rows, heard, strict=True)
        for hook in those
    )
    return len(deliveries)


def _who_hears(news: News, hooks: Sequence[Webhook]) -> list[Webhook]:
    return [
        hook
        for hook in hooks
        if (news.kind in hook.kinds or news.kind == TEST)
        and (news.told is not None or (hook.sees_negative and news.frank is not None))
    ]


def forget(customers: Iterable[int] | QuerySet[Any], *, kind: str = "") -> None:
    """What was told of those who are forgotten, or all of one kind: what waits is not sent."""
    told = Happening.objects.filter(about__in=customers)
    (told.filter(kind=kind) if kind else told).delete()
