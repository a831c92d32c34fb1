"""Nothing in an invented world contradicts anything else in it."""

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest

from relationships.engine.simulate import World, world
from tests.engine.simulate.conftest import FIRST, LAST

KINDS = {
    "purchase", "return", "visit", "message_sent", "message_opened", "message_clicked",
    "message_replied", "unsubscribed", "support", "complaint", "suggestion", "review", "mention",
    "referral", "survey_answer", "subscription_started", "subscription_renewed",
    "subscription_cancelled", "note",
}  # fmt: skip


def of_kind(w: World, kind: str) -> pd.DataFrame:
    return w.events[w.events["kind"] == kind]


def told(events: pd.DataFrame, key: str) -> pd.Series:
    return events["properties"].map(lambda p: p.get(key))


def moment_of(w: World, source_ids: pd.Series) -> pd.Series:
    return source_ids.map(w.events.set_index("source_id")["at"])


def test_the_same_seed_gives_the_same_world_to_the_byte() -> None:
    one, two = (world(5, 80, FIRST, LAST) for _ in range(2))
    for name in ("customers", "identities", "events", "order_lines", "complaints", "stints"):
        left, right = getattr(one, name), getattr(two, name)
        pd.testing.assert_frame_equal(left, right)
        assert left.to_csv() == right.to_csv()


def test_another_seed_gives_another_world() -> None:
    one, two = world(5, 100, FIRST, LAST), world(6, 100, FIRST, LAST)
    assert not one.events["at"].head(50).equals(two.events["at"].head(50))


def test_a_generator_serves_as_well_as_a_seed() -> None:
    by_seed = world(5, 60, FIRST, LAST)
    by_generator = world(np.random.default_rng(5), 60, FIRST, LAST)
    pd.testing.assert_frame_equal(by_seed.events, by_generator.events)


def test_every_kind_of_event_happens(shop_world: World) -> None:
    counts = shop_world.events["kind"].value_counts()
    assert set(counts[counts > 0].index) == KINDS
    assert 100_000 <= len(shop_world.events) <= 220_000


def test_nothing_happens_before_first_contact_or_after_the_last_day(shop_world: World) -> None:
    events, people = shop_world.events, shop_world.customers
    joined = people["joined_at"].to_numpy()[events["customer"]]
    assert (events["at"].to_numpy() >= joined).all()
    assert events["at"].max() < pd.Timestamp(LAST) + pd.Timedelta(days=1)
    assert events["at"].min() >= pd.Timestamp(FIRST)
    assert (people["birth_year"].dropna() <= FIRST.year - 16).all()


def test_everybody_has_a_first_event_and_events_are_in_order(shop_world: World) -> None:
    assert shop_world.events["customer"].nunique() == len(shop_world.customers)
    assert shop_world.events["at"].is_monotonic_increasing
    assert shop_world.events["source_id"].is_unique


def test_events_happen_at_hours_at_which_people_are_awake(shop_world: World) -> None:
    events = shop_world.events
    zone = shop_world.customers["time_zone"].to_numpy()[events["customer"]]
    for name in np.unique(zone):
        local = events["at"][zone == name].dt.tz_localize("UTC").dt.tz_convert(name)
        assert local.dt.hour.between(6, 23).all(), name
    in_shop = events[(events["channel"] == "shop") & (events["kind"] == "purchase")]
    zone = shop_world.customers["time_zone"].to_numpy()[in_shop["customer"]]
    dublin = in_shop["at"][zone == "Europe/Dublin"].dt.tz_localize("UTC")
    assert dublin.dt.tz_convert("Europe/Dublin").dt.hour.between(10, 18).all()


def test_amounts_are_positive_and_add_up_from_the_lines(shop_world: World) -> None:
    bought, lines = of_kind(shop_world, "purchase"), shop_world.order_lines
    paid = lines["quantity"] * lines["unit_price"] - lines["discount"]
    total = paid.groupby(lines["event"]).sum()
    assert (bought["amount"] > 0).all()
    assert np.allclose(total.reindex(bought.index), bought["amount"], atol=0.006)
    off = lines["discount"].groupby(lines["event"]).sum()
    assert np.allclose(off.reindex(bought.index), bought["discount"], atol=0.006)
    assert (bought["margin"] < bought["amount"]).all()


def test_money_moves_only_with_purchases_and_returns(shop_world: World) -> None:
    events = shop_world.events
    moves = events["kind"].isin(["purchase", "return"])
    assert events.loc[moves, "amount"].notna().all()
    assert events.loc[~moves, "amount"].isna().all()


def test_a_return_follows_its_purchase_and_never_exceeds_it(shop_world: World) -> None:
    back = of_kind(shop_world, "return")
    bought = of_kind(shop_world, "purchase").set_index("source_id")
    order = told(back, "order")
    assert order.is_unique
    origin = bought.loc[order]
    assert (back["at"].to_numpy() > origin["at"].to_numpy()).all()
    assert (back["amount"].to_numpy() <= origin["amount"].to_numpy() + 1e-9).all()
    assert (back["customer"].to_numpy() == origin["customer"].to_numpy()).all()


@pytest.mark.parametrize("kind", ["message_opened", "message_clicked", "message_replied"])
def test_a_reaction_follows_the_message_that_was_sent(shop_world: World, kind: str) -> None:
    reaction = of_kind(shop_world, kind)
    sent = of_kind(shop_world, "message_sent").set_index("source_id").loc[told(reaction, "message")]
    assert (reaction["at"].to_numpy() > sent["at"].to_numpy()).all()
    assert (reaction["customer"].to_numpy() == sent["customer"].to_numpy()).all()


def test_a_click_or_reply_follows_an_opening(shop_world: World) -> None:
    opened = of_kind(shop_world, "message_opened")
    seen = pd.Series(opened["at"].to_numpy(), index=told(opened, "message").to_numpy())
    for kind in ("message_clicked", "message_replied"):
        reaction = of_kind(shop_world, kind)
        first = told(reaction, "message").map(seen)
        assert first.notna().all()
        assert (reaction["at"] > first).all()


def test_no_mailing_goes_to_anyone_without_consent_or_after_unsubscribing(
    shop_world: World,
) -> None:
    sent, people = of_kind(shop_world, "message_sent"), shop_world.customers
    mailing = sent[~told(sent, "purpose").isin(["personal", "service"])]
    who = mailing["customer"].to_numpy()
    consent = np.where(
        mailing["channel"] == "sms", people["consents_sms"].to_numpy()[who],
        people["consents_email"].to_numpy()[who],
    )  # fmt: skip
    assert consent.all()
    left = people["unsubscribed_at"].to_numpy()[who]
    assert (np.isnat(left) | (mailing["at"].to_numpy() < left)).all()


def test_a_complaint_follows_an_order_that_went_wrong(shop_world: World) -> None:
    said, events = shop_world.complaints, shop_world.events
    order = events.loc[said["order"]]
    assert (order["kind"] == "purchase").all()
    assert (said["at"].to_numpy() > order["at"].to_numpy()).all()
    assert (said["customer"].to_numpy() == order["customer"].to_numpy()).all()
    parcels = shop_world.deliveries.set_index("event")
    late = said[said["topic"] == "late"]
    parcel = parcels.loc[late["order"]]
    assert (parcel["trouble"] == "late").all()
    assert (late["at"].to_numpy() > parcel["promised_on"].to_numpy()).all()


def test_a_complaint_has_its_event_and_its_handling_in_order(shop_world: World) -> None:
    said = shop_world.complaints
    event = shop_world.events.loc[said["event"]]
    assert (event["kind"] == "complaint").all()
    assert (event["source_id"].to_numpy() == said["receipt"].to_numpy()).all()
    assert (event["at"].to_numpy() == said["at"].to_numpy()).all()
    assert said["severity"].between(1, 4).all()
    assert not (said["acknowledged_at"] < said["at"]).any()
    assert not (said["resolved_at"] < said["at"]).any()
    assert not (said["resolved_at"] < said["acknowledged_at"]).any()
    still_open = said["resolved_at"].isna()
    assert said.loc[still_open, ["resolution", "satisfied"]].isna().all().all()
    assert said.loc[~still_open, "resolution"].notna().all()
    long_open = still_open & (said["at"] < pd.Timestamp(LAST) - pd.Timedelta(days=14))
    assert still_open.sum() >= 10
    assert long_open.sum() >= 3


def test_a_referral_comes_before_the_one_who_was_brought(shop_world: World) -> None:
    pairs, joined = shop_world.referrals, shop_world.customers["joined_at"].to_numpy()
    assert len(pairs) >= 50
    assert (pairs["at"].to_numpy() < joined[pairs["referred"]]).all()
    assert (pairs["at"].to_numpy() > joined[pairs["referrer"]]).all()
    assert pairs["referred"].is_unique
    by = shop_world.customers["referred_by"]
    assert (by.loc[pairs["referred"]].to_numpy() == pairs["referrer"].to_numpy()).all()
    assert by.notna().sum() == len(pairs)


def test_subscriptions_start_renew_and_end_in_that_order(shop_world: World) -> None:
    plans = shop_world.subscriptions
    assert len(plans) >= 50
    assert not (plans["ended_at"] <= plans["started_at"]).any()
    for kind in ("subscription_renewed", "subscription_cancelled"):
        events = of_kind(shop_world, kind)
        plan = plans.set_index("subscription").loc[told(events, "subscription")]
        assert (events["at"].to_numpy() > plan["started_at"].to_numpy()).all()
        ended = plan["ended_at"].to_numpy()
        assert (np.isnat(ended) | (events["at"].to_numpy() <= ended)).all()


def test_products_are_bought_from_their_launch_on(shop_world: World) -> None:
    lines = shop_world.order_lines
    at = shop_world.events["at"].to_numpy()[lines["event"]]
    launch = shop_world.products.set_index("sku")["launched_on"].loc[lines["sku"]].to_numpy()
    assert (np.isnat(launch) | (at >= launch)).all()
    assert set(lines["sku"]) == set(shop_world.products["sku"])


def test_an_order_belongs_to_one_brand(shop_world: World) -> None:
    brand = shop_world.products.set_index("sku")["brand"].loc[shop_world.order_lines["sku"]]
    event = shop_world.events["brand"].astype(str).to_numpy()[shop_world.order_lines["event"]]
    assert (brand.to_numpy() == event).all()
    assert set(event) == {"larkfell", "little-lark"}


def test_addresses_belong_to_nobody(shop_world: World) -> None:
    known = shop_world.identities
    mails = known[known["kind"] == "email"]["value"]
    phones = known[known["kind"] == "phone"]["value"]
    assert mails.str.fullmatch(r"[a-z0-9.]+@example\.(com|org|net)").all()
    reserved = re.compile(
        r"\+353209[1]\d{5}|\+4420794600?\d{3,4}|\+441\d{2}4960\d{3}|\+447700900\d{3}"
        r"|\+49(3023125|6990009|4066969|2214710|8999998)\d{3}|\+336399 ?8\d{4}"
    )
    assert phones.map(lambda p: bool(reserved.fullmatch(p))).all()
    assert phones.is_unique
    assert known[known["kind"] == "external"]["value"].is_unique


def test_consent_presupposes_an_address(shop_world: World) -> None:
    people, known = shop_world.customers, shop_world.identities
    for kind, consent in (("email", "consents_email"), ("phone", "consents_sms")):
        reached = known[known["kind"] == kind]["customer"]
        assert people.index[people[consent]].isin(reached).all()


def test_a_household_shares_a_name_and_sometimes_a_mail_address(shop_world: World) -> None:
    people, known = shop_world.customers, shop_world.identities
    homes = people[people["household"].notna()].groupby("household")
    assert len(homes) >= 20
    assert (homes["family_name"].nunique() == 1).all()
    mails = known[known["kind"] == "email"]
    shared = mails[mails["value"].duplicated(keep=False)]
    assert len(shared) >= 10
    assert people.loc[shared["customer"], "household"].notna().all()


def test_business_partners_stand_before_an_organisation(shop_world: World) -> None:
    people = shop_world.customers
    partners = people[people["true_type"].isin(["M3", "M5"])]
    assert partners["organisation"].notna().all()
    assert people["organisation"].dropna().max() < len(shop_world.organisations)


def test_true_types_follow_each_other_without_a_gap(shop_world: World) -> None:
    stints = shop_world.stints
    same = stints["customer"].to_numpy()[1:] == stints["customer"].to_numpy()[:-1]
    begins, ends = stints["started_at"].to_numpy()[1:], stints["ended_at"].to_numpy()[:-1]
    gap = np.abs(begins[same] - ends[same])
    assert (gap <= np.timedelta64(1, "s")).all()
    last = stints.groupby("customer")["type"].last()
    assert (last.to_numpy() == shop_world.customers["true_type"].to_numpy()).all()
    assert stints.loc[~np.append(same, False), "ended_at"].isna().all()


def test_a_turn_after_a_failure_has_its_complaint(shop_world: World) -> None:
    turned = shop_world.stints[shop_world.stints["cause"] == "failure"]
    said = shop_world.complaints.groupby("customer")["at"].apply(np.array)
    day = np.timedelta64(1, "D")
    near = [
        bool((np.abs(said[c] - np.datetime64(at)) < 3 * day).any()) if c in said.index else False
        for c, at in zip(turned["customer"], turned["started_at"], strict=True)
    ]
    assert np.mean(near) > 0.97


def test_words_that_are_missing_are_none_and_templates_are_filled(shop_world: World) -> None:
    assert {type(v) for v in shop_world.customers["gender"]} == {str, type(None)}
    texts = [*shop_world.complaints["text"], *shop_world.complaints["subject"]]
    texts += [p["text"] for p in of_kind(shop_world, "review")["properties"]]
    assert not any("{" in text or "nan" in text.split() for text in texts)
    assert len(set(texts)) > 500


@pytest.mark.parametrize(("customers", "last"), [(19, LAST), (100, date(2022, 5, 1))])
def test_a_world_too_small_is_refused(customers: int, last: date) -> None:
    with pytest.raises(ValueError, match="20 customers and half a year"):
        world(1, customers, FIRST, last)
