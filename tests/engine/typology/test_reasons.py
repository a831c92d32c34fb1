"""Reasons: codes with numbers, sentences a marketer reads, and what is missing."""

from math import inf

import numpy as np
import pytest

from relationships.engine.evaluation.drawn import draw
from relationships.engine.typology import (
    SPEAKERS,
    Calibration,
    Previous,
    calibrate,
    classify,
    typology,
)
from relationships.engine.typology.classify import LEARNED, MEMORY
from relationships.engine.typology.learning import Offset
from relationships.engine.typology.reasons import Reason, explanations, missing, numbers_of
from relationships.engine.typology.sentences import SENTENCES, missing_sentence, sentence
from relationships.engine.typology.signatures import FEATURES
from tests.engine.typology.cast import event, known, purchase


def explained(*stories: list[dict], **options):
    evidence = known(*stories, **options)
    verdicts = classify(evidence, Calibration(), alive=np.ones(len(evidence)))
    return verdicts, explanations(verdicts, evidence, Calibration())


def test_every_speaker_has_its_sentences() -> None:
    assert set(SENTENCES) == set(SPEAKERS)


def test_sentences_can_be_said_with_the_numbers_of_any_customer() -> None:
    _, evidence = draw(60, seed=6)
    calibration = calibrate(evidence, tuple("abcdefgh"))
    for code in SPEAKERS:
        facts = numbers_of(code, evidence, calibration)
        for row in range(len(evidence)):
            numbers = {name: float(values[row]) for name, values in facts.items()}
            said = sentence(Reason(code, numbers, 1.0))
            assert said
            assert "{" not in said


@pytest.mark.parametrize(
    ("code", "numbers", "said"),
    [
        ("purchases", {"count": 5, "weeks": 26}, "bought 5 more times in 26 weeks"),
        ("purchases", {"count": 1, "weeks": 26}, "bought once more in 26 weeks"),
        ("purchases", {"count": 0, "weeks": 26}, "has not bought again in 26 weeks"),
        ("purchases", {"count": 2, "weeks": 105}, "bought 2 more times in 2 years"),
        ("tenure", {"weeks": 130}, "has been a customer for 2.5 years"),
        ("messages", {"count": 1, "of": 4}, "answered 1 of 4 messages"),
        ("stars", {"count": 3, "mean": 4.333}, "gave 4.3 stars on average in 3 reviews"),
        ("spend", {"amount": 80, "usual": 23.5}, "spends 80.00 on an order, where 23.50 is usual"),
    ],
)
def test_a_reason_reads_like_this(code: str, numbers: dict, said: str) -> None:
    assert sentence(Reason(code, numbers, 1.0)) == said


def test_money_is_written_as_the_company_writes_it() -> None:
    reason = Reason("spend", {"amount": 80, "usual": 23.5}, 1.0)
    said = sentence(reason, money=lambda amount: f"€{amount:.0f}")
    assert said == "spends €80 on an order, where €24 is usual"


def test_a_translation_keeps_the_numbers() -> None:
    reason = Reason("messages", {"count": 2, "of": 4}, 1.0)
    german = {
        "answered {count:.0f} of {of:.0f} messages": "hat {count:.0f} von {of:.0f} beantwortet"
    }
    assert sentence(reason, lambda text: german[text]) == "hat 2 von 4 beantwortet"


def test_the_strongest_reasons_come_first_and_speak_for_the_type() -> None:
    story = [purchase(300), *(event("suggestion", 20 * at) for at in range(1, 9))]
    verdicts, (found,) = explained(story)
    assert found.reasons[0].code == "suggestions"
    assert found.reasons[0].numbers["count"] == 8
    strengths = [reason.strength for reason in found.reasons]
    assert strengths == sorted(strengths, reverse=True)
    assert 0 < len(found.reasons) <= 3
    assert all(reason.strength < 0 for reason in found.against)
    assert typology().keys[verdicts.labels.held[0]] == found.type != found.runner_up


def test_strengths_add_up_to_the_odds_against_the_runner_up() -> None:
    verdicts, _ = explained([purchase(300), purchase(20), event("review", rating=5.0)])
    held, second = verdicts.labels.held[0], verdicts.runner_up[0]
    odds = np.log(verdicts.posterior[0, held] / verdicts.posterior[0, second])
    assert verdicts.spoke[0].sum() == pytest.approx(odds)


def test_strengths_add_up_where_labels_and_last_month_speak_too() -> None:
    _, evidence = draw(150, seed=6)
    calibration, there = calibrate(evidence, tuple("abcdefgh")), np.ones(150)
    alone = classify(evidence, calibration, alive=there)
    rng, kinds = np.random.default_rng(1), len(typology().keys)
    zeros, ones = np.zeros(len(FEATURES)), np.ones(len(FEATURES))
    learned = Offset(
        0.8, rng.normal(0, 0.3, (2 * len(FEATURES), kinds)), rng.normal(0, 1, kinds), zeros, ones
    )
    last_month = Previous(
        alone.posterior[::-1], alone.labels.held[::-1], np.full(150, evidence.as_of_day - 31)
    )
    for options in ({"learned": learned}, {"previous": last_month},
                    {"learned": learned, "previous": last_month}):  # fmt: skip
        found = classify(evidence, calibration, alive=there, **options)
        rows, held, second = np.arange(150), found.labels.held, found.runner_up
        odds = np.log(found.posterior[rows, held] / found.posterior[rows, second])
        np.testing.assert_allclose(found.spoke.sum(axis=1), odds, atol=1e-6)
        for name, code in (("learned", LEARNED), ("previous", MEMORY)):
            said = np.abs(found.spoke[:, SPEAKERS.index(code)]) > 0.05
            assert said.any() == (name in options)


def test_who_decided_is_told_and_which_way() -> None:
    evidence = known([purchase(300), purchase(20)], connected={"purchases": inf})
    held = typology().keys.index("R4")
    sure = np.full((1, len(typology().keys)), 0.1 / 28)
    sure[0, held] = 0.9
    last_month = Previous(sure, np.array([held]), np.array([evidence.as_of_day - 31]))
    verdicts = classify(evidence, Calibration(), alive=np.ones(1), previous=last_month)
    (found,) = explanations(verdicts, evidence, Calibration())
    assert (found.type, found.reasons[0].code) == ("R4", MEMORY)
    assert sentence(found.reasons[0]) == "looked so at the end of last month already"
    against = Reason(LEARNED, {}, -0.4)
    assert sentence(against) == "is more like customers who said otherwise of themselves"
    assert sentence(Reason("base_rate", {}, -0.4)) == "there are fewer such customers"


def test_what_is_not_connected_is_never_a_reason() -> None:
    _, (found,) = explained([purchase(300), event("support")], connected={"purchases": inf})
    said = {reason.code for reason in (*found.reasons, *found.against)}
    assert said <= {"purchases", "tenure", "spend"}


def test_what_is_missing_names_the_types_it_would_open() -> None:
    gaps = {gap.channel: gap.types for gap in missing({"purchases": inf})}
    assert gaps["returns"] == ("N4",)
    assert gaps["support"] == ("M6",)
    assert gaps["visits"] == ()
    assert set(gaps["complaints"]) == {"N1", "N2", "N6"}


def test_a_gap_can_be_said() -> None:
    gap = next(one for one in missing({"purchases": inf}) if one.channel == "support")
    said = missing_sentence(gap, "support contacts", typology())
    assert said == "Support contacts not connected: cannot tell High-maintenance spouse"
