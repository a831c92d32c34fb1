"""Goods that are sensitive: whoever buys them is discreet, whoever else bought goes by."""

from datetime import timedelta
from decimal import Decimal

import pytest

from customers.actions import sensitive
from customers.actions.ingest import ingest
from customers.actions.modifiers import end_modifier
from customers.events import Event, Line
from customers.models import Kind, Modifier, OrderLine, OwnedProduct, Product, SensitiveCategory
from customers.queries import modifiers
from relcrm.base.models import AuditLine, Job
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY, happened

SETTINGS, API = "/settings/goods/", "/api/v1/sensitive-goods"


def marked(by, name="wigs") -> SensitiveCategory:
    return sensitive.mark_sensitive(name, by=by, now=NOW)


def followed() -> tuple[int, int]:
    return sensitive.follow_goods(1, 10**9, now=NOW)


def discreet() -> set[int]:
    standing = Modifier.objects.standing(TODAY).filter(kind="discreet")
    return set(standing.values_list("customer_id", flat=True))


@pytest.fixture
def bought(company, ada, bo, cyd, dan):
    """Ada a wig alone, Bo one among other things, Cyd has one, Dan wrote of a topic so named."""
    wig = Product.objects.create(sku="W1", name="Bob", category="wigs")
    happened(ada, Kind.PURCHASE, TODAY - timedelta(days=9), 40, category="wigs")
    order = happened(bo, Kind.PURCHASE, TODAY - timedelta(days=9), 80)
    for product, category in ((wig, ""), (None, "hats")):
        OrderLine.objects.create(interaction=order, product=product, category=category, quantity=1,
                                 unit_price=Decimal(40))  # fmt: skip
    OwnedProduct.objects.create(customer=cyd, product=wig, since_on=TODAY)
    happened(dan, Kind.SUPPORT, TODAY, category="wigs")
    return wig


def test_who_bought_is_discreet_and_no_more_when_the_goods_are_not_sensitive(bought, root, ada):
    row = marked(root)
    assert discreet() == set()
    job = Job.objects.get(kind=sensitive.KIND)
    told = sensitive.run_sensitive(job, lambda *_, **__: None)
    assert told == {"kept": 3, "gone": 0}
    assert followed() == (0, 0), "nobody is kept twice"
    assert len(discreet()) == 3
    line = AuditLine.objects.get(verb="modifiers.kept")
    assert (line.user, line.detail) == (None, {"kind": "discreet", "people": 3})
    assert modifiers.kept(_read(ada), root, TODAY)[0].reason.startswith("They bought")
    sensitive.unmark_sensitive(row, by=root, now=NOW)
    assert followed() == (0, 3)
    assert discreet() == set()
    verbs = AuditLine.objects.filter(verb__startswith="goods.").order_by("pk")
    assert [line.verb for line in verbs] == ["goods.marked", "goods.unmarked"]


def _read(customer):
    customer.is_marked = True
    return customer


def test_who_does_not_mind_is_left_alone_and_what_a_colleague_said_stays(bought, root, sam, ada):
    row = marked(root)
    followed()
    end_modifier(ada.modifiers.get(), by=sam, may_loosen=True, now=NOW)
    assert followed() == (0, 0)
    assert ada.pk not in discreet()
    Modifier.objects.create(customer=ada, kind="discreet", reason="Asked", set_at=NOW)
    sensitive.unmark_sensitive(row, by=root, now=NOW)
    followed()
    assert discreet() == {ada.pk}


def test_a_purchase_that_comes_in_counts_at_once(bought, root, dan, bo, ada):
    facts = {"kind": "purchase", "occurred_at": NOW, "source": "shop", "amount": Decimal(9)}
    lines = [Line(Decimal(1), Decimal(9), product_id=bought.pk)]
    events = [
        Event(customer_id=dan.pk, source_id="1", lines=lines, **facts),
        Event(customer_id=bo.pk, source_id="2", category="wigs", **facts),
        Event(customer_id=ada.pk, source_id="3", category="hats", **facts),
    ]
    ingest(events[:1], now=NOW)
    assert discreet() == set(), "while nothing is sensitive"
    marked(root)
    ingest(events, now=NOW)
    assert discreet() == {dan.pk, bo.pk}


def test_a_marketer_reads_that_something_was_bought(bought, root, mara, sam, ada, as_):
    marked(root)
    followed()
    here = f"/customers/{ada.pk}/?whole=yes"
    for who, knows in ((mara, False), (sam, True)):
        page = as_(who).get(here).content.decode()
        assert "Bought" in page
        assert ("wigs" in page) == knows
        assert ("They bought goods" in page) == knows
        assert ("what it was is kept discreet" in page) != knows


def test_an_admin_marks_and_unmarks_goods_in_the_settings(bought, root, mara, as_):
    admin = as_(root)
    assert "No category is sensitive" in admin.get(SETTINGS).content.decode()
    assert admin.post(SETTINGS, {"name": " wigs "}).status_code == 302
    row = SensitiveCategory.objects.get()
    assert (row.name, row.marked_by) == ("wigs", root)
    followed()
    assert "3 customers are kept discreet" in admin.get(SETTINGS).content.decode()
    assert admin.post(SETTINGS, {"name": "wigs"}).status_code == 409
    assert as_(mara).get(SETTINGS).status_code == 403
    assert admin.post(f"{SETTINGS}{row.pk}/unmark/").status_code == 302
    assert not SensitiveCategory.objects.exists()


@pytest.mark.parametrize("name", ["", "  ", "w" * 61, "wi\x00gs"])
def test_what_is_no_category_is_refused(company, root, name):
    with pytest.raises(Refused, match="Name a category"):
        marked(root, name)


def test_there_are_not_too_many(company, root, monkeypatch):
    monkeypatch.setattr(sensitive, "MOST", 1)
    marked(root)
    with pytest.raises(Refused, match="remove one first"):
        marked(root, "hats")


def test_programs_list_mark_and_unmark_them(bought, root, mara, key_for):
    key = key_for(root, "customers:read", "fields:write")
    made = key.post(API, {"name": "wigs"}, format="json")
    assert (made.status_code, made.json()["name"]) == (201, "wigs")
    assert key.get(API).json()["results"] == [made.json()]
    assert key.post(API, {"name": "wigs"}, format="json").status_code == 409
    assert key_for(mara, "customers:read").get(API).json()["results"] == [made.json()]
    assert key_for(mara, "customers:read").post(API, {"name": "x"}).status_code == 403
    here = f"{API}/{made.json()['id']}"
    assert key.delete(here).status_code == 204
    assert key.get(here).status_code == 404
