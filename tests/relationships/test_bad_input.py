"""Odd customers and odd events: each has a defined outcome, and no number on any page is none."""

import json
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from customers.actions.ingest import ingest
from customers.events import Event
from customers.models import Customer, Kind
from relationships.actions import scoring
from relationships.actions.history.running import tell_history
from relationships.models import Forecast, Gap, Portfolio, Profile
from relationships.queries.purchases import buyers
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY

MOST = Decimal("999999999999.99")
NO_NUMBER = re.compile(r"\b(nan|inf|infinity|none|null)\b", re.IGNORECASE)
NOT_ONE = re.compile(r"\b(nan|inf)\b", re.IGNORECASE)  # in text that may well say "none"
WORDS = re.compile(r"<script.*?</script>|<style.*?</style>|<[^>]*>", re.DOTALL)
WHAT_IF = "/relationships/value/what-if/?margin=45&stay=20&discount=5"
PAGES = (
    "/", "/customers/", "/relationships/map/", "/relationships/types/",
    "/relationships/value/", "/relationships/value/?in=money&by=cohort",
    "/relationships/value/forecast/", "/relationships/losing/", WHAT_IF,
)  # fmt: skip

API = ("overview", "value", "forecast", "losing", "profiles", "gaps", "types")


def silent(done, *, total=None, position=None):
    """Progress that nobody watches."""


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=NOW.tzinfo)


HTMX = {"HX-Request": "true", "HX-Target": "parts"}
DAY = at(TODAY - timedelta(days=30))
BUY = {"kind": Kind.PURCHASE, "occurred_at": DAY, "amount": Decimal(20)}
ODD = {
    "Nothing at all": [],
    "All on one day": [BUY] * 40,
    "For nothing": [BUY | {"amount": Decimal(0)}] * 5,
    "Without amounts": [BUY | {"amount": None}] * 5,
    "A billion each": [BUY | {"amount": Decimal(10**9)}] * 5,
    "The most there is": [BUY | {"amount": MOST}] * 5,
    "Sent back more": [BUY, *[BUY | {"kind": Kind.RETURN, "amount": MOST}] * 3],
    "Only returns": [BUY | {"kind": Kind.RETURN}] * 3,
    "At midnight": [
        BUY | {"occurred_at": datetime.combine(TODAY - timedelta(days=days), moment, NOW.tzinfo)}
        for days in (40, 39) for moment in (time.min, time.max)
    ],
    "In yen": [BUY | {"currency": "JPY", "original_amount": Decimal(3000), "rate": Decimal(1)}],
    "Before 1970 and birth": [BUY | {"occurred_at": at(date(1931, 5, 4))}] * 3,
    "In the year 1": [BUY | {"occurred_at": at(date(1, 1, 2))}],
    "Today": [BUY | {"occurred_at": NOW}],
    "Endless replies": [
        {"kind": Kind.SUPPORT, "occurred_at": DAY, "properties": {"first_reply_hours": said}}
        for said in ("9" * 400, "-3", "soon", 1e300, None, "0", "1.2.3")
    ],
    "Odd wishes": [
        {"kind": Kind.SURVEY_ANSWER, "occurred_at": DAY, "category": "wish",
         "properties": {"q1": said, "q3": said, "q7": said}}
        for said in (10**30, -5, "nobody", [1], {"q": 2}, 2.5)
    ],
}  # fmt: skip


def enter(name: str) -> Customer:
    customer = Customer.objects.create(name=name, birth_on=date(1950, 1, 1))
    ingest(
        [Event(customer_id=customer.pk, source=name, source_id=str(n), **one)
         for n, one in enumerate(ODD[name])],
        now=NOW,
    )  # fmt: skip
    return customer


def judge(company) -> None:
    told = StringIO()
    call_command("fit", "--as-of", TODAY.isoformat(), stdout=told)
    assert NOT_ONE.search(told.getvalue()) is None
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)
    tell_history(company, as_of=TODAY, months=2, now=NOW, progress=silent)


def no_number_is_missing() -> None:
    kinds = (Profile, Forecast, Gap, Portfolio)
    for row in (row for kind in kinds for row in kind.objects.all()):
        numbers = [value for value in vars(row).values() if isinstance(value, float)]
        assert all(abs(number) < float("inf") for number in numbers), row
    for one in Profile.objects.values("p_fling", "p_friend", "p_marriage", "p_distant",
                                      "p_negative"):  # fmt: skip
        assert sum(one.values()) == pytest.approx(1)


def reads_well(browser, path: str) -> None:
    reply = browser.get(path, headers={"HX-Request": "true"} if path == WHAT_IF else None)
    assert reply.status_code == 200, path
    said = NO_NUMBER.search(WORDS.sub(" ", reply.content.decode()))
    assert said is None, (path, said)


def programs_read_numbers(program, addresses) -> None:
    for path in addresses:
        reply = program.get(f"/api/v1/{path}")
        assert reply.status_code in {200, 404}, path
        json.loads(reply.content, parse_constant=pytest.fail)


def checked_on_its_own_past() -> str:
    """What `evaluate value` says of the company, or why it cannot be checked."""
    told = StringIO()
    try:
        call_command("evaluate", "value", "--as-of", TODAY.isoformat(), stdout=told)
    except CommandError as no:
        return str(no)
    assert NOT_ONE.search(told.getvalue()) is None
    return told.getvalue()


def test_odd_customers_are_judged_beside_each_other_and_can_be_read(company, root, as_, all_):
    people = [enter(name) for name in ODD]
    judge(company)
    assert Profile.objects.count() == len(ODD)
    no_number_is_missing()
    assert Profile.objects.get(customer__name="The most there is").revenue == MOST
    browser = as_(root)
    for path in (*PAGES, *(f"/customers/{one.pk}/?whole=yes" for one in people)):
        reads_well(browser, path)
    for one in people:
        worth = browser.get(f"/customers/{one.pk}/worth/", headers=HTMX)
        assert worth.status_code == 200
        assert NO_NUMBER.search(WORDS.sub(" ", worth.content.decode())) is None, one.name
        rest = ("", "/explanation", "/gap", "/value")
        programs_read_numbers(all_, [f"customers/{one.pk}/profile{path}" for path in rest])
    programs_read_numbers(all_, API)
    assert "days with a purchase" in checked_on_its_own_past()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Nothing at all", "There are no purchases"),
        ("For nothing", "1 days with a purchase of 1 customers"),
        ("Only returns", "There are no purchases"),
        ("Today", "All purchases are of"),
    ],
)
def test_a_company_of_one_odd_customer_is_judged_and_read(company, root, as_, all_, name, said):
    enter(name)
    judge(company)
    no_number_is_missing()
    for path in PAGES:
        reads_well(as_(root), path)
    programs_read_numbers(all_, API)
    assert said in checked_on_its_own_past()


def test_a_purchase_to_come_is_refused_by_name_and_nothing_is_learned(company, bo, key_for, root):
    ahead = BUY | {"occurred_at": NOW + timedelta(days=40)}
    with pytest.raises(Refused, match="lies in the future"):
        ingest([Event(customer_id=bo.pk, source="s", source_id="1", **ahead)], now=NOW)
    with pytest.raises(Refused, match="Amounts are positive"):
        ingest([Event(customer_id=bo.pk, source="s", source_id="2", **BUY | {"amount": -1})],
               now=NOW)  # fmt: skip
    program = key_for(root, "interactions:write")
    told = {
        "source": "s",
        "source_id": "3",
        "customer": bo.pk,
        "kind": "purchase",
        "occurred_at": DAY.isoformat(),
        "amount": "20",
    }
    for wrong, status in (
        ({"occurred_at": (NOW + timedelta(days=400)).isoformat()}, 409), ({"amount": "-1"}, 400),
        ({"amount": "NaN"}, 400), ({"currency": "JPY"}, 409),
    ):  # fmt: skip
        reply = program.post("/api/v1/interactions", told | wrong, format="json")
        assert reply.status_code == status, (wrong, reply.content)
    assert buyers(TODAY).spent.tolist() == [15.0]


def test_midnight_is_that_of_the_company(company, db):
    """In Auckland, thirteen hours ahead in February: half past ten and half past eleven in the
    morning of London are two days there; eleven at night and one o'clock are one."""
    company.zone = "Pacific/Auckland"
    company.save()
    sold = {
        "two days": (datetime(2026, 2, 1, 10, 30), datetime(2026, 2, 1, 11, 30)),
        "one day": (datetime(2026, 2, 1, 23, 0), datetime(2026, 2, 2, 1, 0)),
    }
    people = {name: Customer.objects.create(name=name) for name in sold}
    ingest(
        [Event(customer_id=people[name].pk, source=name, source_id=str(n),
               **BUY | {"occurred_at": moment.replace(tzinfo=NOW.tzinfo)})
         for name, moments in sold.items() for n, moment in enumerate(moments)],
        now=NOW,
    )  # fmt: skip
    found = buyers(TODAY)
    repeats = dict(zip(found.customer.tolist(), found.histories.repeats, strict=True))
    assert repeats == {people["two days"].pk: 1, people["one day"].pk: 0}
