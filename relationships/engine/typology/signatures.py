"""Signatures: eighteen marks of behaviour from 0 to 1, beside the three dimensions (§1.2)."""

import numpy as np
import numpy.typing as npt

from relationships.engine.typology.calibration import Calibration
from relationships.engine.typology.columns import CATEGORIES
from relationships.engine.typology.dimension import saturated
from relationships.engine.typology.dimensions import Dimensions
from relationships.engine.typology.evidence import Evidence
from relationships.engine.typology.exposure import repeat_windows
from relationships.engine.typology.intensity import faded_weeks, repeats, response

Floats = npt.NDArray[np.float64]

DIMENSIONS = ("valence", "closeness", "intensity")
SIGNATURES = (
    "new", "lapse", "trend", "promo", "lock", "single", "burst", "novelty", "voice",
    "advoc", "demand", "cost", "resp", "mixed", "shock", "fame", "peak", "third",
)  # fmt: skip
FEATURES: tuple[str, ...] = (*DIMENSIONS, *SIGNATURES)
FAST_CYCLES, SLOW_CYCLES = 2.0, 8.0
VOICE_HALF, PRAISE_HALF, HELP_HALF, HOSTILE_HALF, STRONG_HALF = 2.0, 1.5, 0.5, 1.0, 1.0
SHOCK_HALF_DAYS = 90.0
RECENT_WINDOWS = 4
"""Of the seven windows those up to 13 weeks (at a cycle of 8): against what came before."""


def features(
    evidence: Evidence, placed: Dimensions, calibration: Calibration, alive: Floats
) -> Floats:
    """n × len(FEATURES): the dimensions, then the signatures; NaN where nothing can be known."""
    marks = signatures(evidence, calibration, alive)
    columns = [getattr(placed, name).value for name in DIMENSIONS]
    return np.column_stack([*columns, *(marks[name] for name in SIGNATURES)])


def signatures(evidence: Evidence, calibration: Calibration, alive: Floats) -> dict[str, Floats]:
    e = evidence
    bought = e["orders"]
    counts = np.column_stack([e.block("category", CATEGORIES), e["category_other"]])
    return {
        "new": np.exp2(-e.tenure_weeks / (2.0 * e.cycle_weeks)),
        "lapse": 1.0 - alive,
        "trend": trend(e),
        "promo": _share(e["orders_discounted"], e["orders_discount_known"]),
        "lock": _heard(e, "contract", e.is_locked.astype(np.float64)),
        "single": _share(counts.max(axis=1), counts.sum(axis=1)),
        "burst": _share(e["orders_in_season"], e["orders_season_known"]),
        "novelty": _share(e["orders_novel"], e["orders_novelty_known"]),
        "voice": _heard(e, "suggestions", saturated(e.recent("suggestions"), VOICE_HALF)),
        "advoc": _heard(e, "advocacy", saturated(e["praise_540"], PRAISE_HALF)),
        "demand": _heard(e, "support", saturated(e.recent("support") / (bought + 0.5), HELP_HALF)),
        "cost": _heard(e, "returns", np.minimum(_share(e["returns"], bought), 1.0)),
        "resp": np.where(e.seen("messages"), response(e, calibration), np.nan),
        "mixed": mixed(e),
        "shock": _heard(e, "failures", shock(e)),
        "fame": _heard(e, "hostile", saturated(e["hostile_365"], HOSTILE_HALF)),
        "peak": peak(e),
        "third": e.chosen_by_another,
    }  # fmt: skip


def trend(evidence: Evidence) -> Floats:
    """The fast rate of repeat purchases in the sum of fast and slow: ½ is steady."""
    rates = []
    for name, cycles in (("purchases_fast", FAST_CYCLES), ("purchases_slow", SLOW_CYCLES)):
        half_life = cycles * evidence.cycle_weeks
        weeks = faded_weeks(evidence.tenure_weeks, half_life)
        rates.append(repeats(evidence, name, half_life) / np.maximum(weeks, 1.0))
    return _share(rates[0], rates[0] + rates[1])


def mixed(evidence: Evidence) -> Floats:
    """Strong words of both kinds; nothing is mixed where only one kind could be heard."""
    glad = evidence["praise_540"] + evidence["good_reviews_540"] + evidence["nps_ten_365"]
    hurt = evidence["complaints_365"] + evidence["hostile_365"] + evidence["nps_low_365"]
    hurt = hurt + evidence.block("stars_365", 2, first=1).sum(axis=1)
    both: Floats = np.minimum(saturated(glad, STRONG_HALF), saturated(hurt, STRONG_HALF))
    heard = any(map(evidence.is_connected, ("complaints", "reviews", "nps", "hostile")))
    return both if heard else np.full(len(evidence), np.nan)


def shock(evidence: Evidence) -> Floats:
    """An open severe complaint, or how lately the last one was; or the last promise that was broken
    and not made good."""
    ages = np.fmin(evidence["severe_complaint_age_days"], evidence["promise_unsettled_age_days"])
    faded = np.nan_to_num(np.exp2(-ages / SHOCK_HALF_DAYS))
    return np.asarray(np.maximum(faded, (evidence["complaints_open_severe"] > 0) * 1.0))


def peak(evidence: Evidence) -> Floats:
    """How much less is bought than in earlier times; NaN where there are none."""
    counts, weeks = repeat_windows(evidence), evidence.exposure_weeks("purchases")
    now = _share(counts[:, :RECENT_WINDOWS].sum(axis=1), weeks[:, :RECENT_WINDOWS].sum(axis=1))
    then = _share(counts[:, RECENT_WINDOWS:].sum(axis=1), weeks[:, RECENT_WINDOWS:].sum(axis=1))
    return np.asarray(np.maximum(1.0 - _share(now, then), 0.0))


def _share(part: Floats, whole: Floats) -> Floats:
    out: Floats = np.full(len(part), np.nan)
    return np.divide(part, whole, out=out, where=whole > 0)


def _heard(evidence: Evidence, channel: str, values: Floats) -> Floats:
    known = evidence.is_connected(channel)
    return np.asarray(values, dtype=np.float64) if known else np.full(len(evidence), np.nan)
