"""The shown label: restraint, smoothing, hysteresis and hard events."""

import numpy as np
import pytest

from relationships.engine.typology import Previous, default_spec, typology
from relationships.engine.typology.shown import (
    held_types,
    labels,
    normalised,
    remembered,
    smoothed,
)
from tests.engine.typology.cast import TODAY, event, known, purchase

KEYS = typology().keys
SPEC = default_spec()
UNDETERMINED = 5


def chances(**by_key: float) -> np.ndarray:
    row = np.full(29, (1 - sum(by_key.values())) / (29 - len(by_key)))
    for key, value in by_key.items():
        row[KEYS.index(key)] = value
    return row[None, :]


def shown(posterior: np.ndarray, confidence: float) -> tuple[str, int, str]:
    found = labels(posterior, posterior.argmax(axis=1), np.array([confidence]), SPEC, typology())
    key = KEYS[found.type[0]] if found.type[0] >= 0 else ""
    return key, int(found.family[0]), list(typology().groups)[found.group[0]]


def test_a_likely_and_well_evidenced_type_is_shown() -> None:
    assert shown(chances(R4=0.65), 0.4) == ("R4", 1, "deepen")


def test_without_confidence_only_the_family_is_shown() -> None:
    assert shown(chances(R4=0.65), 0.3)[:2] == ("", 1)


def test_a_family_is_shown_when_its_types_together_are_likely() -> None:
    assert shown(chances(R2=0.35, R4=0.3), 0.9) == ("", 1, "keep_rhythm")


def test_otherwise_it_is_too_early_to_tell() -> None:
    assert shown(chances(R2=0.3, D1=0.3), 0.9)[:2] == ("", UNDETERMINED)


def test_while_nothing_is_shown_the_next_step_tells_of_no_negative_type() -> None:
    hidden = chances(N1=0.5, F4=0.3)
    assert shown(hidden, 0.9)[1:] == (UNDETERMINED, shown(chances(F4=0.9), 0.9)[2])
    assert shown(chances(N1=0.9), 0.9)[2] == "repair"


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        ({"R4": 0.62}, {"R4": 0.55}, ("R4", 1)),  # hardly less likely: it stays
        ({"R4": 0.62}, {"R4": 0.53}, ("", UNDETERMINED)),  # clearly less likely
        ({"R4": 0.55}, {"R4": 0.55}, ("", UNDETERMINED)),  # was not shown
        ({"R2": 0.31, "R4": 0.31}, {"R2": 0.28, "R4": 0.28}, ("", 1)),  # the family by itself
        ({"D1": 0.62}, {"R4": 0.55}, ("", UNDETERMINED)),  # something else was
        ({"R4": 0.62}, {"R4": 0.61}, ("R4", 1)),
    ],
)
def test_what_was_shown_a_month_ago_stays_while_hardly_less_likely(then, now, expected) -> None:
    before = exactly(**then)
    posterior = exactly(**now)
    found = labels(posterior, posterior.argmax(axis=1), np.array([0.9]), SPEC, typology(), before)
    shown_type = KEYS[found.type[0]] if found.type[0] >= 0 else ""
    assert (shown_type, int(found.family[0])) == expected


def exactly(**by_key: float) -> np.ndarray:
    """The rest is an adversary's: of another family than all that is asked about."""
    return chances(**by_key, N5=1 - sum(by_key.values()))


def test_of_who_is_new_or_was_struck_nothing_is_remembered() -> None:
    here, then = known([purchase(100)]), chances(R4=0.9)
    r4, on = np.array([KEYS.index("R4")]), np.array([TODAY - 30])
    assert remembered(None, here) is None
    new = Previous(np.full((1, 29), np.nan), np.array([-1]), on)
    assert (remembered(new, here) == 0).all()
    assert (remembered(Previous(then, r4, on), here) == then).all()
    struck = known([purchase(100), event("subscription_cancelled", 5)])
    assert (remembered(Previous(then, r4, on), struck) == 0).all()


def test_a_month_later_the_old_picture_weighs_three_tenths() -> None:
    evidence = known([purchase(100)])
    new, old = np.log(chances(R2=0.5)), chances(R4=0.5)
    previous = Previous(old, np.array([KEYS.index("R4")]), np.array([TODAY - 30]))
    mixed = smoothed(new, previous, evidence, SPEC)
    np.testing.assert_allclose(mixed, normalised(0.7 * new + 0.3 * np.log(old)))


def test_two_months_later_it_weighs_the_square() -> None:
    evidence = known([purchase(100)])
    new, old = np.log(chances(R2=0.5)), chances(R4=0.5)
    previous = Previous(old, np.array([-1]), np.array([TODAY - 61]))
    weight = 0.3 ** (61 / (365.25 / 12))
    expected = normalised((1 - weight) * new + weight * np.log(old))
    np.testing.assert_allclose(smoothed(new, previous, evidence, SPEC), expected)


@pytest.mark.parametrize("kind", ["mention", "subscription_cancelled", "unsubscribed"])
def test_a_hard_event_wipes_the_old_picture(kind: str) -> None:
    evidence = known([purchase(100), event(kind, 5, sentiment=-0.9)])
    new = np.log(chances(N5=0.5))
    previous = Previous(chances(R4=0.9), np.array([KEYS.index("R4")]), np.array([TODAY - 30]))
    np.testing.assert_allclose(smoothed(new, previous, evidence, SPEC), new)


def test_a_hard_event_before_the_last_picture_is_in_it_already() -> None:
    evidence = known([purchase(100), event("unsubscribed", 40)])
    new = np.log(chances(R2=0.5))
    previous = Previous(chances(R4=0.9), np.array([KEYS.index("R4")]), np.array([TODAY - 30]))
    assert not np.allclose(smoothed(new, previous, evidence, SPEC), new)


def test_what_the_gates_forbid_stays_forbidden_after_smoothing() -> None:
    new = np.log(chances(R2=0.5))
    new[0, KEYS.index("N5")] = -np.inf
    previous = Previous(chances(N5=0.9), np.array([KEYS.index("N5")]), np.array([TODAY - 30]))
    mixed = smoothed(new, previous, known([purchase(100)]), SPEC)
    assert mixed[0, KEYS.index("N5")] == -np.inf


def test_who_is_new_is_not_smoothed() -> None:
    new = np.log(chances(R2=0.5))
    previous = Previous(np.full((1, 29), np.nan), np.array([-1]), np.array([TODAY]))
    np.testing.assert_allclose(smoothed(new, previous, known([purchase(1)]), SPEC), new)


@pytest.mark.parametrize(("rival", "held"), [(0.33, "R4"), (0.34, "R2")])
def test_a_type_is_kept_until_another_is_likelier_by_a_tenth(rival: float, held: str) -> None:
    posterior = chances(R4=0.30, R2=rival)
    previous = Previous(chances(R4=0.5), np.array([KEYS.index("R4")]), np.array([TODAY - 30]))
    found = held_types(posterior, previous, known([purchase(100)]), SPEC)
    assert KEYS[found[0]] == held
