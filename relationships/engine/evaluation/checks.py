"""What must hold whatever the figures: strangers, gates, monotonicities."""

from collections.abc import Callable
from dataclasses import replace
from math import inf

import numpy as np
import numpy.typing as npt

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
from relationships.engine.typology.columns import PLACE
from relationships.engine.typology.gates import impossible_without
from relationships.engine.typology.weights import default_weights
from relationships.engine.value.alive import fit
from relationships.engine.value.defaults import alive_model
from relationships.engine.value.histories import Histories

Floats = npt.NDArray[np.float64]
Happen = Callable[[Evidence, Calibration], Evidence]
StillThere = Callable[[Evidence], Floats]

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


def everyone_is(evidence: Evidence) -> Floats:
    """Still a customer: in drawn worlds nobody's days are known."""
    return np.ones(len(evidence))


def by_their_days(evidence: Evidence) -> StillThere:
    """By a model fitted to these customers' first and last day and how often they came back."""
    model = fit(histories(evidence), default=alive_model())
    return lambda some: model.alive(histories(some))


def histories(evidence: Evidence) -> Histories:
    """Of buyers; who never bought stands as if they had come today."""
    first, last = (
        np.nan_to_num(evidence[f"{name}_purchase_age_days"]) / 7.0 for name in ("first", "last")
    )
    seen = np.maximum(first - last, 0.0)
    repeats = np.where(seen > 0, np.maximum(evidence["orders"] - 1.0, 1.0), 0.0)
    return Histories.of(repeats, seen, np.maximum(first, seen))


def a_mended_complaint(evidence: Evidence, _: Calibration) -> Evidence:
    """A new one of usual severity, settled within a day to the customer's satisfaction."""
    values, by = evidence.values.copy(), default_weights().complaints
    weight = by["moderate_weight"]
    credit = weight * by["credit_within_1_day"]
    for name, much in (("complaints_365", 1.0), ("complaint_weight_365", weight),
                       ("complaint_credit_365", credit)):  # fmt: skip
        values[:, PLACE[name]] += much
    return replace(evidence, values=values)


BY_DESIGN = ", by design"
CHANGED: tuple[tuple[str, Happen, str, str | None], ...] = (
    ("one more purchase", one_more_order, "intensity", "= 0"),
    ("a complaint settled well, against left open,", a_repair, "valence", "= 0"),
    ("one more complaint, settled well,", a_mended_complaint, "valence", None),
    ("a reply", a_reply, "closeness", "= 0"),
    ("a reply", a_reply, "intensity", "= 0"),
    ("one more purchase", one_more_order, "valence", None),
    ("one more purchase", one_more_order, "closeness", None),
)
"""What happens, to which dimension, and at how many customers it may make that worse."""


def monotonicities(
    evidence: Evidence,
    calibration: Calibration,
    *,
    where: str = "",
    still_there: StillThere = everyone_is,
) -> list[Check]:
    """Customers for whom a good thing makes a dimension worse; what does so by design has no aim.

    `still_there` is asked again after each change: one more purchase is a sign of life.
    """
    before = dimensions(evidence, calibration, still_there(evidence))
    found = []
    for what, happen, name, target in CHANGED:
        changed = happen(evidence, calibration)
        after = dimensions(changed, calibration, still_there(changed))
        worse = getattr(after, name).value < getattr(before, name).value - LEAST
        line = f"{where}{what} lowers {name}" + ("" if target else BY_DESIGN)
        found.append(check(line, int(worse.sum()), target))
    return found
