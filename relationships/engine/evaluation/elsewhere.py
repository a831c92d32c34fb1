"""What the design aims at and a run in an invented world does not measure, with what does."""

from relationships.engine.evaluation.check import Check, unmeasured
from relationships.engine.evaluation.labels import TARGETS as WITH_LABELS
from relationships.engine.evaluation.validity.aims import ANY, REFERENCES

BEST = "drawn: macro-F1 against the best possible"
AT_BEST = ">= 0.97"


def elsewhere(world: str, labels: int, set_for_s05: dict[str, str]) -> list[Check]:
    """Lines without a figure, for each row of targets that this run leaves open."""
    found = []
    if world != "exact":
        found.append(unmeasured(BEST, "with --world exact", AT_BEST))
    if world != "s05":
        found += [
            unmeasured(f"{where}: {name}", "aimed at with --world s05", target)
            for where in ("drawn", "shop")
            for name, target in set_for_s05.items()
        ]
    for count, target in WITH_LABELS.items():
        if world != "s05" or count != labels:
            name = f"drawn, {count:,} labels: macro-F1 of 29 types"
            found.append(unmeasured(name, f"with --world s05 --labels {count}", target))
    return found + _on_real_purchases()


def _on_real_purchases() -> list[Check]:
    """Invented customers do not come back: these need a file."""
    how = "evaluate validity, with a file"
    aims = [
        (f"{name}, aim for {reference.name}", target)
        for reference in REFERENCES.values()
        for name, target in reference.aims.items()
    ]
    return [unmeasured(name, how, target) for name, target in (*ANY.items(), *aims)]
