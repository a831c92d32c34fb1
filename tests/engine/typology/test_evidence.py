"""Evidence: the columns by hand, what counts as seen, and what is refused."""

from math import inf

import numpy as np
import pandas as pd
import pytest

from relationships.engine.typology import COLUMNS, NAMES, Evidence, UnknownChannel
from relationships.engine.typology.columns import PLACE
from relationships.engine.typology.complaints import complaint_rows
from relationships.engine.typology.reference import evidence_from_events
from relationships.engine.typology.signatures import shock

TODAY = 20_000


def events(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([{"customer": 7, "kind": "purchase", "amount": 10.0} | row for row in rows])


def evidence(*rows: dict[str, object], **options: object) -> Evidence:
    return evidence_from_events(
        events(*rows),
        as_of_day=TODAY,
        cycle_weeks=8.0,
        **options,
    )


def test_every_column_has_its_own_name_unit_and_meaning() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert all(column.unit and column.meaning for column in COLUMNS)


def test_an_event_falls_into_the_window_of_its_age() -> None:
    ages = [0, 13, 14, 27, 28, 55, 56, 90, 91, 181, 182, 363, 364, 727, 728]
    found = evidence(*({"day": TODAY - age} for age in ages)).windows("purchases")
    assert found.tolist() == [[2, 2, 2, 2, 2, 2, 2]]


def test_windows_stretch_with_the_purchase_cycle() -> None:
    rows = events({"day": TODAY - 20})
    slow = evidence_from_events(rows, as_of_day=TODAY, cycle_weeks=16.0)
    assert slow.windows("purchases")[0, 0] == 1


def test_nothing_after_the_as_of_day_is_read() -> None:
    known = evidence({"day": TODAY - 5}, {"day": TODAY + 1, "amount": 99.0})
    assert known["orders"].tolist() == [1]
    assert known["spend"].tolist() == [10.0]


def test_a_decayed_sum_halves_at_its_half_life() -> None:
    known = evidence({"day": TODAY}, {"day": TODAY - 180}, {"day": TODAY - 360})
    assert known["purchases_180"][0] == pytest.approx(1.75)
    assert known["purchases_fast"][0] == pytest.approx(1 + 2 ** (-180 / 112) + 2 ** (-360 / 112))


def test_ages_are_unknown_for_what_never_happened() -> None:
    known = evidence({"day": TODAY - 30}, {"day": TODAY - 3})
    assert known["first_purchase_age_days"].tolist() == [30]
    assert known["last_purchase_age_days"].tolist() == [3]
    assert np.isnan(known["unsubscribed_age_days"][0])


def test_exposure_is_the_part_of_each_window_since_the_relation_began() -> None:
    known = evidence({"day": TODAY - 34})
    assert known.exposure_weeks("purchases").tolist() == [[2, 2, 1, 0, 0, 0, 0]]


def test_exposure_ends_where_the_company_began_to_record_the_channel() -> None:
    known = evidence({"day": TODAY - 700}, connected={"purchases": inf, "visits": 3.0})
    assert known.exposure_weeks("visits").tolist() == [[2, 1, 0, 0, 0, 0, 0]]


def test_marks_of_orders_count_only_where_known() -> None:
    known = evidence(
        {"day": TODAY, "discount": 2.0}, {"day": TODAY, "discount": 0.0}, {"day": TODAY}
    )
    assert known["orders_discount_known"].tolist() == [2]
    assert known["orders_discounted"].tolist() == [1]


def test_an_order_is_in_season_as_far_as_others_lie_a_year_before() -> None:
    first = TODAY - 700
    known = evidence(
        {"day": first},  # by chance
        {"day": first + 60},
        {"day": first + 64},
        {"day": first + 300},  # the year before is not yet there to compare with
        {"day": first + 425},  # a year after the pair, 425 days after the chance one
        {"day": first + 600},  # nothing a year before, three of the year around it
    )
    assert known["orders_season_known"].tolist() == [2]
    assert known["orders_in_season"].tolist() == [pytest.approx(2 / 3)]


def test_even_buyers_have_about_a_sixth_of_their_orders_in_season() -> None:
    known = evidence(*({"day": TODAY - 5 * at} for at in range(220)))
    share = known["orders_in_season"] / known["orders_season_known"]
    assert share[0] == pytest.approx(61 / 365, abs=0.03)


@pytest.mark.parametrize(
    ("told", "cancelled", "expected"),
    [
        ([("employer", 300)], None, 1),
        ([("Customer ", 300)], None, 0),
        ([("employer", 300), ("self", 20)], None, 0),
        ([("self", 300), ("landlord", 20)], None, 1),
        ([("employer", 300)], 20, 0),
        ([("employer", 300), ("employer", 5)], 20, 1),
        ([("", 300)], None, np.nan),
        ([], None, np.nan),
    ],
)
def test_who_chose_is_what_the_newest_contract_says(told, cancelled, expected) -> None:
    rows = [
        {"day": TODAY - ago, "kind": "subscription_started", "chosen_by": word}
        for word, ago in told
    ]
    if cancelled:
        rows.append({"day": TODAY - cancelled, "kind": "subscription_cancelled"})
    known = evidence({"day": TODAY - 400}, *rows)
    np.testing.assert_equal(known.chosen_by_another, [expected])
    assert known.seen("third").tolist() == [known.is_connected("third") and expected == expected]


PROMISE = {"kind": "promise_broken", "category": "in-time"}


@pytest.mark.parametrize(
    ("later", "ended", "waiting"),
    [
        ([], {}, 1),
        ([{"kind": "promise_kept", "category": "in-time"}], {}, 0),
        ([{"kind": "promise_kept", "category": "no-fees"}], {}, 1),
        ([], {"resolved_day": TODAY - 3, "satisfied": 1}, 0),
        ([], {"resolved_day": TODAY - 3, "satisfied": 0}, 1),
        ([], {"resolved_day": TODAY - 60, "satisfied": 1}, 1),
    ],
)
def test_a_broken_promise_waits_until_it_is_kept_or_a_complaint_ends_well(
    later: list[dict[str, object]], ended: dict[str, object], waiting: int
) -> None:
    rows = [PROMISE | {"day": TODAY - 45}, *(row | {"day": TODAY - 5} for row in later)]
    complained = pd.DataFrame([{"customer": 0, "day": TODAY - 90, "severity": 1} | ended])
    known = evidence_from_events(
        pd.DataFrame([{"customer": 0} | row for row in rows]),
        complained if ended else None, as_of_day=TODAY, cycle_weeks=8.0,
    )  # fmt: skip
    assert known["promises_unsettled"].tolist() == [waiting]
    assert known.has_been_let_down.tolist() == [bool(waiting)]
    faded = np.exp2(-45 / 90) if waiting else 0
    if not ended:
        assert shock(known)[0] == pytest.approx(faded)


def test_categories_are_those_of_the_stored_list() -> None:
    known = evidence(
        {"day": TODAY, "category": "tea"},
        {"day": TODAY, "category": "pots"},
        {"day": TODAY},
        categories=["tea"],
    )
    assert (known["category_0"][0], known["category_other"][0]) == (1, 1)


def test_a_mention_is_praise_or_hostility_by_its_tone() -> None:
    known = evidence(
        {"day": TODAY, "kind": "mention", "sentiment": 0.5},
        {"day": TODAY, "kind": "mention", "sentiment": -0.6},
        {"day": TODAY, "kind": "mention", "sentiment": 0.1},
        {"day": TODAY, "kind": "referral"},
    )
    assert known.recent("advocacy").tolist() == [2]
    assert known.recent("hostile").tolist() == [1]


def test_a_cancelled_subscription_is_no_lock() -> None:
    started = {"day": TODAY - 50, "kind": "subscription_started"}
    ended = {"day": TODAY - 10, "kind": "subscription_cancelled"}
    assert evidence(started).is_locked.tolist() == [True]
    assert evidence(started, ended).is_locked.tolist() == [False]


def test_only_connected_channels_can_be_seen() -> None:
    rows = ({"day": TODAY}, {"day": TODAY, "kind": "review", "rating": 1.0})
    assert evidence(*rows).has_been_hurt.tolist() == [True]
    assert evidence(*rows, connected={"purchases": inf}).has_been_hurt.tolist() == [False]


def test_an_unknown_channel_is_named() -> None:
    with pytest.raises(UnknownChannel, match="carrier pigeons"):
        evidence({"day": TODAY}, connected={"carrier pigeons": inf})


def test_rows_from_a_database_make_the_same_evidence() -> None:
    known = evidence({"day": TODAY - 3}, {"day": TODAY, "kind": "visit"})
    rows = [[None if np.isnan(x) else x for x in row] for row in known.values.tolist()]
    rows[0][PLACE["returns"]] = None
    back = Evidence.from_rows(
        [[7, *rows[0]]], as_of_day=TODAY, cycle_weeks=8.0, connected=known.connected
    )
    assert back.customers.tolist() == [7]
    np.testing.assert_array_equal(back.values, known.values)


def filed(**row: object) -> pd.DataFrame:
    base = {"customer": 1, "severity": 2, "resolved_day": None, "satisfied": None, "topic": ""}
    return pd.DataFrame([base | row])


@pytest.mark.parametrize(
    ("resolved_after", "satisfied", "credit"),
    [(1, 1, 0.85), (3, 1, 0.70), (7, 1, 0.50), (20, 1, 0.30), (1, None, 0.70), (20, None, 0.15),
     (1, 0, 0.10), (None, None, 0.0), (60, 1, 0.0)],
)  # fmt: skip
def test_recovery_earns_credit_by_speed_and_by_what_they_say(
    resolved_after: float | None, satisfied: float | None, credit: float
) -> None:
    resolved = None if resolved_after is None else TODAY - 50 + resolved_after
    rows = filed(day=TODAY - 50, resolved_day=resolved, satisfied=satisfied)
    assert complaint_rows(rows, as_of_day=TODAY)["credit"].tolist() == [pytest.approx(credit)]


def test_a_second_complaint_on_the_topic_within_90_days_weighs_more() -> None:
    rows = pd.concat(
        [filed(day=TODAY - age, topic="late") for age in (100, 50, 1)]
        + [filed(day=TODAY, topic="rude")]
    )
    assert complaint_rows(rows, as_of_day=TODAY)["weight"].tolist() == [1.0, 1.5, 1.5, 1.0]
