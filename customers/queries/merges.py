"""Who became whom, and what two customers say of themselves, side by side."""

from collections.abc import Iterable

from customers.models import Merge

LOOKUP = 500  # numbers in one IN (…)


def survivors(numbers: Iterable[int]) -> dict[int, int]:
    """Those of these numbers whose customers were merged → the customer they are part of now."""
    wanted = sorted(set(numbers))
    found: dict[int, int] = {}
    for start in range(0, len(wanted), LOOKUP):
        some = Merge.objects.standing().filter(merged__in=wanted[start : start + LOOKUP])
        found |= dict(some.values_list("merged", "survivor_id"))
    return found
