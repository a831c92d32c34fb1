"""Numbers and days as people write them in addresses and commands."""

from argparse import ArgumentTypeError
from datetime import date

from relcrm.lib.rest.keyset import LARGEST

DIGITS = len(str(LARGEST))


def whole(written: str) -> int | None:
    """The number, when these are plain digits and a column can hold it."""
    if not (written.isascii() and written.isdigit() and len(written) <= DIGITS):
        return None
    number = int(written)
    return number if number <= LARGEST else None


def a_day(text: str) -> date:
    """YYYY-MM-DD; anything else is refused with the form it should have."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day; write it like 1997-09-30") from None
