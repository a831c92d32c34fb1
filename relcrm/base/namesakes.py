"""Numbers under which one thing was known before: apps that make one of two enter it here.

The audit trail says what was done to which number, and that stays true; whoever looks for a thing
finds what was done to the numbers that became part of it too.
"""

from collections.abc import Callable

Earlier = Callable[[int], list[int]]
EARLIER: dict[str, Earlier] = {}


def register(kind: str, earlier: Earlier) -> None:
    """Call from `AppConfig.ready`: of this kind of subject (`customers.customer`), a number's
    earlier ones."""
    EARLIER[kind] = earlier


def earlier(kind: str, number: int | None) -> list[int]:
    return EARLIER[kind](number) if number is not None and kind in EARLIER else []
