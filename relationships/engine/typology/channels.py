"""The channels of evidence: what each says about each type, as log likelihood, n × K.

A channel that is not connected, or of which nothing can be known for a customer, says nothing (0).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from relationships.engine.typology.calibration import Calibration
from relationships.engine.typology.column import HABIT_WINDOWS
from relationships.engine.typology.evidence import EITHER, Evidence
from relationships.engine.typology.exposure import (
    answers,
    order_count,
    orders_within,
    repeat_windows,
    years,
)
from relationships.engine.typology.likelihood import (
    beta_binomial,
    bounded_normal,
    dirichlet_multinomial,
    gamma_poisson,
    normal,
)
from relationships.engine.typology.spec import Spec

Floats = npt.NDArray[np.float64]

STARS = np.arange(5.0)
STAR_CHOOSE = np.array([1.0, 4.0, 6.0, 4.0, 1.0])
EVEN_STARS = 0.1
"""Share of ratings given at random: keeps one odd star from deciding."""

NPS_RANGE = (-0.5, 10.5)
"""Answers are whole numbers, each standing for half a point to both sides."""


@dataclass(frozen=True)
class Counted:
    """Events against exposure: `seen` gives counts and exposure, both n × W."""

    channel: str
    field: str
    seen: Callable[[Evidence], tuple[Floats, Floats]]

    def rates(self, spec: Spec, windows: int) -> Floats:
        """Per unit of exposure, K × W; only purchases have a rhythm over several windows."""
        return spec[self.field][:, None] * (spec.rhythm if windows > 1 else 1.0)

    def says(self, evidence: Evidence, spec: Spec, _: Calibration) -> Floats:
        counts, exposure = self.seen(evidence)
        rates = self.rates(spec, counts.shape[1])
        return gamma_poisson(counts, rates, exposure @ rates.T, spec.constants["heterogeneity"])


@dataclass(frozen=True)
class Share:
    """Marked ones among known ones: `seen` gives both, (n,) each; one trial is a yes or no."""

    channel: str
    field: str
    seen: Callable[[Evidence], tuple[Floats, Floats]]

    def says(self, evidence: Evidence, spec: Spec, _: Calibration) -> Floats:
        hits, trials = self.seen(evidence)
        precision = spec.constants["share_precision"]
        return beta_binomial(np.minimum(hits, trials), trials, spec[self.field], precision)


@dataclass(frozen=True)
class Measured:
    """Anything else, with a likelihood of its own."""

    channel: str
    says: Callable[[Evidence, Spec, Calibration], Floats]


def purchases(evidence: Evidence) -> tuple[Floats, Floats]:
    cycles = evidence.exposure_weeks("purchases") / evidence.cycle_weeks
    return repeat_windows(evidence) * (cycles > 0), cycles


def events(channel: str, field: str, exposure: Callable[[Evidence, str], Floats]) -> Counted:
    """A channel judged by its number of events in the horizon."""

    def seen(evidence: Evidence) -> tuple[Floats, Floats]:
        return evidence.recent(channel)[:, None], exposure(evidence, channel)[:, None]

    return Counted(channel, field, seen)


def visits_of_late(evidence: Evidence) -> tuple[Floats, Floats]:
    """A habit as it is now; see `column.HABIT_WEEKS`."""
    counts = evidence.windows("visits")[:, :HABIT_WINDOWS]
    exposure = evidence.exposure_weeks("visits")[:, :HABIT_WINDOWS]
    return counts.sum(axis=1)[:, None], exposure.sum(axis=1)[:, None]


def share(channel: str, field: str, hits: str, trials: str) -> Share:
    return Share(channel, field, lambda evidence: (evidence[hits], evidence[trials]))


def per_order(channel: str, field: str, hits: str) -> Share:
    """Events that an order may bring, at most one each."""
    return Share(channel, field, lambda known: (known[hits], orders_within(known, channel)))


def filled_fields(evidence: Evidence) -> tuple[Floats, Floats]:
    filled = evidence["profile_fields"]
    return np.clip(np.rint(np.nan_to_num(filled)), 0.0, 10.0), 10.0 * ~np.isnan(filled)


def under_contract(evidence: Evidence) -> tuple[Floats, Floats]:
    return evidence.is_locked.astype(np.float64), np.ones(len(evidence))


def chosen_by_another(evidence: Evidence) -> tuple[Floats, Floats]:
    chosen = evidence.chosen_by_another
    return (chosen > 0).astype(np.float64), (~np.isnan(chosen)).astype(np.float64)


def in_season(evidence: Evidence) -> tuple[Floats, Floats]:
    """In whole orders: what each repeats of the year before is a share."""
    return np.rint(evidence["orders_in_season"]), evidence["orders_season_known"]


def unsettled(evidence: Evidence) -> tuple[Floats, Floats]:
    """Whether we failed them of late and have not put it right: by their complaints, or by our
    promises where no complaints are recorded. Most broken promises hurt nobody enough to say so:
    counted together with complaints they drown them."""
    told = next(filter(evidence.is_connected, EITHER["failures"]), None)
    waiting = evidence[f"{told}_unsettled"] > 0 if told else np.zeros(len(evidence))
    return waiting.astype(np.float64), np.ones(len(evidence))


def opted_out(evidence: Evidence) -> tuple[Floats, Floats]:
    left = evidence.has_opted_out
    could = left | (evidence["messages_sent"] > 0)
    return left.astype(np.float64), could.astype(np.float64)


def category_counts(evidence: Evidence, calibration: Calibration) -> Floats:
    """Orders in each of the company's stored categories, then in all others."""
    named = len(calibration.categories)
    return np.column_stack([evidence.block("category", named), evidence["category_other"]])


def categories(evidence: Evidence, spec: Spec, calibration: Calibration) -> Floats:
    if not calibration.categories:
        return np.zeros((len(evidence), len(spec.rhythm)))
    counts = category_counts(evidence, calibration)
    shares = np.array(calibration.category_shares)
    return dirichlet_multinomial(counts, spec["category_breadth"][:, None] * len(shares) * shares)


def stars(evidence: Evidence, spec: Spec, _: Calibration) -> Floats:
    kind = (spec["mean_stars"][:, None] - 1.0) / 4.0
    shape = STAR_CHOOSE * kind**STARS * (1.0 - kind) ** (4.0 - STARS)
    alpha = spec.constants["star_precision"] * ((1.0 - EVEN_STARS) * shape + EVEN_STARS / 5.0)
    return dirichlet_multinomial(evidence.block("stars", 5, first=1), alpha)


def nps(evidence: Evidence, spec: Spec, _: Calibration) -> Floats:
    total, count = evidence["nps_sum"], evidence["nps_answers"]
    return bounded_normal(total, count, spec["mean_nps"], spec.constants["nps_sd"], *NPS_RANGE)


def tenure(evidence: Evidence, spec: Spec, _: Calibration) -> Floats:
    variance = np.full(len(evidence), spec.constants["log_tenure_sd"] ** 2)
    variance[np.isnan(evidence["first_act_age_days"])] = np.inf
    return normal(np.log(evidence.tenure_weeks), np.log(spec["tenure_weeks"]), variance)


def spend(evidence: Evidence, spec: Spec, calibration: Calibration) -> Floats:
    """Mean log order against the company's usual one, sure in the measure of its orders."""
    n = evidence["priced_orders"]
    mean = np.divide(evidence["log_amounts"], n, out=np.zeros_like(n), where=n > 0)
    between, within = (spec.constants[f"log_spend_sd_{one}"] ** 2 for one in ("between", "within"))
    variance = np.where(n > 0, between + within / np.maximum(n, 1.0), np.inf)
    return normal(mean - calibration.log_spend, spec["log_spend_shift"], variance)


SPEAKING: dict[str, Counted | Share | Measured] = {
    "purchases": Counted("purchases", "purchases_per_cycle", purchases),
    "tenure": Measured("purchases", tenure),
    "spend": Measured("purchases", spend),
    "visits": Counted("visits", "visits_per_week", visits_of_late),
    "support": events("support", "support_per_order", order_count),
    "complaints": events("complaints", "complaints_per_order", order_count),
    "suggestions": events("suggestions", "suggestions_per_year", years),
    "advocacy": events("advocacy", "praise_per_year", years),
    "hostile": events("hostile", "hostile_posts_per_year", years),
    "returns": per_order("returns", "returned_share", "returns"),
    "promo": share("promo", "discounted_share", "orders_discounted", "orders_discount_known"),
    "novelty": share("novelty", "novel_share", "orders_novel", "orders_novelty_known"),
    "season": Share("season", "in_season_share", in_season),
    "categories": Measured("categories", categories),
    "messages": Share("messages", "click_share", lambda e: (answers(e), e["messages_sent"])),
    "opt_out": Share("messages", "opted_out", opted_out),
    "recovery": share(
        "complaints", "satisfied_recovery", "complaints_satisfied", "complaints_answered"
    ),
    "unsettled": Share("failures", "unsettled_failure", unsettled),
    "reviews": per_order("reviews", "review_share", "reviews"),
    "stars": Measured("reviews", stars),
    "nps": Measured("nps", nps),
    "profile": Share("profile", "profile_filled", filled_fields),
    "contract": Share("contract", "under_contract", under_contract),
    "third": Share("third", "chosen_by_another", chosen_by_another),
}
"""Each voice with the channel that must be connected for it to speak."""

VOICES: tuple[str, ...] = tuple(SPEAKING)


def log_likelihoods(evidence: Evidence, spec: Spec, calibration: Calibration) -> dict[str, Floats]:
    """What each connected voice says, n × K each; `spec` already shifted to the company."""
    return {
        voice: speaker.says(evidence, spec, calibration)
        for voice, speaker in SPEAKING.items()
        if evidence.is_connected(speaker.channel)
    }
