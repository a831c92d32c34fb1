"""What must hold whatever the figures: strangers, gates, monotonicities."""

from dataclasses import replace
from math import inf

import numpy as np

from relationships.engine.evaluation.check import Check, check
from relationships.engine.evaluation.known import Known
from relationships.engine.typology import (
    Calibration,
    Evidence,
    calibrate,
    classify,
    default_spec,
    dimensions,
    typology,
)
from relationships.engine.typology.changes import a_repair, a_reply, one_more_order
from relationships.engine.typology.classify import posterior_of
from relationships.engine.typology.gates import impossible_without

LEAST = 1e-9
LABELS = ("held", "type", "family", "group")


def labels_changed_by(some: Evidence, strangers: Evidence, calibration: Calibration) -> int:
    """How many of some customers are labelled otherwise when strangers are judged with them."""
    values = np.concatenate([some.values, strangers.values])
    both = replace(some, customers=np.arange(len(values)), values=values)
    alone = classify(some, calibration, alive=np.ones(len(some))).labels
    among = classify(both, calibration, alive=np.ones(len(both))).labels
    same = [getattr(alone, name) == getattr(among, name)[: len(some)] for name in LABELS]
    return int((~np.all(same, axis=0)).sum())


def gated_types_assigned(known: Known) -> int:
    """Of types whose channel is taken away, one channel after another: customers called so."""
    kinds, everything = typology(), known.evidence.connected
    rule = calibrate(known.evidence, known.categories)
    found = 0
    for dropped in everything:
        rest = {name: inf for name in everything if name != dropped}
        shut = [kinds.keys.index(key) for key in impossible_without(frozenset(rest), kinds)]
        less = replace(known.evidence, connected=rest)
        said = posterior_of(less, rule, default_spec(), kinds)
        found += int((said[:, shut] > 0).any(axis=1).sum())
    return found


def monotonicities(evidence: Evidence, calibration: Calibration) -> list[Check]:
    """Customers for whom a good thing makes a dimension worse."""
    alive = np.ones(len(evidence))
    before = dimensions(evidence, calibration, alive)
    found = []
    for what, happen, name in (
        ("one more purchase", one_more_order, "intensity"),
        ("a complaint settled well", a_repair, "valence"),
        ("a reply", a_reply, "closeness"),
        ("a reply", a_reply, "intensity"),
    ):
        after = dimensions(happen(evidence, calibration), calibration, alive)
        worse = getattr(after, name).value < getattr(before, name).value - LEAST
        found.append(check(f"{what} lowers {name}", int(worse.sum()), "= 0"))
    return found
