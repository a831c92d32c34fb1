"""Who came in twice is found, with reasons; people decide, and are not asked again."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.actions.customers import create_customer
from customers.actions.duplicates import (
    ask_for_duplicates,
    dismiss,
    find_duplicates,
    postpone,
    reopen,
)
from customers.actions.merge import merge_customers, merge_sure_pairs
from customers.engine.duplicates import People, Told, compare_all
from customers.engine.duplicates.names import Written
from customers.engine.duplicates.score import likely, weigh
from customers.models import Customer, Duplicate, Identity
from customers.tasks import find_duplicates_due
from relcrm.base import tasks
from relcrm.base.models import AuditLine, Job
from relcrm.lib.refusals import Refused
from tests.conftest import NOW


def people(*rows: dict) -> People:
    """Rows with name, email, phone, born (a date), year, city, country, gender, number."""
    names = ("name", "email", "phone", "city", "country", "gender", "number")
    at = {name: [row.get(name, "") for row in rows] for name in names}

    def told(name: str, source: str = "") -> Told:
        known = [place for place, value in enumerate(at[name]) if value]
        return Told(np.array(known, dtype=np.int64), [at[name][place] for place in known],
                    [source] * len(known))  # fmt: skip

    born = [row["born"].toordinal() if "born" in row else 0 for row in rows]
    return People(
        at["name"], np.array(born), np.array([row.get("year", 0) for row in rows]), at["city"],
        at["country"], at["gender"], told("email"), told("phone"), told("number", "shop"),
    )  # fmt: skip


BORN = date(1984, 5, 6)
TWINS = [
    ({"name": "Ada Novak", "email": "a@x.at"}, {"name": "NOVAK Ada", "email": "a@x.at"}),
    ({"name": "Ada Novak", "email": "a@x.at"}, {"name": "", "email": "a@x.at"}),
    ({"name": "Ada Novak", "born": BORN}, {"name": "Ada Nowak", "born": BORN}),
    ({"name": "Ada Novak", "phone": "+4366012345"}, {"name": "A. Novak", "phone": "066012345"}),
    ({"name": "Ada Novak", "email": "ada.novak@gmail.com", "city": "Graz"},
     {"name": "Ada Novak", "email": "adanovak@gmx.at", "city": "graz"}),
    ({"name": "Ada Novak", "born": BORN, "email": "a@x.at"},
     {"name": "Ada Novak", "born": date(1984, 6, 5), "email": "a@x.at"}),
]  # fmt: skip
STRANGERS = [
    ({"name": "Ada Novak", "email": "a@x.at"}, {"name": "Ben Novak", "email": "a@x.at"}),
    ({"name": "Ada Novak", "email": "a@x.at", "phone": "+4366012345"},
     {"name": "Ben Novak", "email": "a@x.at", "phone": "+4366012345"}),
    ({"name": "Ada Novak", "city": "Graz"}, {"name": "Bea Maier", "city": "Graz"}),
    ({"name": "Ada Novak", "born": BORN}, {"name": "Ada Novak", "born": date(1951, 11, 30)}),
    ({"name": "Ada Novak", "born": BORN}, {"name": "Bea Maier", "born": BORN}),
]  # fmt: skip
OTHERS = [{"name": f"{'bcdfghjklm'[n % 10]}o {'npqrstvwxz'[n // 10]}u", "email": f"o{n}@y.at"}
          for n in range(100)]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), TWINS, ids=str)
def test_one_person_is_found(one, other):
    found = compare_all(people(*OTHERS, one, other))
    assert (found.left.tolist(), found.right.tolist()) == ([100], [101])


@pytest.mark.parametrize(("one", "other"), STRANGERS, ids=str)
def test_two_people_are_left_alone(one, other):
    assert len(compare_all(people(*OTHERS, one, other)).score) == 0


def test_the_worked_example_of_the_method_page():
    """docs/method/duplicates.md works these bits out by hand."""
    two = people({"name": "Ada Novak", "email": "a@x.at"}, {"name": "Ada Nowak", "email": "a@x.at"},
                 *OTHERS[:98])  # fmt: skip
    odds, _evidence = weigh(two, Written.of(two.name), np.array([0]), np.array([1]))
    prior = np.log2(0.05 / 100)
    alike = np.log2(0.12 / (3 * (0.5 / 10_100)))
    email = np.log2(0.5 / (0.02 / 100))
    assert odds[0] == pytest.approx(prior + alike + email)
    assert likely(odds)[0] == pytest.approx(1 / (1 + 2 ** -odds[0]))


def test_a_common_name_says_less_than_a_rare_one():
    some = [{"name": "Anna Huber"}] * 30 + [{"name": "Ada Novak"}] * 2
    everyone = people(*some, *OTHERS)
    written = Written.of(everyone.name)
    (common, rare), _evidence = weigh(everyone, written, np.array([0, 30]), np.array([1, 31]))
    assert common + 3 < rare


def test_what_many_share_says_little():
    office = [{"name": f"{name} X{name}", "email": "office@x.at"} for name in "abcdefghij"]
    assert len(compare_all(people(*OTHERS, *office)).score) == 0


def test_sure_is_only_what_nothing_speaks_against():
    twice = {"name": "Ada Novak", "email": "a@x.at", "phone": "+4366012345"}
    sure = compare_all(people(*OTHERS, twice, twice))
    assert sure.is_sure.tolist() == [True]
    doubt = compare_all(people(*OTHERS, twice | {"born": BORN},
                               twice | {"born": date(1951, 11, 30)}))  # fmt: skip
    assert doubt.is_sure.tolist() == [False]
    assert ["born", "different"] in doubt.reasons[0]


TEXT = st.text(alphabet="aáä bÖ.-'1@", max_size=8)
ROW = st.fixed_dictionaries(
    {"name": TEXT, "email": TEXT, "phone": TEXT, "city": TEXT, "year": st.sampled_from([0, 1980])}
)


@given(st.lists(ROW, max_size=12), st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_order_of_people_does_not_matter(rows, random):
    """Whatever they are called, pairs have their left side first and a probability."""
    order = list(range(len(rows)))
    random.shuffle(order)
    one, other = compare_all(people(*rows)), compare_all(people(*(rows[at] for at in order)))
    turned = {frozenset((order[a], order[b])) for a, b in zip(other.left, other.right, strict=True)}
    assert turned == {frozenset(pair) for pair in zip(one.left, one.right, strict=True)}
    assert all(0.5 <= score <= 1 for score in one.score)
    assert np.all(one.left < one.right)


def test_nobody_and_one_alone_are_no_pair():
    assert compare_all(people()).compared == compare_all(people({"name": "Ada"})).compared == 0


def look() -> dict[str, int]:
    return find_duplicates(now=NOW, progress=lambda *_, **__: None)


@pytest.fixture
def twice(db, ada, bo, cyd, mara) -> Customer:
    """Ada again, from the till: another spelling, the same phone."""
    Customer.objects.filter(pk=ada.pk).update(phone="+4366012345")
    return create_customer(by=mara, now=NOW, name="Adda Novak", phone="+43 660 12345",
                           is_another=True)  # fmt: skip


def test_pairs_are_found_and_kept_with_their_reasons(ada, twice):
    counts = look()
    pair = Duplicate.objects.get()
    assert (pair.first, pair.second, pair.state) == (ada, twice, "open")
    assert {tuple(reason) for reason in pair.reasons} == {("phone", "same"), ("name", "alike")}
    assert counts["customers"] == 4
    assert AuditLine.objects.get(verb="duplicates.found").detail["found"] == 1


def test_decisions_outlive_the_next_look_and_errors_do_not(ada, twice, mara):
    look()
    dismiss(Duplicate.objects.get(), by=mara, now=NOW)
    look()
    assert Duplicate.objects.get().state == "dismissed"
    assert AuditLine.objects.get(verb="duplicate.dismissed").user == mara
    reopen(Duplicate.objects.get(), by=mara, now=NOW)
    Customer.objects.filter(pk=twice.pk).update(name="Zoe Quinn")
    look()
    assert not Duplicate.objects.exists()


def test_what_was_put_off_comes_back(ada, twice, mara):
    look()
    pair = Duplicate.objects.get()
    with pytest.raises(Refused, match="between now and a year"):
        postpone(pair, until=NOW, by=mara, now=NOW)
    postpone(pair, until=NOW + timedelta(days=30), by=mara, now=NOW)
    assert not Duplicate.objects.open(NOW + timedelta(days=29)).exists()
    assert Duplicate.objects.open(NOW + timedelta(days=30)).get() == pair


def test_a_household_is_not_proposed(db, mara):
    for name in ("Ada Novak", "Ben Novak", "Cara Novak"):
        create_customer(by=mara, now=NOW, name=name, email="novak@example.com", city="Graz")
    look()
    assert not Duplicate.objects.exists()


def test_whose_data_may_only_be_kept_is_not_compared(ada, twice):
    Customer.objects.filter(pk=twice.pk).update(restricted_at=NOW)
    look()
    assert not Duplicate.objects.exists()


def test_sure_pairs_are_merged_together(db, mara):
    Customer.objects.create(name="Ada Novak", email="ada@x.at")
    for _time in range(3):
        Customer.objects.create(name="Bea Maier", email="bea@x.at", phone="+4366012345")
    look()
    pairs = Duplicate.objects.select_related("first", "second")
    assert pairs.filter(is_sure=True).count() == 3  # the three Beas, each with each
    assert merge_sure_pairs(pairs, by=mara, now=NOW) == 1
    assert Customer.objects.count() == 3
    look()
    assert merge_sure_pairs(pairs.all(), by=mara, now=NOW) == 1
    assert Customer.objects.count() == 2


def test_a_pair_that_is_one_already_cannot_be_decided(ada, twice, mara):
    look()
    pair = Duplicate.objects.get()
    merge_customers(ada, twice, by=mara, now=NOW)
    with pytest.raises(Refused, match="one customer already"):
        dismiss(pair, by=mara, now=NOW)


def test_the_worker_looks_nightly_and_when_asked(ada, twice, mara):
    find_duplicates_due()
    assert ask_for_duplicates(by=mara) == Job.objects.get()
    assert tasks.work_due_jobs() == 1
    job = Job.objects.get()
    assert (job.state, job.result["found"]) == ("done", 1)
    assert Duplicate.objects.exists()


def test_looking_costs_the_same_statements_for_many(twice, django_assert_max_num_queries):
    Customer.objects.bulk_create(
        Customer(name=f"Guest {n}", email=f"g{n}@x.at") for n in range(300)
    )
    Identity.objects.bulk_create(
        Identity(customer=each, kind="email", value=each.email) for each in Customer.objects.all()
    )
    with django_assert_max_num_queries(20):
        look()
