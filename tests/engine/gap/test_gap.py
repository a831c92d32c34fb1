"""The arithmetic of the gap: worked by hand, monotone, blind to others, and never a guess alone."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationships.engine.gap import (
    LABELS,
    PARTS,
    Right,
    Treatment,
    gaps,
    gather,
    held_wishes,
    offered,
    read_answers,
    read_terms,
    suited,
    terms,
    treated_as,
    treated_wish,
    wishes,
    without_share,
)
from relationships.engine.gap import terms as shipped
from relationships.engine.gap.proof import LEAST, Followed, groups, trend
from relationships.engine.gap.terms import Terms
from relationships.engine.typology import BrokenSpecification, typology

KINDS = typology()
NOTHING = {"contacts": np.nan, "contacts_trust": 0.0, "messages": 0.0, "promo": np.nan,
           "personal": np.nan, "replies": 0.0, "reply_hours": np.nan}  # fmt: skip
OUTCOMES = ("unsubscribed", "stayed_away", "mood_fell", "bought_again")


def held(*codes):
    return np.array([[float(key == code) for key in KINDS.keys] for code in codes])


def wanting(*rows, code="R2", n=1, pace=np.nan):
    return wishes(
        gather(n, rows), np.repeat(held(code), n, axis=0), np.full(n, pace), terms(), KINDS
    )


def treated(**told):
    return Treatment(**{name: np.array([value]) for name, value in (NOTHING | told).items()})


def fair(contacts=3.0, promo=0.35, hours=24.0):
    return Right(np.array([contacts]), np.array([promo]), np.array([hours]))


def gap_of(wanted, done, right=None, closeness=0.35, trusted=1.0):
    return gaps(wanted, done, right or fair(), np.array([closeness]), np.array([trusted]), terms())


def part(found, name):
    return found.parts[0, PARTS.index(name)]


def test_a_long_form_gives_the_numbers_of_the_method():
    told = {"q1": "close friend", "q3": 7, "q5": 7, "q6": 1, "q7": "monthly", "q8": 4, "q9": 7,
            "q10": 1, "q11": -3}  # fmt: skip
    found = wanting((0, 0.0, told))
    assert found.closeness[0] == 1.0
    assert found.tone[0] == 1.0
    assert found.contacts[0] == 1.0
    assert (found.voice[0], found.pull[0], found.lock[0], found.mood[0]) == (0.5, 1.0, 0.0, -1.0)
    assert KINDS.types[found.posterior[0].argmax()].key in ("R5", "R7", "R8")


def test_the_gap_of_two_parts_worked_by_hand():
    # Contact: 3 of 1 wished for, 3/1 − 1 = 2, ω .25, trusted 1. Replies: 96 h against 24 h,
    # log2 4 / 3 = 2/3, ω .15, one reply so trusted ½. Closeness: 1 wanted and .4 held, ω .30.
    wanted = wanting((0, 0.0, {"q3": 7, "q7": "monthly"}))
    done = treated(contacts=3.0, contacts_trust=1.0, replies=1.0, reply_hours=96.0)
    found = gap_of(wanted, done, closeness=0.4)
    squares = 0.30 * 0.6**2 + 0.25 * 2.0**2 + 0.075 * (2 / 3) ** 2
    assert found.gap[0] == pytest.approx(np.sqrt(squares / (0.30 + 0.25 + 0.075)))
    assert LABELS[found.label[0]] == "crowded"
    assert found.confidence[0] == pytest.approx(0.625)
    assert found.moved[0].sum() == pytest.approx(found.gap[0] ** 2)


def test_what_is_not_measured_is_missing_and_never_nothing():
    found = gap_of(wanting((0, 0.0, {"q3": 4})), treated())
    assert np.isnan(found.parts[0, 1:]).all()
    assert found.gap[0] == pytest.approx(abs(0.5 - 0.35))


def test_a_guess_against_a_guess_is_no_gap():
    found = gap_of(wanting(), treated())
    assert np.isnan(found.gap[0])
    assert found.label[0] == -1


def test_fewer_messages_than_a_limit_are_no_gap_and_fewer_than_wished_for_are_one():
    done = treated(contacts=0.0, contacts_trust=1.0)
    assert part(gap_of(wanting(), done), "contact") == 0.0
    wished = wanting((0, 0.0, {"q7": "weekly or more"}))
    assert part(gap_of(wished, done), "contact") == -1.0


def test_one_message_to_who_wants_none_is_as_wide_as_it_gets():
    done = treated(contacts=1.0, contacts_trust=1.0)
    assert part(gap_of(wanting((0, 0.0, {"q7": 1})), done), "contact") == 2.0
    assert part(gap_of(wanting(code="D1"), done, fair(contacts=0.0)), "contact") == 2.0


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 30), st.integers(1, 20))
def test_one_more_message_never_makes_a_crowded_one_less_crowded(sent, more):
    few, many = (
        gap_of(wanting(), treated(contacts=float(n), contacts_trust=1.0))
        for n in (sent, sent + more)
    )
    assert part(many, "contact") >= part(few, "contact")
    assert many.gap[0] >= few.gap[0]


@settings(deadline=None, max_examples=30)
@given(st.floats(0.1, 500), st.floats(1.0, 10))
def test_a_slower_answer_never_narrows_the_gap(hours, times):
    quick, slow = (
        gap_of(wanting(), treated(replies=2.0, reply_hours=h)) for h in (hours, hours * times)
    )
    assert slow.gap[0] >= quick.gap[0] - 1e-12


@settings(deadline=None, max_examples=30)
@given(st.floats(0, 3000))
def test_an_older_wish_is_trusted_less_and_ends_as_inferred(age):
    fresh = wanting((0, 0.0, {"q1": "keep your distance"}))
    aged = wanting((0, age, {"q1": "keep your distance"}))
    assert aged.trust[0] <= fresh.trust[0]
    assert aged.is_stated[0] == (age <= 730)
    assert aged.posterior[0].sum() == pytest.approx(1)


def test_nobody_wants_a_negative_relationship():
    for kind in KINDS.types:
        wanted = wanting(code=kind.key).posterior[0]
        negative = [spec.family == "negative" for spec in KINDS.types]
        assert wanted[negative].sum() == 0


def test_nobodys_gap_depends_on_anybody_else():
    rows = [(0, 3.0, {"q1": "good deals"}), (1, 5.0, {"q3": 7})]
    together = wanting(*rows, n=3)
    alone = wanting((0, 5.0, {"q3": 7}))
    np.testing.assert_array_equal(together.posterior[1], alone.posterior[0])


def test_each_questions_newest_answer_counts_whatever_the_form():
    found = gather(1, [(0, 90.0, {"Q1": "good deals", "Q3": 5}), (0, 2.0, {"Q7": "never"})])
    assert (found.of("q1")[0], found.of("q3")[0], found.of("q7")[0]) == (2, 5, 0)
    assert found.ages[0, 0] == 90.0


@pytest.mark.parametrize(
    ("told", "understood"),
    [
        ({"q1": "Someone for special occasions", "q3": "6"}, {"q1": 1, "q3": 6}),
        ({"wish": "keep-your-distance", "pace": "Weekly or more"}, {"q1": 8, "q7": 4}),
        ({"q1": 10, "q3": 0, "q11": 4, "q5": True, "q6": "x"}, {}),
        ({"q11": "−2"}, {"q11": -2}),
        ({"q2": "an opponent"}, {"q2": 11}),
    ],
)
def test_answers_are_understood_in_words_and_numbers_or_not_at_all(told, understood):
    assert read_answers(told) == understood


def test_treating_somebody_as_a_stranger_or_a_partner_is_told_apart():
    silent = treated(contacts=0.0, contacts_trust=1.0)
    busy = treated(contacts=6.0, contacts_trust=1.0, messages=30.0, promo=0.12, personal=0.85,
                   replies=3.0, reply_hours=2.0)  # fmt: skip
    cheap = treated(contacts=3.0, contacts_trust=1.0, messages=30.0, promo=0.9, personal=0.1)
    fits = [suited(done, terms(), KINDS) for done in (silent, busy, cheap)]
    families = [treated_as(fit, KINDS) for fit in fits]
    names = [name for name in KINDS.families if name != "negative"]
    assert [names[row[0].argmax()] for row in families] == ["distant", "marriage", "fling"]
    assert [row[0].sum() for row in families] == pytest.approx([1, 1, 1])
    places = [treated_wish(*both, terms(), KINDS)[0] for both in zip(fits, families, strict=True)]
    wished = [terms().wish_keys[place] for place in places]
    assert wished == ["keep your distance", "steady partner", "good deals"]
    unknown = suited(treated(), terms(), KINDS)
    assert not unknown.any()
    nothing = treated_as(unknown, KINDS)
    assert not nothing.any()
    assert treated_wish(unknown, nothing, terms(), KINDS).tolist() == [-1]


def test_every_wish_belongs_to_one_family_and_a_family_offers_all_its_wishes_or_those_chosen():
    families = {wish.key: wish.family for wish in terms().wishes}
    assert families == dict.fromkeys(
        ("new to enjoy", "special occasions", "good deals"), "fling"
    ) | (
        dict.fromkeys(("friendly face", "knows my taste", "close friend"), "friend")
        | dict.fromkeys(("steady partner", "fair business partner"), "marriage")
        | {"keep your distance": "distant"}
    )

    def keys(mix, *chosen):
        return [wish.key for wish in offered(mix, chosen, terms())]

    assert keys({"fling": 40, "friend": 60, "marriage": 0}, "good deals") == [
        "good deals", "friendly face", "knows my taste", "close friend",
    ]  # fmt: skip
    assert keys({"distant": 100}) == ["keep your distance"]
    assert keys({"distant": 100}, "steady partner") == ["keep your distance"]
    lost = without_share({"distant": 100}, ["steady partner", "keep your distance"], terms())
    assert [wish.key for wish in lost] == ["steady partner"]


def test_who_has_a_type_that_two_wishes_mean_counts_half_for_each():
    found = held_wishes({"D2": 3, "D1": 1, "R6": 5, "N1": 2, "R4": 4}, terms())
    assert {key: n for key, n in found.items() if n} == {
        "friendly face": 1.5, "keep your distance": 2.5, "knows my taste": 4,
    }  # fmt: skip


def document():
    path = Path(read_terms.__code__.co_filename).with_name("terms.json")
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"weights": {"close": 1, "contact": 1, "promo": 0, "service": 0, "tone": 0}}, "weights"),
        ({"half_life_days": 0}, "half_life_days"),
        ({"wishes": [{"key": "x", "asked": "x", "types": ["Z9"]}]}, "wishes[0].types[0]"),
        ({"wishes": [{"key": "x", "asked": "x", "types": ["R1", "N5"]}]}, "wishes[0].types"),
        ({"usually_want": {"R1": ["N5"]}}, "nobody wants"),
    ],
)
def test_a_broken_document_is_refused_by_the_name_of_its_field(change, named):
    with pytest.raises(BrokenSpecification) as refused:
        read_terms(document() | change)
    assert named in str(refused.value)


def test_the_shipped_terms_are_read():
    assert isinstance(shipped(), Terms)


def followed(n, rng, apart):
    gap = np.linspace(0, 1, n)
    chance = 0.1 + apart * gap
    happened = {name: (rng.random(n) < chance).astype(float) for name in OUTCOMES}
    return Followed(gap, happened, np.zeros(n))


def test_the_proof_finds_what_is_there_and_rarely_what_is_not():
    rng = np.random.default_rng(4)
    there = groups(followed(2_000, rng, 0.3))
    assert there["thirds"]["unsubscribed"]["is_clear"]
    assert [len(there["groups"]), there["state"]] == [10, "found"]
    false = sum(
        groups(followed(300, rng, 0.0))["thirds"]["unsubscribed"]["is_clear"] for _ in range(200)
    )
    assert false <= 20  # about one in twenty by chance


def test_the_change_of_mood_is_a_mean_with_its_range():
    found = trend(np.array([0.1, 0.3, np.nan]))
    assert found == {  # spread √.02, error .1, eight in ten ± .12816
        "n": 2, "mean": pytest.approx(0.2), "low": pytest.approx(0.07184),
        "high": pytest.approx(0.32816),
    }  # fmt: skip
    assert trend(np.array([0.1, np.nan])) is None


def test_too_few_people_prove_nothing():
    assert groups(followed(LEAST - 1, np.random.default_rng(1), 0.3))["state"] == "few"
