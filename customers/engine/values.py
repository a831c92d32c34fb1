"""Which of two values holds when two records of one person become one."""

from typing import Any


def chosen(mine: Any, other: Any, *, wants_other: bool = False) -> tuple[Any, bool]:
    """The value that holds, and whether another was lost.

    An empty one never wins. Lists become one without repetition, and mappings keep what only one
    of them says; there, `wants_other` decides which comes first.
    """
    first, second = (other, mine) if wants_other else (mine, other)
    if _is_empty(first) or _is_empty(second) or first == second:
        return (second if _is_empty(first) else first), False
    if isinstance(first, list) and isinstance(second, list):
        return first + [each for each in second if each not in first], False
    if isinstance(first, dict) and isinstance(second, dict):
        lost = any(name in first and first[name] != value for name, value in second.items())
        return second | first, lost
    return first, True


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}
