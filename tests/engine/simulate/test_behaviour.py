"""People of each type behave as the parameters say, and the shop's story can be seen."""

import numpy as np
import pandas as pd
import pytest

from relationships.engine.simulate import World
from relationships.engine.simulate.parameters import vocabulary
from tests.engine.simulate.conftest import LAST

END = pd.Timestamp(LAST) + pd.Timedelta(days=1)
MONTH = pd.Timedelta(days=365.25 / 12)


def of_kind(w: World, kind: str) -> pd.DataFrame:
    """The events of one kind, with the type their customer was at the time."""
    events = w.events[w.events["kind"] == kind]
    stints = w.stints[["customer", "type", "started_at"]].sort_values("started_at")
    return pd.merge_asof(
        events.rename_axis("event").reset_index(), stints,
        left_on="at", right_on="started_at", by="customer",
    )  # fmt: skip


def told(events: pd.DataFrame, key: str) -> pd.Series:
    return events["properties"].map(lambda p: p.get(key))


def behaviour(w: World, name: str) -> pd.Series:
    return pd.Series(w.parameters.behaviour[name], index=list(w.parameters.types))


def months_lived(w: World) -> pd.DataFrame:
    """Months of exposure of each type, and the effective number of customers behind them."""
    stints = w.stints.assign(months=(w.stints["ended_at"].fillna(END) - w.stints["started_at"]))
    stints["months"] = stints["months"] / MONTH
    by = stints.groupby("type")["months"]
    squared = stints.assign(q=stints["months"] ** 2).groupby("type")["q"].sum()
    return pd.DataFrame({"months": by.sum(), "people": by.sum() ** 2 / squared})


def assert_rate(w: World, observed: pd.Series, per_month: pd.Series) -> None:
    """Counts by type lie within four standard errors of rate × exposure, and some can be judged."""
    lived = months_lived(w)
    expected = lived["months"] * per_month.reindex(lived.index)
    judged = expected[expected >= 40]
    # Poisson noise, and customers of a type who differ by a Gamma of shape 4.
    allowed = 4 * np.sqrt(1 / judged + 0.25 / lived["people"].reindex(judged.index)) + 0.04
    ratio = observed.reindex(judged.index).fillna(0) / judged
    assert len(judged) >= 3
    assert ((ratio - 1).abs() < allowed).all(), ratio.round(2).to_dict()


def assert_share(hit: pd.Series, kind: pd.Series, chance: pd.Series) -> None:
    """Shares by type lie within four standard errors and six per cent of the parameter."""
    table = hit.groupby(kind).agg(["mean", "size"])
    table = table[table["size"] >= 150]
    p = chance.reindex(table.index)
    allowed = 4 * np.sqrt(p * (1 - p) / table["size"]) + 0.06 * p + 0.003
    assert len(table) >= 8
    assert ((table["mean"] - p).abs() < allowed).all(), (table["mean"] / p).round(2).to_dict()


def test_types_have_the_shares_they_are_given(shop_world: World) -> None:
    n, p = len(shop_world.customers), shop_world.parameters
    shares = shop_world.customers["true_type"].value_counts().reindex(list(p.types)) / n
    assert shares.notna().all()
    assert (np.abs(shares - p.weights) < 4 * np.sqrt(p.weights / n)).all()


def test_people_buy_as_often_as_their_type_does(shop_world: World) -> None:
    bought = of_kind(shop_world, "purchase")
    # First purchases, boxes of subscriptions and the orders behind a failure are told separately.
    free = bought[bought["customer"].duplicated() & told(bought, "subscription").isna()]
    stints = shop_world.stints
    turned = stints.index[stints["cause"].isin(["failure", "conflict"])]
    extra = stints["type"].shift(1)[turned].value_counts()
    count = free["type"].value_counts().sub(extra, fill_value=0)
    assert_rate(shop_world, count, behaviour(shop_world, "buys_per_month"))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("suggestion", "suggestions_per_year"),
        ("mention", "mentions_per_year"),
        ("referral", "referrals_per_year"),
    ],
)
def test_people_speak_up_as_often_as_their_type_does(
    shop_world: World, kind: str, name: str
) -> None:
    count = of_kind(shop_world, kind)["type"].value_counts()
    assert_rate(shop_world, count, behaviour(shop_world, name) / 12)


def test_letters_are_opened_as_the_type_opens_them(shop_world: World) -> None:
    sent = of_kind(shop_world, "message_sent")
    sent = sent[
        ~told(sent, "purpose").isin(["personal", "service"])
        & (sent["at"] < END - pd.Timedelta(days=4))
    ]
    opened = told(of_kind(shop_world, "message_opened"), "message")
    assert_share(sent["source_id"].isin(opened), sent["type"], behaviour(shop_world, "opens"))


def test_orders_come_back_as_the_type_sends_them(shop_world: World) -> None:
    bought = of_kind(shop_world, "purchase")
    bought = bought[bought["at"] < END - pd.Timedelta(days=24)]
    # Whoever complains is helped otherwise, so complained-about orders are left out.
    ordered = shop_world.events.loc[shop_world.complaints["order"], "source_id"]
    bought = bought[~bought["source_id"].isin(ordered)]
    back = told(of_kind(shop_world, "return"), "order")
    assert_share(bought["source_id"].isin(back), bought["type"], behaviour(shop_world, "returns"))


def test_discounts_are_taken_as_the_type_takes_them(shop_world: World) -> None:
    bought = of_kind(shop_world, "purchase")
    free = bought[told(bought, "subscription").isna()]
    assert_share(free["discount"] > 0, free["type"], behaviour(shop_world, "promo"))


def test_december_is_the_peak(shop_world: World) -> None:
    bought = of_kind(shop_world, "purchase")
    by_month = bought["at"].dt.to_period("M").value_counts()
    for year in (2023, 2024):
        around = (by_month[f"{year}-10"] + by_month[f"{year + 1}-02"]) / 2
        assert by_month[f"{year}-12"] > 1.35 * around


def apart_from_own_season(bought: pd.DataFrame) -> pd.Series:
    """Days between each purchase and the customer's own mean day of the year."""
    angle = bought["at"].dt.day_of_year * 2 * np.pi / 365.25
    turn = np.exp(1j * angle.to_numpy())
    mean = pd.Series(turn).groupby(bought["customer"].to_numpy()).transform("sum").to_numpy()
    return pd.Series(np.abs(np.angle(turn / mean)) * 365.25 / 2 / np.pi, index=bought.index)


def test_holiday_romances_come_back_in_their_season(shop_world: World) -> None:
    bought = of_kind(shop_world, "purchase")
    bought = bought[bought["customer"].duplicated()]
    bought = bought[bought.groupby("customer")["at"].transform("size") >= 4]
    near = apart_from_own_season(bought) < 25
    assert near[bought["type"] == "F3"].mean() > 0.75
    assert near[bought["type"] == "R2"].mean() < 0.45


def test_thrill_seekers_buy_what_has_just_been_launched(shop_world: World) -> None:
    bought, lines = of_kind(shop_world, "purchase"), shop_world.order_lines
    launch = lines["sku"].map(shop_world.products.set_index("sku")["launched_on"])
    age = shop_world.events["at"].loc[lines["event"]].reset_index(drop=True) - launch
    fresh = (age < pd.Timedelta(days=31)).groupby(lines["event"]).any()
    share = bought["event"].map(fresh).groupby(bought["type"]).mean()
    assert share["F5"] > 0.6
    assert share["R2"] < 0.3


def test_one_room_friends_stay_in_their_room(shop_world: World) -> None:
    bought = of_kind(shop_world, "purchase")
    lines = shop_world.order_lines.merge(shop_world.products, on="sku")
    each = lines[["event", "category"]].drop_duplicates()
    assert bought["category"].isna().equals(bought["event"].isin(
        each.loc[each["event"].duplicated(), "event"]))  # fmt: skip
    free = bought[told(bought, "subscription").isna()].drop(columns="category")
    free = free.merge(lines[["event", "category"]])
    counts = free.groupby(["type", "customer", "category"]).size()
    top = counts.groupby(["type", "customer"]).max().groupby("type").sum()
    share = top / counts.groupby("type").sum()
    assert share["R3"] > 0.85
    assert share["R3"] > share["R4"] + 0.2


def test_parcels_are_late_in_the_bad_weeks_and_complaints_rise(shop_world: World) -> None:
    parcels, events = shop_world.deliveries, shop_world.events
    weeks = (END - events["at"].loc[parcels["event"]]).dt.days.to_numpy() // 7
    late = (parcels["trouble"] == "late").to_numpy()
    bad = (weeks >= 4) & (weeks < 12)
    assert late[bad].mean() > 0.3
    assert late[weeks > 12].mean() < 0.08
    said = (END - shop_world.complaints["at"]).dt.days // 7
    per_week = said.value_counts().reindex(range(52), fill_value=0)
    assert per_week.loc[4:11].mean() > 3 * per_week.loc[14:51].mean()


def test_every_promise_is_kept_or_broken_by_what_happened(shop_world: World) -> None:
    told, parcels = shop_world.promises, shop_world.deliveries
    assert told["at"].is_monotonic_increasing
    assert told["at"].max() < END
    by = told.groupby("promise")["kept"]
    over = parcels["promised_on"] + pd.Timedelta(days=1) < END
    late = (parcels["trouble"] == "late") & over
    assert (~by.get_group("parcel in time")).sum() == late.sum()
    asked = of_kind(shop_world, "support")["properties"].map(lambda p: p["first_reply_hours"])
    assert (~by.get_group("question answered")).sum() == (asked > 8).sum()
    said = shop_world.complaints
    soon = said["resolved_at"] - said["at"] < pd.Timedelta(days=14)
    assert by.get_group("complaint put right").sum() == soon.sum()
    assert 0.5 < by.get_group("complaint answered").mean() < 0.95


def test_the_let_down_have_something_to_be_let_down_by(shop_world: World) -> None:
    said, people = shop_world.complaints, shop_world.customers
    hurt = people.index[people["true_type"] == "N1"]
    recent = said[said["at"] > END - pd.Timedelta(weeks=12)]
    sour = recent[recent["resolved_at"].isna() | ~recent["satisfied"].fillna(True).astype(bool)]
    assert np.mean([who in set(sour["customer"]) for who in hurt]) > 0.9


def test_what_was_repaired_was_resolved_to_their_satisfaction(shop_world: World) -> None:
    stints = shop_world.stints
    mended = stints.index[stints["cause"] == "repaired"]
    said = shop_world.complaints
    assert len(mended) >= 10
    for row in mended:
        hurt = stints.loc[row - 1]
        mine = said[said["customer"] == hurt["customer"]]
        mine = mine[(mine["at"] > hurt["started_at"] - pd.Timedelta(days=3))
                    & (mine["at"] < hurt["ended_at"] + pd.Timedelta(days=3))]  # fmt: skip
        assert (mine["satisfied"].fillna(False) & mine["resolved_at"].notna()).any()


def test_adversaries_warn_others_and_cheerleaders_praise(shop_world: World) -> None:
    said = of_kind(shop_world, "mention")
    mood = said["sentiment"].groupby(said["type"]).mean()
    assert mood["N5"] < -0.5
    assert mood["R8"] > 0.6


def test_the_ambivalent_swing(shop_world: World) -> None:
    said = of_kind(shop_world, "review")
    theirs = said[said["type"] == "N2"]["rating"]
    assert (theirs <= 2).mean() > 0.2
    assert (theirs >= 4).mean() > 0.2


def test_the_long_form_says_what_we_are_but_for_those_who_tick_another_answer(
    shop_world: World,
) -> None:
    said = of_kind(shop_world, "survey_answer")
    form, words = told(said, "q2").notna(), vocabulary("people")["today_of_type"]
    assert form.equals(told(said, "q3").notna())
    true = told(said, "q2")[form] == said["type"][form].map(words)
    mistaken = shop_world.parameters.firm["today_mistaken"] * (1 - 1 / 12)
    assert form.sum() > 100
    assert true.mean() == pytest.approx(1 - mistaken, abs=4 * (0.12 / form.sum()) ** 0.5)
    close = told(said, "q4")[form].astype(int)
    assert close[said["type"].isin(["R5", "M2"])].mean() > close[said["type"] == "D1"].mean() + 1


def test_like_brings_like(shop_world: World) -> None:
    bought, people = of_kind(shop_world, "purchase"), shop_world.customers
    spent = bought.groupby("customer")["amount"].sum().reindex(people.index)
    per_month = np.log(spent / ((END - people["joined_at"]) / MONTH).clip(lower=1))
    pairs = shop_world.referrals
    one, two = per_month.loc[pairs["referrer"]], per_month.loc[pairs["referred"]]
    assert np.corrcoef(one, two)[0, 1] > 0.3


def test_personae_lean_towards_types_and_have_an_age(shop_world: World) -> None:
    people = shop_world.customers
    born = people.groupby("persona")["birth_year"].mean()
    assert born["student-saver"] > born["young-family"] > born["seasoned-walker"] + 15
    old = people[people["true_type"] == "R6"]["persona"].value_counts(normalize=True)
    assert old.index[0] == "seasoned-walker"


def test_business_partners_and_the_employed_are_bound_by_contract(shop_world: World) -> None:
    plans = shop_world.subscriptions.groupby("customer")["plan"].first()
    types = shop_world.customers["true_type"]
    assert set(plans[types.loc[plans.index] == "M5"]) == {"staff-kit"}
    paid = of_kind(shop_world, "purchase")
    by_employer = told(paid, "paid_by") == "employer"
    assert set(paid[by_employer]["type"]) == {"M5"}
