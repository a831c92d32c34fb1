"""Sources of a judgement that are told to those alone who may see what they speak of."""

# Codes of reasons, sources of dimensions, and changes that would make a relationship another.
COMPLAINTS = frozenset({"complaints", "recovery", "unsettled", "repair"})
PROMISES = frozenset({"promises", "unsettled"})  # what is unsettled may be either


def untold(*, sees_complaints: bool, sees_promises: bool) -> frozenset[str]:
    """What is left out for this reader (docs/method/typology.md)."""
    found: frozenset[str] = frozenset()
    if not sees_complaints:
        found |= COMPLAINTS
    return found if sees_promises else found | PROMISES
