"""`manage.py bounces`: takes in mails that came back, from a mail server's pipe or a mailbox."""

import mailbox
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.timezone import now as clock

from customers.contact.actions.returns import take_mail

TRY_LATER = 75  # EX_TEMPFAIL: a mail server that pipes to us keeps the mail and comes again


class Command(BaseCommand):
    help = (
        "Takes in mails that came back: one from standard input (for a mail server's pipe), or all "
        "of a maildir or mbox, from which they are removed. What cannot be understood is kept "
        "under Settings, Contact, Returned mail."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("place", nargs="?", default="-", help="A maildir, an mbox, or - .")
        parser.add_argument("--keep", action="store_true", help="Leave the mails where they are.")

    def handle(self, *args: Any, place: str, keep: bool, **options: Any) -> None:
        try:
            counts = _one() if place == "-" else _all(Path(place), keep)
        except DatabaseError as problem:
            raise CommandError(
                f"The database is not there: {problem}", returncode=TRY_LATER
            ) from None
        told = ", ".join(f"{n} {what}" for what, n in sorted(counts.items()))
        self.stdout.write(told or "No mail.")


def _one() -> Counter[str]:
    raw = sys.stdin.buffer.read()
    return Counter([take_mail(raw, now=clock())] if raw.strip() else [])


def _all(place: Path, keep: bool) -> Counter[str]:
    """Each is removed once it is taken in: whoever is interrupted goes on where they stopped."""
    if not place.exists():
        raise CommandError(f"{place} is not there; name a maildir or an mbox.")
    if place.is_dir() and not (place / "cur").is_dir():
        raise CommandError(f"{place} is no maildir: it has no folder cur.")
    box: mailbox.Mailbox[Any] = (
        mailbox.Maildir(place, create=False) if place.is_dir() else mailbox.mbox(place)
    )
    counts: Counter[str] = Counter()
    box.lock()
    try:
        for key in sorted(box.keys()):
            counts[take_mail(box.get_bytes(key), now=clock())] += 1
            if not keep:
                box.remove(key)
    finally:
        box.close()  # flushes, and unlocks
    return counts
