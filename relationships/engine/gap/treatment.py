"""How customers are treated: counted from what the company did, with how much was counted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from relationships.engine.gap.terms import Terms
from relationships.engine.typology import Evidence, Typology
from relationships.engine.typology.complaints import LEAST_HOURS
from relationships.engine.typology.typology import TypeSpec

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
DAYS = 30.0
SPREADS = {"contacts": 0.7, "promo": 0.2, "tone": 0.3, "reply": 1.0}
SOFT = 0.5  # messages: so that none and few can be compared as a ratio


@dataclass(frozen=True)
class Treatment:
    """One row per customer; NaN where nothing was measured, and n or trust beside it."""

    contacts: Floats  # in 30 days, without what service had to say
    contacts_trust: Floats  # 0: messages are not recorded; 1: for 30 days and more
    messages: Floats  # in 180 days, of which we know what they were
    promo: Floats  # share of them that offers something at a price
    personal: Floats  # share of them that sells nothing
    replies: Floats  # in 180 days
    reply_hours: Floats  # their geometric mean

    @property
    def is_measured(self) -> npt.NDArray[np.bool_]:
        return ~np.isnan(self.contacts) | ~np.isnan(self.promo) | ~np.isnan(self.reply_hours)


@dataclass(frozen=True)
class Right:
    """What would be right for the relationship they have: limits, averaged over what is likely."""

    contacts: Floats
    promo: Floats
    reply_hours: Floats


def treatment(evidence: Evidence) -> Treatment:
    weeks = evidence.connected.get("messages", 0.0)
    n = len(evidence)
    known = np.full(n, min(weeks * 7 / DAYS, 1.0))
    messages, replies = evidence["messages_180d"], evidence["replies_180d"]
    replies = replies + evidence["complaint_replies_180d"]
    hours = evidence["reply_log_hours_180d"] + evidence["complaint_reply_log_hours_180d"]
    return Treatment(
        contacts=np.where(known > 0, evidence["contacts_30d"], np.nan),
        contacts_trust=known,
        messages=messages,
        promo=_share(evidence["offers_180d"], messages),
        personal=1 - _share(evidence["selling_180d"], messages),
        replies=replies,
        reply_hours=np.exp(_share(hours, replies)),
    )


def _share(part: Floats, whole: Floats) -> Floats:
    return np.where(whole > 0, part / np.maximum(whole, 1.0), np.nan)


def right(held: Floats, types: Typology) -> Right:
    """From the probabilities of the types held, n × types."""
    kinds = types.types
    weights = held / np.maximum(held.sum(axis=1, keepdims=True), 1e-12)
    contacts = weights @ np.array([float(kind.contacts_30d_max) for kind in kinds])
    return Right(
        contacts=np.where(contacts < 1, contacts, np.floor(contacts + 0.5)),
        promo=weights @ np.array([kind.promo_share_max for kind in kinds]),
        reply_hours=np.exp(weights @ np.log(_hours(kinds))),
    )


def _hours(kinds: Sequence[TypeSpec]) -> Floats:
    """Hours to a reply that are right; "at once" is a few minutes, as it is measured."""
    return np.maximum([kind.reply_hours_max for kind in kinds], LEAST_HOURS)


def suited(treatment: Treatment, rule: Terms, types: Typology) -> Floats:
    """How well our behaviour suits each type that is not negative, in their order: together 1;
    zeros where nothing is measured.

    Each type's rules of contact, promotion, tone and reply against what was done; what was not
    measured says nothing. Nobody is treated "as an adversary".
    """
    kinds = [kind for kind in types.types if kind.family != "negative"]
    tone = rule.tone[np.array([kind.family != "negative" for kind in types.types])]
    caps = np.array([float(kind.contacts_30d_max) for kind in kinds])
    promo = np.array([kind.promo_share_max for kind in kinds])
    done_and_right = {
        "contacts": (np.log(treatment.contacts + SOFT), np.log(caps + SOFT)),
        "promo": (treatment.promo, promo),
        "tone": (treatment.personal, tone),
        "reply": (np.log2(treatment.reply_hours), np.log2(_hours(kinds))),
    }
    misfit = np.zeros((len(treatment.contacts), len(kinds)))
    for part, (done, fair) in done_and_right.items():
        counts = ~np.isnan(done) / SPREADS[part]
        misfit += ((np.nan_to_num(done)[:, None] - fair) * counts[:, None]) ** 2
    fit = np.exp(-(misfit - misfit.min(axis=1, keepdims=True)) / 2)
    return np.asarray(fit * (treatment.is_measured / fit.sum(axis=1))[:, None])


def treated_as(fit: Floats, types: Typology) -> Floats:
    """Which relationship our behaviour would suit: n × families that are not negative."""
    theirs = np.array([kind.family for kind in types.types if kind.family != "negative"])
    return np.asarray(fit @ (theirs[:, None] == _families(types)))


def treated_wish(fit: Floats, families: Floats, rule: Terms, types: Typology) -> Codes:
    """Place of the wish that our behaviour would suit: of the family that it suits best, the one
    whose types it suits best on average; −1 where nothing is measured."""
    keys = [kind.key for kind in types.types if kind.family != "negative"]
    meant = np.array([np.isin(keys, wish.types) for wish in rule.wishes], dtype=np.float64)
    means = fit @ (meant / np.maximum(meant.sum(axis=1, keepdims=True), 1.0)).T
    own = np.array([wish.family for wish in rule.wishes]) == _families(types)[:, None]
    means = np.where(own[families.argmax(axis=1)], means, -1.0)
    return np.where(families.any(axis=1), means.argmax(axis=1), -1)


def _families(types: Typology) -> npt.NDArray[np.str_]:
    return np.array([name for name in types.families if name != "negative"])
