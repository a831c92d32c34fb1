"""Days as people type them on the command line."""

from argparse import ArgumentTypeError
from datetime import date


def a_day(text: str) -> date:
    """YYYY-MM-DD; anything else is refused with the form it should have."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day; write it like 1997-09-30") from None
