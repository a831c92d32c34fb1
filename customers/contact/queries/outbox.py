"""What waits in the outbox, what left it, and what did not."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from customers.models import Message
from relcrm.lib.written import whole

PAGE = 50
# Counted by state: those that need somebody, and those on their way. What was sent is not counted,
# as there are millions.
COUNTED = (
    Message.State.QUEUED, Message.State.SENDING, Message.State.UNCLEAR, Message.State.FAILED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OutboxPage:
    """One page, the newest first, and after which number the next one begins ("" at the end)."""

    messages: list[Message]
    after: str = ""


def outbox(*, state: str = "", customer: str = "", after: str = "", size: int = PAGE) -> OutboxPage:
    rows: QuerySet[Message] = Message.objects.filter(customer__erased_at=None)
    if state in Message.State.values:
        rows = rows.filter(state=state)
    if (number := whole(customer)) is not None:
        rows = rows.filter(customer=number)
    if (number := whole(after)) is not None:
        rows = rows.filter(pk__lt=number)
    found = list(rows.select_related("customer").order_by("-pk")[: size + 1])
    return OutboxPage(found[:size], str(found[size - 1].pk) if len(found) > size else "")


def counts() -> dict[str, int]:
    """How many are in each state that somebody may have to look at."""
    rows = Message.objects.filter(state__in=COUNTED).order_by().values_list("state")
    return dict(rows.annotate(n=Count("*")))
