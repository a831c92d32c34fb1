"""One customer's page: who, what relationship, what next; and who may see which part of it."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.utils import timezone

from customers.actions.ingest import record_interactions
from customers.events import Event
from customers.models import Customer, Kind
from feedback.actions import file_complaint
from relationships.engine.typology import typology
from relationships.models import Profile
from relcrm.base.models import AuditLine
from relcrm.base.templatetags.words import chance
from relcrm.pages.buying import silence
from relcrm.pages.why import likely
from tests.conftest import NOW, TODAY, happened

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def looked_at_on_the_cast_s_day(company):
    company.as_of = TODAY
    company.save()


def judge(customer: Customer, code: str, family: str, step: str, **more: object) -> Profile:
    """What scoring would have stored."""
    chances = np.full(29, 0.38 / 28)
    chances[typology().keys.index(code)] = 0.62
    facts = {
        "as_of": TODAY, "scored_at": timezone.now(), "confidence": 0.6, "next_step": step,
        "posterior": chances.astype("<f4").tobytes(),
        "valence": 0.2, "valence_se": 0.1, "closeness": 0.5, "closeness_se": 0.08,
        "intensity": 0.4, "intensity_se": 0.2, "orders": 24, "revenue": 960,
        "first_order_on": TODAY - timedelta(days=700), "last_order_on": TODAY - timedelta(days=10),
        "alive": 0.93, "expected_orders": 11.2, "value_low": 90, "value": 130, "value_high": 180,
    }  # fmt: skip
    return Profile.objects.create(
        **({"customer": customer, "family": family, "type": code} | facts | more)
    )


def test_the_page_says_what_relationship_it_is_and_what_it_is_worth(as_, mara, ada):
    judge(ada, "R4", "friend", "deepen")
    page = as_(mara).get(f"/customers/{ada.pk}/").content.decode()
    assert "Ada Novak" in page
    assert "Why good friend, and not" in page
    assert "67 %" in page  # of what a marketer may know: without five negative types
    assert "likely €90 to €180" in page
    assert "Mood: 60 of 100, likely 54 to 66" in page
    assert "Almost certainly" in page
    assert "Buys about every 4 weeks, last 10 days ago." in page
    assert "At most 4 messages in 30 days; we sent 0." in page


def test_each_look_is_on_record(as_, mara, ada):
    as_(mara).get(f"/customers/{ada.pk}/")
    line = AuditLine.objects.get(verb="customer.viewed")
    assert (line.user, line.subject_id) == (mara, ada.pk)


@pytest.mark.parametrize(
    ("of", "said"),
    [(1.0, ">99 %"), (0.996, ">99 %"), (0.994, "99 %"), (0.5, "50 %"), (0.004, "<1 %"),
     (0.0, "<1 %"), (None, "–")],
)  # fmt: skip
def test_no_chance_is_said_to_be_certain(of, said):
    assert chance(of) == said


@pytest.mark.parametrize(
    ("alive", "ago", "orders", "is_said"),
    [(1.0, 100, 24, True), (0.96, 89, 24, False), (0.9, 100, 24, False), (1.0, 100, 2, False)],
)
def test_a_high_chance_of_who_has_long_been_silent_is_explained(alive, ago, orders, is_said):
    last = TODAY - timedelta(days=ago)
    first = last - timedelta(days=30 * (orders - 1))
    who = Profile(alive=alive, orders=orders, first_order_on=first, last_order_on=last)
    assert bool(silence(who, TODAY)) == is_said


def test_a_range_from_nothing_beside_a_high_chance_is_explained(as_, mara, ada):
    profile = judge(ada, "R4", "friend", "deepen", alive=1.0, value_low=0.0)
    page = as_(mara).get(f"/customers/{ada.pk}/").content.decode()
    assert "&gt;99 %" in page
    assert "100 %" not in page
    assert "The range begins at nothing" in page
    Profile.objects.filter(pk=profile.pk).update(alive=0.6)
    page = as_(mara).get(f"/customers/{ada.pk}/").content.decode()
    assert "The range begins at nothing" not in page


def test_an_open_complaint_outranks_every_playbook(as_, sam, dan):
    judge(dan, "R4", "friend", "deepen")
    file_complaint(dan, subject="Parcel late", severity=3, by=sam, now=timezone.now())
    page = as_(sam).get(f"/customers/{dan.pk}/").content.decode()
    assert "Answer first" in page
    assert "Marketing is silent until seven days after it is solved" in page
    assert "Deepen" not in page


def test_quiet_habits_are_left_alone(as_, mara, cyd):
    judge(cyd, "D2", "distant", "leave_alone")
    page = as_(mara).get(f"/customers/{cyd.pk}/").content.decode()
    assert "<b>Leave alone.</b>" in page


def test_too_much_mail_is_said(as_, mara, cyd):
    judge(cyd, "D2", "distant", "leave_alone")
    for day in range(3):
        happened(cyd, Kind.MESSAGE_SENT, TODAY - timedelta(days=day), channel="email")
    page = as_(mara).get(f"/customers/{cyd.pk}/").content.decode()
    assert "At most one message in 30 days; we sent 3." in page


def test_negative_types_are_named_to_service_and_veiled_to_marketing(as_, mara, sam, dan):
    judge(dan, "N4", "negative", "leave_alone")
    frank = as_(sam).get(f"/customers/{dan.pk}/?whole=yes").content.decode()
    veiled = as_(mara).get(f"/customers/{dan.pk}/?whole=yes").content.decode()
    assert "Taker" in frank
    assert "within 24 hours" in frank
    assert "Please leave to service" in veiled
    assert "Taker" not in veiled
    assert 'data-f="negative"' not in veiled
    assert "Colleagues in service look after this relationship" in veiled
    for withheld in ("Closeness", "Intensity", "Leave alone"):
        assert withheld in frank
        assert withheld not in veiled


def test_a_negative_runner_up_is_not_named_to_marketing(as_, mara, ada):
    profile = judge(ada, "R4", "friend", "deepen")
    chances = np.zeros(29)
    chances[typology().keys.index("R4")], chances[typology().keys.index("N1")] = 0.7, 0.3
    profile.posterior = chances.astype("<f4").tobytes()
    profile.save()
    page = as_(mara).get(f"/customers/{ada.pk}/?whole=yes").content.decode()
    assert "Let down" not in page
    # No rest is left from which one could reckon what else it may be.
    assert [(kind.key, chance) for kind, chance in likely(profile, frank=False) if chance] == [
        ("R4", 1.0)
    ]


def test_analysts_see_numbers_instead_of_people(as_, nils, ada):
    judge(ada, "R4", "friend", "deepen")
    page = as_(nils).get(f"/customers/{ada.pk}/?whole=yes").content.decode()
    assert f"Customer {ada.pk}" in page
    for personal in ("Ada", "Novak", "ada@example.com", "Graz"):
        assert personal not in page


def test_experts_meet_only_their_own_customers(as_, eve, ada, bo):
    browser = as_(eve)
    assert browser.get(f"/customers/{ada.pk}/").status_code == 200
    assert browser.get(f"/customers/{bo.pk}/").status_code == 404
    assert browser.get(f"/customers/{bo.pk}/timeline/").status_code == 404
    assert browser.get(f"/customers/{bo.pk}/below/", headers=HTMX).status_code == 404


def test_who_objects_to_profiling_is_not_judged_on_any_page(as_, mara, ada):
    judge(ada, "R4", "friend", "deepen")
    ada.objects_to_profiling = True
    ada.save()
    page = as_(mara).get(f"/customers/{ada.pk}/?whole=yes").content.decode()
    assert "They object to profiling" in page
    for score in ("Good friend", "€130", "Mood", "Deepen"):
        assert score not in page


def test_an_erased_customer_is_not_there(as_, mara, ada):
    ada.erased_at = timezone.now()
    ada.save()
    assert as_(mara).get(f"/customers/{ada.pk}/").status_code == 404


def test_nothing_known_is_a_designed_state(as_, mara):
    stranger = Customer.objects.create(name="New Face")
    page = as_(mara).get(f"/customers/{stranger.pk}/?whole=yes").content.decode()
    assert "Too early to tell" in page
    assert "Nothing has happened yet" in page
    assert "likely range" not in page
    nameless = Customer.objects.create()
    assert as_(mara).get(f"/customers/{nameless.pk}/").status_code == 200


def test_a_judgement_without_a_value_promises_no_range(as_, mara, ada):
    judge(ada, "R4", "friend", "deepen")
    address = f"/customers/{ada.pk}/"
    assert "lands in the likely range" in as_(mara).get(address).content.decode()
    Profile.objects.update(value=None, value_low=None, value_high=None)
    page = as_(mara).get(address).content.decode()
    assert "Too early to say" in page
    assert "likely range" not in page


def test_who_bought_but_was_not_judged_yet_is_not_called_unknown(as_, mara):
    new = Customer.objects.create(name="New Face")
    record_interactions(
        [Event(customer_id=new.pk, kind="purchase", occurred_at=NOW, amount=Decimal(9),
               source="shop", source_id="1")], by=mara, now=NOW,
    )  # fmt: skip
    page = as_(mara).get(f"/customers/{new.pk}/").content.decode()
    assert "Not judged yet" in page
    assert "Nothing is known yet" not in page


def test_undetermined_shows_what_it_could_be(as_, mara, bo):
    judge(bo, "F1", "undetermined", "welcome", type="", valence=None)
    page = as_(mara).get(f"/customers/{bo.pk}/?whole=yes").content.decode()
    assert "Too early to tell" in page
    assert "What it could be" in page
    assert "Mood: too early to tell" in page


def test_what_they_said_and_what_we_saw_stand_beside_each_channel(as_, mara, ada):
    ada.preferences = {"channels": {"sms": "never"}, "pace_per_month": 2}
    ada.save()
    for day in range(10):
        happened(ada, Kind.MESSAGE_SENT, TODAY - timedelta(days=day), channel="email")
        happened(ada, Kind.MESSAGE_OPENED, TODAY - timedelta(days=day), channel="email")
    page = as_(mara).get(f"/customers/{ada.pk}/?whole=yes").content.decode()
    assert "Of 10 in a year, reads 100 % and answers 0 %" in page
    assert "never" in page
    assert "Wishes at most 2 messages a month" in page


def test_older_entries_come_by_link_and_by_htmx(as_, mara, ada):
    browser = as_(mara)
    page = browser.get(f"/customers/{ada.pk}/timeline/?show=bought")
    assert "What happened with Ada Novak?" in page.content.decode()
    older = page.context["timeline"].older
    rest = browser.get(
        f"/customers/{ada.pk}/timeline/",
        {"show": "bought", "before": str(older)},
        headers={"HX-Request": "true", "HX-Target": "older"},
    )
    assert rest.content.decode().count("<li") == 4
    assert "<html" not in rest.content.decode()


@pytest.mark.parametrize(("part", "queries"), [("", 18), ("below/", 27)])
def test_a_long_history_asks_no_more_of_the_database(
    as_, mara, ada, bo, django_assert_max_num_queries, part, queries
):
    judge(ada, "R4", "friend", "deepen")
    judge(bo, "F1", "fling", "welcome")
    browser = as_(mara)
    for customer in (bo, ada):
        with django_assert_max_num_queries(queries):
            path = f"/customers/{customer.pk}/{part}"
            assert browser.get(path, headers=HTMX).status_code == 200


def test_each_thing_to_do_for_a_customer_is_offered_once(as_, root, ada):
    page = as_(root).get(f"/customers/{ada.pk}/?whole=yes").content.decode()
    assert page.count(f"/complaints/new/?customer={ada.pk}") == 1
    assert page.count(">Edit</a>") == 1
    assert page.count(f"/customers/{ada.pk}/erase/") == 1
