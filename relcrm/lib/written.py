"""Whole numbers as addresses write them; whatever else stands there is no number."""

from relcrm.lib.rest.keyset import LARGEST

DIGITS = len(str(LARGEST))


def whole(written: str) -> int | None:
    """The number, when these are plain digits and a column can hold it."""
    if not (written.isascii() and written.isdigit() and len(written) <= DIGITS):
        return None
    number = int(written)
    return number if number <= LARGEST else None
