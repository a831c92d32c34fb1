"""What customers want: stated answers that fade, else what those in such a relationship want."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from relationships.engine.gap.answers import Answers
from relationships.engine.gap.terms import Terms
from relationships.engine.typology import Typology

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int64]
TINY = 1e-12


@dataclass(frozen=True)
class Wishes:
    """One row per customer; NaN where a question has no answer."""

    posterior: Floats  # n × types: which relationship they would like; no negative one
    wish: Codes  # place among the wishes: the one stated, else the likeliest
    is_stated: Bools
    trust: Floats  # 0 … 1, of the wish as a whole
    is_contradictory: Bools
    closeness: Floats  # C*: 0 … 1
    closeness_trust: Floats
    picture_trust: Floats  # of Q3, which is on the scale of the closeness measured
    held_closeness: Floats  # what the types held mean: words are compared with words
    tone: Floats  # N*: 0 businesslike … 1 as among friends
    tone_trust: Floats
    contacts: Floats  # messages in 30 days that they stated; NaN: not stated
    contacts_trust: Floats
    voice: Floats
    mood: Floats  # V now, −1 … 1
    lock: Floats
    pull: Floats


def wishes(
    answers: Answers, held: Floats, pace_per_month: Floats, rule: Terms, kinds: Typology
) -> Wishes:
    """From answers, the probabilities of the types held (n × types), and standing instructions
    of so many messages a month (NaN: none; they do not fade). Relationship science §2.7."""
    trust = {q: answers.trust(q, rule.half_life_days, rule.undated) for q in ("q1", "q3", "q7")}
    usual = held @ rule.usual
    usual = usual / np.maximum(usual.sum(axis=1, keepdims=True), TINY)
    posterior = _normal(_desired(answers, trust, usual, rule, kinds))
    clash = _contradicts(answers, (answers.of("q3") - 1) / 6, rule, kinds)
    kept = np.where(clash, rule.contradictory, 1.0)
    whole = np.maximum(trust["q1"], trust["q3"])
    is_stated = whole >= rule.stated_least
    tone, tone_trust = _tone(answers, posterior, rule)
    contacts, contacts_trust = _contacts(answers, trust["q7"], pace_per_month, rule)
    return Wishes(
        posterior=posterior,
        wish=_wish(answers, trust["q1"], posterior, rule, kinds),
        is_stated=is_stated,
        trust=np.maximum(whole * kept, rule.inferred),
        is_contradictory=clash & is_stated,
        closeness=_closeness(answers, trust, posterior, usual, kinds),
        closeness_trust=np.maximum(whole * kept, rule.inferred),
        picture_trust=trust["q3"],
        held_closeness=held @ _closeness_of(kinds) / np.maximum(held.sum(axis=1), TINY),
        tone=tone,
        tone_trust=tone_trust,
        contacts=contacts,
        contacts_trust=contacts_trust,
        **_said(answers),
    )


def _said(answers: Answers) -> dict[str, Floats]:
    """What stands as it was answered, on scales of one."""
    return {
        "voice": (answers.of("q8") - 1) / 6,
        "mood": answers.of("q11") / 3,
        "lock": (answers.of("q10") - 1) / 6,
        "pull": (answers.of("q9") - 1) / 6,
    }


def _closeness_of(kinds: Typology) -> Floats:
    return np.array([kind.closeness for kind in kinds.types])


def _closeness(
    answers: Answers, trust: dict[str, Floats], posterior: Floats, usual: Floats, kinds: Typology
) -> Floats:
    """C*: the picture chosen as far as it is trusted, else what the words mean, else the usual."""
    of, picture = _closeness_of(kinds), trust["q3"]
    meant = trust["q1"] * (posterior @ of) + (1 - trust["q1"]) * (usual @ of)
    return picture * np.nan_to_num((answers.of("q3") - 1) / 6) + (1 - picture) * meant


def _desired(
    answers: Answers, trust: dict[str, Floats], usual: Floats, rule: Terms, kinds: Typology
) -> Floats:
    """Log of the desired type's probability: each answer counts as much as it is trusted, and
    what such customers usually want counts for the rest."""
    least = np.maximum.reduce(list(trust.values()))
    found = (1 - least)[:, None] * np.log(np.maximum(usual, TINY))
    words = np.log(_words(rule, kinds))[np.nan_to_num(answers.of("q1")).astype(int)]
    found = found + trust["q1"][:, None] * words
    for question, values, of, spread in (
        ("q3", (answers.of("q3") - 1) / 6, [k.closeness for k in kinds.types],
         rule.closeness_spread),
        ("q7", _looked_up(np.array([p.intensity for p in rule.paces]), answers.of("q7")),
         [k.intensity for k in kinds.types], rule.intensity_spread),
    ):  # fmt: skip
        z = (np.nan_to_num(values)[:, None] - np.array(of)) / spread
        found = found - trust[question][:, None] * z**2 / 2
    wanted = np.array([kind.family != "negative" for kind in kinds.types])
    return np.where(wanted, found, -np.inf)


def _words(rule: Terms, kinds: Typology) -> Floats:
    """Wishes × types: most of the belief on the types that the words mean."""
    wanted = np.array([kind.family != "negative" for kind in kinds.types])
    table = np.zeros((len(rule.wishes), len(kinds.types)))
    for row, wish in enumerate(rule.wishes):
        meant = np.isin(kinds.keys, wish.types)
        table[row] = np.where(meant, rule.words / meant.sum(), 0.0)
        table[row] += np.where(~meant & wanted, (1 - rule.words) / (~meant & wanted).sum(), 0.0)
    return np.maximum(table, TINY)


def _normal(logs: Floats) -> Floats:
    found = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def _contradicts(answers: Answers, stated_closeness: Floats, rule: Terms, kinds: Typology) -> Bools:
    """The words mean one closeness and the picture another, two spreads and more apart.

    Then the picture says how close and the words which kind, and both are trusted less.
    """
    closeness_of = _closeness_of(kinds)
    meant = [closeness_of[np.isin(kinds.keys, wish.types)] for wish in rule.wishes]
    low, high = np.array([[c.min(), c.max()] for c in meant]).T
    at = np.nan_to_num(answers.of("q1")).astype(int)
    both = ~np.isnan(answers.of("q1")) & ~np.isnan(stated_closeness)
    reach = 2 * rule.closeness_spread
    given = np.nan_to_num(stated_closeness)
    return np.asarray(both & ((given < low[at] - reach) | (given > high[at] + reach)))


def _tone(answers: Answers, posterior: Floats, rule: Terms) -> tuple[Floats, Floats]:
    """N* from Q5 and Q6, one of them if the other is missing; else what the desired type means."""
    both = np.stack([(answers.of("q5") - 1) / 6, (7 - answers.of("q6")) / 6])
    known = ~np.isnan(both)
    stated = np.nan_to_num(both).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    trust = np.maximum(*(answers.trust(q, rule.half_life_days, rule.undated) for q in ("q5", "q6")))
    usual = posterior @ rule.tone
    return trust * stated + (1 - trust) * usual, np.maximum(trust, rule.inferred)


def _contacts(
    answers: Answers, trust: Floats, pace_per_month: Floats, rule: Terms
) -> tuple[Floats, Floats]:
    """A standing instruction goes before an answer; of an answer only while it is trusted."""
    asked = _looked_up(np.array([pace.contacts for pace in rule.paces]), answers.of("q7"))
    asked = np.where(trust >= rule.stated_least, asked, np.nan)
    stands = ~np.isnan(pace_per_month)
    return np.where(stands, pace_per_month, asked), np.where(stands, 1.0, trust)


def _looked_up(table: Floats, places: Floats) -> Floats:
    return np.where(np.isnan(places), np.nan, table[np.nan_to_num(places).astype(int)])


def _wish(
    answers: Answers, trust: Floats, posterior: Floats, rule: Terms, kinds: Typology
) -> Codes:
    groups = np.stack(
        [posterior[:, np.isin(kinds.keys, wish.types)].sum(axis=1) for wish in rule.wishes], axis=1
    )
    said = np.nan_to_num(answers.of("q1")).astype(np.int64)
    is_said = trust >= rule.stated_least
    return np.where(is_said, said, groups.argmax(axis=1))
