"""What the demo company promises, tested against what its invented customers met with."""

from datetime import date, datetime
from typing import Any

from feedback.promises.actions import make_promise
from feedback.promises.judging import judge_promises
from relcrm.base.models import User

PROMISES: tuple[dict[str, Any], ...] = (
    {
        "name": "Complaints answered in a day",
        "words": "Something wrong? A person answers you within 24 hours.",
        "told_where": "every order mail, the page “Help”", "test": "complaint_answered",
        "within_hours": 24, "target_percent": 90,
    },
    {
        "name": "Put right within two weeks",
        "words": "Whatever went wrong is put right within a fortnight.",
        "told_where": "the card in every box", "test": "complaint_resolved", "within_days": 14,
        "target_percent": 85,
    },
    {
        "name": "Questions answered within eight hours",
        "words": "Ask us anything about boots: we reply within eight hours.",
        "told_where": "the chat window", "test": "property", "kind": "support",
        "property_key": "first_reply_hours", "comparison": "at_most", "expected": "8",
        "target_percent": 80,
    },
)  # fmt: skip


def add_promises(owner: User, since: date, now: datetime) -> None:
    """Three promises of the last year, and how each went."""
    for facts in PROMISES:
        make_promise(**facts, owner=owner, active_from=since, by=None, now=now)
    judge_promises(now=now, progress=_silently)


def _silently(done: int, *, total: int | None = None, position: Any | None = None) -> None:
    """It takes less than a second."""
