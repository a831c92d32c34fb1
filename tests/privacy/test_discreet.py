"""Who may not know what discreet people bought meets it nowhere; the vulnerable stay unpressed."""

from datetime import timedelta
from decimal import Decimal

import pytest

from campaigns.criteria import Criteria
from campaigns.queries import counts
from customers.actions import modifiers as actions
from customers.actions import owned
from customers.actions.erasure import erase_customer
from customers.actions.notes import write_note
from customers.actions.questions import ask_expert
from customers.contact.queries.verdict import question, verdicts
from customers.models import Kind, Modifier, OrderLine, Product
from customers.queries import modifiers, segments
from customers.segments.left_out import left_out
from customers.segments.reading import read
from feedback.actions import file_complaint
from relationships.actions.scoring import score_everyone
from relationships.models import Persona, Profile
from relcrm.base import company as companies
from relcrm.base import roles
from relcrm.base.models import ApiKey, AuditLine
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY, happened
from tests.keys import make_key
from tests.privacy.test_access import API
from tests.privacy.test_crawl import OPEN, open_to, paths

pytestmark = pytest.mark.django_db
MARK = "zyxgoods"
GOODS = "/relationships/offered/"  # what the company sells is no secret; who buys it is
DID = {"did": True, "kinds": ["purchase"], "where": {"categories": [MARK]}}
ASKS_GOODS = {"version": 1, "all": [DID]}
DID_NOT = {"version": 1, "all": [{"not": {"all": [DID]}}]}
AGAIN = {"version": 1, "all": [{"field": "next_choice_on", "operator": "is_known"}]}
HAS = {"version": 1, "all": [{"field": "has_product", "operator": "is", "value": MARK}]}


def keep(customer, kind="discreet", *, by, until=None, may_loosen=False, reason="They asked"):
    return actions.keep_in_mind(
        customer, kind=kind, reason=reason, until=until, by=by, may_loosen=may_loosen,
        now=NOW, today=TODAY,
    )  # fmt: skip


@pytest.fixture
def hidden(company, ada, sam):
    """Ada bought something marked, has it, sent one back and reviewed it."""
    goods = Product.objects.create(
        sku=MARK, name=f"{MARK} one", category=f"{MARK} kind", expected_life_weeks=60
    )
    for weeks in range(1, 7):
        row = happened(ada, Kind.PURCHASE, TODAY - timedelta(weeks=weeks), 40, category=MARK)
        OrderLine.objects.create(
            interaction=row, product=goods, category=MARK, quantity=1, unit_price=Decimal(40)
        )
    happened(ada, Kind.RETURN, TODAY, 40, category=MARK)
    said = {"text": f"{MARK} broke"}
    happened(ada, Kind.REVIEW, TODAY, rating=2, category=MARK, properties=said)
    owned.own_product(ada, goods, since_on=TODAY, by=sam, now=NOW)
    file_complaint(
        ada, subject=f"The {MARK} broke", text=f"My {MARK}!", topic=MARK, by=sam, now=NOW
    )
    write_note(ada, f"Loves her {MARK}", by=sam, now=NOW)
    ask_expert(ada, text=f"Which {MARK} fits?", topic=MARK, expert=None, by=sam, now=NOW)
    keep(ada, by=sam, reason=f"Wants nobody to know of the {MARK}")
    return ada


def met(browser, where, known) -> tuple[set[str], int]:
    found, answered = set(), 0
    for address in where:
        for path in paths(address, known):
            answer = browser.get(path)
            assert answer.status_code < 500, path
            body = b"".join(answer) if answer.streaming else answer.content
            answered += answer.status_code == 200
            if address.path != GOODS and MARK in body.decode("utf-8", "replace"):
                found.add(path)
    return found, answered


def known(customer) -> dict[str, list[int]]:
    of = {name: list(getattr(customer, name).values_list("pk", flat=True)[:2])
          for name in ("complaints", "questions")}  # fmt: skip
    rows = customer.interactions.order_by("-pk").values_list("pk", flat=True)
    of |= {"interactions": list(rows[:2]), "notes": list(rows.filter(kind="note"))}
    return of | {"customers": [customer.pk], "of": [customer.pk]}


@pytest.mark.one_database
def test_who_may_not_know_meets_what_was_bought_at_no_address(hidden, mara, as_):
    rights = {right for right in OPEN if right in roles.TABLE and roles.may(mara, right)}
    found, answered = met(as_(mara), [*open_to(rights), *API], known(hidden))
    assert found == set()
    assert answered > 60


@pytest.mark.one_database
def test_a_key_without_the_scope_meets_it_nowhere_either(hidden, root, client):
    _key, secret = make_key(root, *(ApiKey.SCOPES.keys() - {"discreet:read"}))
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    found, answered = met(client, API, known(hidden))
    assert found == set()
    assert answered > 40


@pytest.mark.one_database
def test_service_and_their_own_contact_read_what_it_was(hidden, sam, mara, as_, key_for, root):
    whole = f"/customers/{hidden.pk}/?whole=yes"
    assert MARK in as_(sam).get(whole).content.decode()
    marketer = as_(mara)
    page = marketer.get(whole).content.decode()
    assert MARK not in page
    assert "what it was is kept discreet" in page
    assert "Discreet" in page
    api = f"/api/v1/interactions?customer={hidden.pk}"
    blind = key_for(mara, "interactions:read", "people:read").get(api).json()["results"]
    assert {row["category"] for row in blind} == {None}
    told = key_for(root, "interactions:read", "discreet:read").get(api).json()["results"]
    assert MARK in {row["category"] for row in told}
    hidden.points_of_contact.create(user=mara, role="fits shoes")
    assert MARK in marketer.get(whole).content.decode()


def test_neither_margin_nor_replacement_tells_what_it_was(hidden, mara, sam, as_, company):
    score_everyone(company, as_of=TODAY, now=NOW, progress=lambda *_, **__: None)
    api, told = f"/api/v1/customers/{hidden.pk}/profile/value", []
    for who in (mara, sam):
        page = as_(who).get(f"/customers/{hidden.pk}/").content.decode()
        assert ("margin of" in page) == (who == sam)
        told.append(as_(who).get(api).json())
        assert sum(told[-1]["parts"].values()) == pytest.approx(told[-1]["expected"])
    assert told[0]["parts"]["goods"] == 0 != told[1]["parts"]["goods"]
    assert told[0]["gain"] is None is not told[1]["gain"]
    soon = f"/customers/?choosing=60&q={hidden.pk}"
    listed = [as_(who).get(soon).content.decode() for who in (mara, sam)]
    assert [f"/customers/{hidden.pk}/" in page for page in listed] == [False, True]


def test_words_of_complaints_questions_and_notes_are_theirs_who_may_know(hidden, mara, sam, as_):
    complaint, note = hidden.complaints.get(), hidden.interactions.get(kind="note")
    question = hidden.questions.get()
    for who, knows in ((mara, False), (sam, True)):
        browser = as_(who)
        read = browser.get(f"/complaints/{complaint.pk}/").content.decode()
        assert (MARK in read) == knows
        assert ("What it is about is kept discreet" in read) != knows
        found = browser.get(f"/complaints/?q={MARK}").content.decode()
        assert (complaint.number in found) == knows, "finding it would say what is in it"
        for path in (f"/notes/{note.pk}/", f"/questions/{question.pk}/"):
            assert browser.get(path).status_code == (200 if knows else 409)
    assert hidden.complaints.get().subject == f"The {MARK} broke", "nothing was overwritten"
    mine = write_note(hidden, "Likes tea", by=mara, now=NOW)
    assert as_(mara).get(f"/notes/{mine.pk}/").status_code == 200


def test_nor_does_a_persona_which_may_be_named_after_it(hidden, mara, sam, as_, company):
    named = Persona.objects.create(name=f"Mostly buy {MARK}", customers=30, found_on=TODAY)
    Profile.objects.create(customer=hidden, as_of=TODAY, scored_at=NOW, persona=named)
    rule = {"version": 1, "all": [{"field": "persona", "operator": "is", "value": str(named.pk)}]}
    for who, is_told in ((mara, False), (sam, True)):
        browser, found = as_(who), f"persona={named.pk}"
        assert (MARK in browser.get(f"/customers/{hidden.pk}/").content.decode()) == is_told
        listed = browser.get(f"/customers/?{found}").content.decode()
        assert (f"/customers/{hidden.pk}/" in listed) == is_told
        assert len(browser.get(f"/api/v1/profiles?{found}").json()["results"]) == is_told
        (row,) = browser.get("/api/v1/profiles").json()["results"]
        assert row["persona"] == (named.pk if is_told else None)
        asked = segments.asked(who, company, companies.viewpoint(company, NOW))
        assert (hidden in segments.those(read(rule, reader=asked.reader), asked)) == is_told
    assert counts(Criteria(personae=(named.pk,)), company=company, now=NOW).chosen == 0


def test_what_they_have_is_not_changed_by_who_may_not_see_it(hidden, mara, as_):
    owned_at = f"/customers/{hidden.pk}/owned/"
    answer = as_(mara).post(owned_at, {"gone": hidden.owned.get().pk})
    assert answer.status_code == 409
    assert hidden.owned.get().gone_on is None


@pytest.mark.parametrize("rule", [ASKS_GOODS, HAS, AGAIN, DID_NOT])
def test_no_segment_that_asks_for_goods_tells_a_marketer_of_them(rule, hidden, bo, mara, sam):
    company = companies.current()
    view = companies.viewpoint(company, NOW)

    def found(user):
        asked = segments.asked(user, company, view)
        return set(segments.those(read(rule, reader=asked.reader), asked))

    assert hidden not in found(mara)
    assert (hidden in found(sam)) == ("not" not in rule["all"][0])


def test_a_segment_says_that_discreet_customers_are_left_out(hidden, mara):
    company = companies.current()
    asked = segments.asked(mara, company, companies.viewpoint(company, NOW))
    told = left_out(read(ASKS_GOODS, reader=asked.reader), asked.among, asked.reader)
    assert "Discreet customers are left out" in told.sentences[-1]


def test_what_protects_is_ended_only_by_who_may(hidden, mara, sam, as_):
    row = hidden.modifiers.get()
    here = f"/customers/{hidden.pk}/keep-in-mind/"
    assert as_(mara).post(here, {"end": row.pk}).status_code == 409
    with pytest.raises(Refused, match="protects"):
        keep(hidden, by=mara, until=TODAY)
    assert as_(sam).post(here, {"end": row.pk}).status_code == 302
    row.refresh_from_db()
    assert row.ended_at is not None
    with pytest.raises(Refused, match="before"):
        actions.end_modifier(row, by=sam, may_loosen=True, now=NOW)
    verbs = AuditLine.objects.filter(verb__startswith="modifier.").order_by("pk")
    assert [line.verb for line in verbs] == ["modifier.set", "modifier.ended"]


def test_it_is_said_on_the_page_with_why_and_how_long(company, ada, mara, as_):
    here = f"/customers/{ada.pk}/keep-in-mind/"
    told = {"keep-kind": "vulnerable", "keep-reason": "Lost her work", "keep-until": ""}
    card = as_(mara).post(here, told, headers={"HX-Request": "true"}).content.decode()
    assert "Never press" in card
    assert "Lost her work" in card
    assert as_(mara).post(here, told | {"keep-reason": " "}).status_code == 409


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"kind": "odd"}, "Choose one"),
        ({"reason": " "}, "Say why"),
        ({"until": TODAY - timedelta(days=1)}, "Choose a day"),
        ({"until": TODAY + timedelta(days=9_000)}, "Choose a day"),
    ],
)
def test_what_makes_no_sense_is_refused(given, why, company, ada, mara):
    with pytest.raises(Refused, match=why):
        keep(ada, **({"kind": "staff", "by": mara} | given))


def test_it_ends_by_itself_after_its_last_day(company, ada, mara):
    keep(ada, "vulnerable", by=mara, until=TODAY)
    assert modifiers.standing([ada.pk], TODAY)[ada.pk]
    assert modifiers.standing([ada.pk], TODAY + timedelta(days=1)) == {}


def test_the_vulnerable_are_in_no_list_that_wins_back(company, ada, cyd, mara):
    criteria = Criteria(purpose="win_back")
    before = {reason.key for reason, _n in counts(criteria, company=company, now=NOW).left_out}
    assert "vulnerable" not in before
    keep(cyd, "vulnerable", by=mara)
    left = {r.key: n for r, n in counts(criteria, company=company, now=NOW).left_out}
    assert left["vulnerable"] == 1
    news = counts(Criteria(), company=company, now=NOW).left_out
    assert "vulnerable" not in {reason.key for reason, _n in news}


def test_the_discreet_are_asked_for_no_review_and_no_referral(company, ada, bo, mara):
    keep(ada, by=mara)
    keep(bo, "vulnerable", by=mara)

    def keeps(customer, purpose, topic=""):
        asked = question(purpose=purpose, channel="email", now=NOW, topic=topic)
        return set(verdicts([customer.pk], asked)[customer.pk].spoken)

    assert "discreet" in keeps(ada, "survey")
    assert "discreet" in keeps(ada, "marketing", "Refer a friend")
    assert "discreet" not in keeps(ada, "marketing", "news")
    assert "vulnerable" in keeps(bo, "marketing", "Last chance")
    assert "vulnerable" not in keeps(bo, "survey")


def test_programs_say_read_and_end_it(company, ada, mara, key_for, sam):
    key = key_for(mara, "customers:read", "customers:write", "people:read")
    here = f"/api/v1/customers/{ada.pk}/modifiers"
    made = key.post(here, {"kind": "staff", "reason": "Works in Graz"}, format="json")
    assert made.status_code == 201
    assert key.get(f"/api/v1/customers/{ada.pk}").json()["keep_in_mind"] == ["staff"]
    assert key.get(here).json()["results"] == [made.json()]
    assert key.delete(f"/api/v1/modifiers/{made.json()['id']}").status_code == 204
    assert key.get(here).json()["results"] == []
    kept = keep(ada, by=sam, reason="Wants it so")
    assert key.get(here).json()["results"][0]["reason"] is None
    assert key.delete(f"/api/v1/modifiers/{kept.pk}").status_code == 409


def test_nothing_of_it_is_left_after_an_erasure(hidden, root):
    erase_customer(hidden, by=root, now=NOW)
    assert not Modifier.objects.exists()


def test_nobody_is_pressed_on_their_own_page(company, ada, mara, as_):
    score_everyone(companies.current(), as_of=TODAY, now=NOW, progress=lambda *_, **__: None)
    Profile.objects.filter(customer=ada).update(next_step="deepen")
    assert "Do not press" not in as_(mara).get(f"/customers/{ada.pk}/").content.decode()
    keep(ada, "vulnerable", by=mara)
    assert "Do not press" in as_(mara).get(f"/customers/{ada.pk}/").content.decode()
