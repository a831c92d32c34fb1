"""What waits in the outbox, what left it, and what did not."""

from collections.abc import Mapping

from django.db.models import Count

from customers.contact.queries import lists
from customers.models import Message
from relcrm.lib.windows import Window
from relcrm.lib.written import whole

PAGE = 50
# Counted by state: those that need somebody, and those on their way. What was sent is not counted,
# as there are millions.
COUNTED = (
    Message.State.QUEUED, Message.State.SENDING, Message.State.UNCLEAR, Message.State.FAILED,
)  # fmt: skip


def outbox(asked: Mapping[str, str], *, size: int = PAGE) -> "Window[Message]":
    """One page, the newest first, of a state or of a customer when asked for."""
    rows = Message.objects.filter(customer__erased_at=None).select_related("customer")
    if asked.get("state") in Message.State.values:
        rows = rows.filter(state=asked["state"])
    if (number := whole(asked.get("customer", ""))) is not None:
        rows = rows.filter(customer=number)
    return lists.window_of(rows, asked, size=size)


def counts() -> dict[str, int]:
    """How many are in each state that somebody may have to look at."""
    rows = Message.objects.filter(state__in=COUNTED).order_by().values_list("state")
    return dict(rows.annotate(n=Count("*")))
