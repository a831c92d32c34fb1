"""Why a relationship turned: the mechanism, and which observations moved since the last close."""

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from relationships.engine.history.moved import beyond, causes, swings
from relationships.engine.history.turning import (
    MECHANISMS,
    Since,
    State,
    divergence,
    mechanism,
    turned,
)
from relationships.engine.typology import Evidence, Verdicts, classify, typology
from relationships.engine.value import Scores
from relationships.models import Family
from relationships.queries.evidence import Shard, places, shard
from relationships.queries.evidence_sql import among
from relationships.queries.history.earlier import last_close
from relationships.queries.judging import Before, Standard
from relationships.queries.sources import quick_sources
from relcrm.lib import columns

Rows = NDArray[np.intp]
A_MONTH = timedelta(days=30)  # looked back while no month was closed yet


@dataclass(frozen=True)
class Weighed:
    """Customers with their evidence and all that follows from it."""

    some: Shard
    scores: Scores
    earlier: Before
    verdicts: Verdicts

    @property
    def now(self) -> State:
        return State(self.verdicts.posterior, self.verdicts.labels.held)

    @property
    def then(self) -> State:
        held = np.nan_to_num(self.earlier.held, nan=-1).astype(np.int64)
        return State(self.earlier.posterior, held)


def turns(found: Weighed, rule: Standard) -> NDArray[np.float64]:
    """Place of the mechanism for those at a turning point, NaN for all others."""
    result = np.full(len(found.some), np.nan)
    rows = np.flatnonzero(turned(found.now, found.then))
    if len(rows):
        then = _evidence_then(found.some.evidence.customers[rows], rule)
        since = Since.between(found.some.evidence.at(rows), then)
        result[rows] = mechanism(_at(found.now, rows), _at(found.then, rows), since)
    return result


def reasons(found: Weighed, rule: Standard, rows: Rows) -> dict[int, str]:
    """Of the customers in these rows: mechanism and what moved, as JSON by customer."""
    rows = rows[found.then.held[rows] >= 0]
    if not len(rows):
        return {}
    now, then = _at(found.now, rows), _at(found.then, rows)
    here = found.some.evidence.at(rows)
    there = _evidence_then(here.customers, rule)
    # The type held before; where it is still held, the one it was in doubt with.
    old = np.where(then.held == now.held, rival(now), then.held)
    alive = found.scores.alive[rows]
    told = causes(_swung((here, now), (there, then), old, alive, rule), here, there,
                  rule.calibration)  # fmt: skip
    ways = mechanism(now, then, Since.between(here, there))
    apart = np.round(divergence(now.chances, then.chances), 2)
    since, hard = _then(rule).isoformat(), _is_negative()
    veiled = hard[now.held] | hard[then.held] | hard[old]
    return {
        int(customer): json.dumps(
            {"mechanism": MECHANISMS[way], "since": since, "divergence": kl, "moved": moved}
            | ({"veiled": True} if is_veiled else {})
        )
        for customer, way, kl, moved, is_veiled in zip(
            here.customers.tolist(), ways.tolist(), apart.tolist(), told, veiled.tolist(),
            strict=True,
        )
    }  # fmt: skip


def _is_negative() -> NDArray[np.bool_]:
    return np.array([kind.family == Family.NEGATIVE for kind in typology().types])


def rival(now: State) -> NDArray[np.int64]:
    """The likeliest type beside the one held: beside one that is not negative another such, so that
    a doubt which few may know of is not what the reason speaks of."""
    hard = _is_negative()
    closed = hard[None, :] & ~hard[now.held][:, None]
    closed[np.arange(len(now.held)), now.held] = True
    return np.asarray(np.where(closed, -1.0, now.chances).argmax(axis=1))


Seen = tuple[Evidence, State]


def _swung(
    here: Seen, there: Seen, old: NDArray, alive: NDArray[np.float64], rule: Standard
) -> NDArray[np.float64]:
    """What each channel, what was learned from labels and the memory of earlier months moved,
    n × MOVERS; together how far the odds moved. That someone is still there is taken as today."""
    (now, state), (then, before) = here, there
    new = state.held
    said = swings(now, then, new, old, rule.calibration, rule.specification.behaviour)
    channels = said.sum(axis=1)
    learned = np.zeros(len(channels))
    if rule.learned is not None:
        chances = [_without_memory(some, alive, rule) for some in (now, then)]
        learned = beyond(channels, *chances, new, old)
    memory = beyond(channels + learned, state.chances, before.chances, new, old)
    return np.column_stack([said, learned, memory])


def _without_memory(
    some: Evidence, alive: NDArray[np.float64], rule: Standard
) -> NDArray[np.float64]:
    by = rule.specification
    return classify(
        some, rule.calibration, by.behaviour, alive=alive, types=by.types, weights=by.weights,
        learned=rule.learned,
    ).posterior  # fmt: skip


def differ(ids: NDArray[np.int64], family: NDArray, type_: NDArray) -> Rows:
    """Rows whose shown label is another than the profile's; not where a colleague has set it."""
    old_family, old_type = shown(ids, "relationships_profile", "own_family = ''")
    return changed_rows((old_family, old_type), (family, type_))


def changed_rows(old: tuple[NDArray, NDArray], new: tuple[NDArray, NDArray]) -> Rows:
    """Where a label that was there differs."""
    known = ~np.isnan(old[0])
    return np.flatnonzero(known & ((old[0] != new[0]) | (old[1] != new[1])))


def shown(ids: NDArray[np.int64], table: str, which: str) -> tuple[NDArray, NDArray]:
    """Places of the family and type shown, NaN where nothing is; −1 for no type."""
    family, type_ = np.full(len(ids), np.nan), np.full(len(ids), np.nan)
    if not len(ids):
        return family, type_
    number = "float8" if connection.vendor == "postgresql" else "real"
    names = [*typology().families, Family.UNDETERMINED.value]
    sql = (
        f"SELECT CAST(customer_id AS {number}) AS customer, "  # noqa: S608 (our own words)
        f"CAST({_place('family', names)} AS {number}) AS family, "
        f"CAST({_place('type', list(typology().keys))} AS {number}) AS kind "
        f"FROM {table} WHERE {which} AND {among('customer_id', ids)}"
    )
    read = columns.read(connection, sql, [], ["customer", "family", "kind"])
    at, wanted = places(ids, read["customer"])
    family[at], type_[at] = read["family"][wanted], read["kind"][wanted]
    return family, type_


def _place(column: str, words: list[str]) -> str:
    cases = " ".join(f"WHEN '{word}' THEN {at}" for at, word in enumerate(words))
    return f"CASE {column} {cases} ELSE -1 END"


def _at(state: State, rows: Rows) -> State:
    return State(state.chances[rows], state.held[rows])


def _then(rule: Standard) -> date:
    return last_close(rule.as_of) or rule.as_of - A_MONTH


def _evidence_then(ids: NDArray[np.int64], rule: Standard) -> Evidence:
    """What was known of them at the last close, measured as today."""
    on = _then(rule)
    found = quick_sources(on, rule.found.to_json())
    asked = found.nps_first_on
    found = replace(found, nps_first_on=asked if asked and asked <= on else None)
    return shard(
        ids, found, cycle_weeks=rule.calibration.cycle_weeks, weights=rule.specification.weights
    ).evidence
