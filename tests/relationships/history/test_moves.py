"""How relationships move: the page, the profile's life line, and the API."""

from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest

from customers.models import Customer, Interaction, Kind, PointOfContact
from relationships import went
from relationships.actions.history import running
from relationships.actions.history.closing import close_books
from relationships.engine.history.quantised import quantised
from relationships.engine.typology import typology
from relationships.models import Month, Profile, Snapshot
from relationships.queries.history.movement import preceded, usual
from relcrm.base import roles
from relcrm.base.models import Job, User
from relcrm.pages.queries import customers as lists
from relcrm.pages.wanted import read
from tests.conftest import NOW, TODAY, colleague, event

PAGE = "/relationships/moves/"
KEYS = typology().keys
ENDS = [date(2025, 11, 30), date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28)]


def likely(key):
    row = np.full((1, len(KEYS)), 0.1 / (len(KEYS) - 1))
    row[0, KEYS.index(key)] = 0.9
    return quantised(row).tobytes()


def stood(customer, on, key, **more):
    return Snapshot.objects.create(
        customer=customer, on=on, is_close=True, family=typology()[key].family, type=key,
        held=KEYS.index(key), chances=likely(key), confidence=60, **more,
    )  # fmt: skip


@pytest.fixture
def crowd(company):
    """Forty who answered and became friends, forty who heard nothing and stayed flings."""
    company.as_of = TODAY
    company.save()
    people = Customer.objects.bulk_create(Customer(name=f"Person {n}") for n in range(80))
    for at, person in enumerate(people):
        for on in ENDS:
            stood(person, on, "R2" if at < 40 and on == ENDS[-1] else "F1")
    answered = ENDS[-1] - timedelta(days=45)
    Interaction.objects.bulk_create(
        event(person, Kind.MESSAGE_REPLIED, answered, None, at)
        for at, person in enumerate(people[:52])  # and twelve of those who stayed
    )
    for on in ENDS:
        close_books(Month.objects.create(on=on), now=NOW)
    return people


def test_the_page_counts_who_moved_and_says_what_came_before(as_, mara, crowd):
    page = as_(mara).get(PAGE, {"from": "2025-12-31", "to": "2026-02-28"})
    text = page.content.decode()
    assert "40 moved, 40 stayed" in text
    assert "Most moved from Flings to Friends: 40" in text
    assert "Answered a message: seen before 40 of 40 such moves, " in text
    assert "0 such moves in a year" in text  # for the worse
    assert "it need not be the cause" in text
    assert page.context["page"].chart.ribbons[0][0] == "fling"


def test_the_books_say_how_many_changes_were_taken_back_a_month_later(company):
    lives = ["F1 R2 F1", "F1 R2 F1", "F1 R2 R2", "F1 R2 M1", "F1 F1 R2", "F1 F1 F1"]
    people = Customer.objects.bulk_create(Customer(name=f"Person {n}") for n in range(7))
    for person, life_ in zip(people, lives, strict=False):
        for on, key in zip(ENDS, life_.split(), strict=False):
            stood(person, on, key)
    stood(people[-1], ENDS[2], "R2")  # came only now
    for on in ENDS[:3]:
        close_books(Month.objects.create(on=on), now=NOW)
    assert Month.objects.get(on=ENDS[2]).moves["undone"] == {"moved": 4, "undone": 2}


def test_any_two_days_can_be_compared_and_the_order_matters(as_, mara, crowd):
    client = as_(mara)
    within = client.get(PAGE, {"from": "2026-01-10", "to": "2026-03-01"}).context["page"]
    assert (within.moved, within.stayed) == (40, 40)
    before = client.get(PAGE, {"from": "2025-12-01", "to": "2026-01-31"}).context["page"]
    assert (before.moved, before.stayed) == (0, 80)
    assert (
        "in their order"
        in client.get(PAGE, {"from": "2026-02-01", "to": "2026-01-01"}).content.decode()
    )
    assert client.get(PAGE, {"from": "yesterday", "to": "<b>"}).status_code == 200


def test_a_change_between_closes_counts_from_its_day(as_, mara, crowd):
    Snapshot.objects.create(
        customer=crowd[-1], on=date(2026, 3, 1), is_close=False, family="friend", type="R2",
        held=KEYS.index("R2"), chances=likely("R2"), confidence=60,
    )  # fmt: skip
    client = as_(mara)
    eve = client.get(PAGE, {"from": "2026-01-31", "to": "2026-02-28"}).context["page"]
    day = client.get(PAGE, {"from": "2026-01-31", "to": "2026-03-01"}).context["page"]
    assert (eve.moved, day.moved) == (40, 41)


def test_without_months_the_page_says_what_it_waits_for(as_, mara, company):
    nothing = "nothing to look back on yet"
    assert nothing in as_(mara).get(PAGE).content.decode()
    Job.objects.create(kind="history", title="Look back", unit="months")
    page = as_(mara).get(PAGE).content.decode()
    assert "Look back" in page
    assert nothing not in page
    assert "Look again" not in page


def test_the_page_takes_the_same_queries_for_few_and_many(
    as_, mara, crowd, django_assert_max_num_queries
):
    client = as_(mara)
    client.get(PAGE)
    with django_assert_max_num_queries(9):
        client.get(PAGE)


def test_negative_families_are_left_to_service_for_those_who_sell(as_, mara, root, crowd):
    stood(crowd[0], date(2026, 3, 1), "N5")
    asked = {"from": "2026-01-31", "to": "2026-03-01"}
    seller = as_(mara).get(PAGE, asked).content.decode().split("<main")[1]
    assert "Left to service" in seller
    assert "Adversary" not in seller
    assert "Negative" not in seller
    assert "Negative" in as_(root).get(PAGE, asked).content.decode().split("<main")[1]


def test_the_api_gives_moves_a_usual_month_and_what_came_before(key_for, crowd, root):
    client = key_for(root, "reports:read")
    found = client.get("/api/v1/transitions?from=2026-01-31&to=2026-02-28").json()
    moves = {(one["old"], one["new"]): one for one in found["moves"]}
    assert moves["fling", "friend"]["customers"] == 40
    assert moves["fling", "friend"]["share"] == 0.5
    assert found["months"] == 3
    assert {one["kind"] for one in found["preceded"]} == {"message_replied"}
    rows = [one for one in found["usual_month"] if one["old"] == "fling"]
    assert sum(one["expected"] for one in rows) == pytest.approx(1, abs=1e-3)
    assert "leave_to_service" in {one["old"] for one in found["moves"]}


def test_the_api_gives_a_life_month_by_month(key_for, ada, root, company):
    Profile.objects.create(customer=ada, as_of=TODAY, scored_at=NOW, family="friend")
    stood(ada, ENDS[0], "R2", turn="exploration", closeness=35)
    stood(ada, ENDS[1], "N5", turn="betrayal", closeness=20)
    address = f"/api/v1/customers/{ada.pk}/profile/snapshots"
    rows = key_for(root, "customers:read").get(address).json()["results"]
    assert [row["family"] for row in rows] == ["leave_to_service", "friend"]
    assert rows[0]["turn"] is rows[0]["closeness"] is rows[0]["type"] is None
    assert (rows[1]["turn"], rows[1]["closeness"]) == ("exploration", 0.35)
    stood(ada, ENDS[2], "R2", turn="recovery")
    told = [
        key_for(root, "customers:read", *more).get(address).json()["results"][0]["turn"]
        for more in ((), ("negative:read",))
    ]
    assert told == [None, "recovery"], "a turn says what it turned from"


def test_a_day_before_all_days_is_no_mistake_of_ours(as_, mara, key_for, root, crowd):
    for given in ({"to": "0001-01-01"}, {"from": "0001-01-01", "to": "0001-01-01"}):
        assert as_(mara).get(PAGE, given).status_code == 200
        assert as_(mara).post(f"{PAGE}count/", given).status_code < 500
        client = key_for(root, "reports:read")
        assert client.get("/api/v1/transitions", given).status_code == 404


def test_few_moves_say_nothing_of_what_came_before(history_of_three):
    assert preceded(list(Month.objects.order_by("on"))) == []


@pytest.fixture
def history_of_three(company, ada, bo, cyd):
    running.tell_history(company, as_of=TODAY, months=3, now=NOW, progress=lambda *a, **k: None)


def behind(href, user):
    """How many people the list shows that this address opens."""
    given = dict(parse_qsl(urlsplit(href).query))
    frank = roles.may(user, "see_negative_types")
    return lists.chosen(read(given, frank=frank, sees_people=True), user).count()


@pytest.mark.parametrize("days", [("2025-12-31", "2026-02-28"), ("2026-01-10", "2026-03-01")])
def test_each_number_opens_as_many_people(as_, mara, root, crowd, days):
    stood(crowd[0], date(2026, 3, 1), "N5")
    Profile.objects.create(
        customer=crowd[0], as_of=TODAY, scored_at=NOW, family="negative", type="N5"
    )
    stood(crowd[1], date(2026, 3, 1), "R5")
    stood(crowd[70], date(2026, 1, 12), "D1")
    Snapshot.objects.filter(on__in=[date(2026, 3, 1), date(2026, 1, 12)]).update(is_close=False)
    Snapshot.objects.filter(customer=crowd[60], on__lt=ENDS[2]).delete()  # came new in January
    for user in (mara, root):
        page = as_(user).get(PAGE, dict(zip(("from", "to"), days, strict=True))).context["page"]
        for row in page.rows:
            assert behind(row.href, user) == row.total
            assert [behind(c.href, user) for c in row.cells] == [c.count for c in row.cells]
        # Of whom service looks after now, no type of the past is told to others.
        hidden = int(user == mara and days[1] < "2026-03-01")
        opened = [behind(href, user) for *_words, href in page.types]
        assert opened == [n - hidden for _, _, n, _ in page.types]
        assert behind(page.new_href, user) == page.new == 1


def test_the_list_says_whom_it_shows_and_leads_back(as_, mara, crowd):
    client = as_(mara)
    page = client.get(PAGE, {"from": "2025-12-31", "to": "2026-02-28"}).context["page"]
    href = next(c.href for row in page.rows if row.family == "fling" for c in row.cells if c.count)
    text = client.get(href).content.decode()
    assert "On 31 December 2025: Flings; on 28 February 2026: Friends." in text
    assert f"{PAGE}?from=2025-12-31&amp;to=2026-02-28" in text
    assert text.count('name="became_on" value="2026-02-28"') == 1  # other filters keep it


def test_the_list_of_a_move_shows_an_expert_their_own_people_only(crowd, mara):
    expert = colleague("Eva", User.Role.EXPERT)
    PointOfContact.objects.create(customer=crowd[0], user=expert, role="fits shoes")
    href = went.Went("fling", ENDS[0], "friend", ENDS[-1]).address()
    assert behind(href, mara) == 40
    assert behind(href, expert) == 1


def test_types_of_those_left_to_service_now_are_not_asked_for(mara, root, crowd):
    Profile.objects.create(
        customer=crowd[0], as_of=TODAY, scored_at=NOW, family="negative", type="N5"
    )
    of_type = went.Went("F1", ENDS[0], "R2", ENDS[-1]).address()
    assert (behind(of_type, root), behind(of_type, mara)) == (40, 39)


def test_what_service_keeps_is_no_way_to_ask_for_others(mara, root, crowd):
    stood(crowd[0], date(2026, 3, 1), "N5")
    days = {"was_on": "2026-02-28", "became_on": "2026-03-01"}
    for asked in ("N5", "negative.alone"):
        assert went.read(days | {"became": asked}, frank=False) == {}
        assert went.read(days | {"became": asked}, frank=True)["became"] == asked
    assert went.read(days | {"became": "negative"}, frank=False)["became"] == "negative"


@pytest.mark.parametrize(
    "asked",
    [
        {"was_on": "2026-02-28", "became_on": "2026-01-31"},
        {"was_on": "yesterday", "became_on": "2026-01-31"},
        {"was": "pals", "was_on": "2025-12-31", "became_on": "2026-01-31"},
        {"was": "fling"},
    ],
)
def test_a_way_that_makes_no_sense_is_as_if_not_asked(as_, mara, crowd, asked):
    assert went.read(asked, frank=True) == {}
    assert as_(mara).get("/customers/", asked).status_code == 200


def test_of_a_day_before_everything_known_the_list_is_empty(mara, crowd):
    href = went.Went("fling", date(2020, 1, 1), "friend", ENDS[-1]).address()
    assert behind(href, mara) == 0


def test_of_few_people_a_count_says_all(as_, mara, crowd):
    stood(crowd[-1], date(2026, 3, 1), "M2")
    client = as_(mara)
    page = client.get(PAGE, {"from": "2026-03-01", "to": "2026-03-02"}).context["page"]
    shares = {row.family: [c.share for c in row.cells if c.count] for row in page.rows if row.total}
    assert shares["marriage"] == [""]
    assert shares["friend"] == ["100 %"]


def test_of_fewer_than_thirty_customers_nothing_is_foretold(history_of_three):
    assert usual(list(Month.objects.order_by("on"))) is None
