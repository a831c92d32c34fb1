"""The pages of segments: built row by row, kept, looked into, and used as a filter."""

# ruff: noqa: F811 (a fixture of another file is asked for by its name)
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.actions.segments import keep_segment
from customers.models import Export, Segment
from customers.queries import segments as queries
from customers.segments import Reader
from customers.segments.draft import from_form, pressed
from customers.segments.rows import rows
from tests.conftest import NOW, TODAY
from tests.customers.segments.test_segments import NEGATIVE, OFTEN, asking, judged, kept  # noqa: F401 (fixtures)


@pytest.fixture(autouse=True)
def looked_at_today(company):
    company.as_of = TODAY
    company.save()


ROW = {":group": "all", "0:did": "yes", "0:kinds": "purchase", "0:how": "times.at_least",
       "0:number": "3", "0:when": "last_days", "0:days": "90"}  # fmt: skip


def test_a_segment_is_built_counted_and_kept(as_, company, ada, dan, mara):
    browser = as_(mara)
    assert browser.get("/segments/new/").status_code == 200
    drafted = browser.post("/segments/new/", ROW | {"do": "count"}).content.decode()
    assert "2 customers" in drafted
    assert "Ada Novak" in drafted
    unnamed = browser.post("/segments/new/", ROW | {"do": "keep", "name": " "})
    assert unnamed.status_code == 409
    answer = browser.post("/segments/new/", ROW | {"do": "keep", "name": "Often"}, follow=True)
    segment = Segment.objects.get()
    assert segment.rule["all"][0]["times"] == {"at_least": 3}
    assert answer.redirect_chain[-1][0] == f"/segments/{segment.pk}/"
    assert "Bought · at least 3 times · in the last 90 days" in answer.content.decode()


def test_rows_are_added_and_dropped_without_scripts(as_, company, mara):
    browser = as_(mara)
    more = browser.post("/segments/new/", ROW | {"do": "add::group"}).content.decode()
    assert 'name="1.0:field"' in more
    nested = ROW | {"1:group": "any", "1.0:field": "country", "1.0:operator": "is",
                    "1.0:value": "AT", "do": "add:1:behaviour"}  # fmt: skip
    assert 'name="1.1:did"' in browser.post("/segments/new/", nested).content.decode()
    fewer = browser.post("/segments/new/", nested | {"do": "drop:0"}).content.decode()
    assert 'name="0.0:field"' in fewer
    assert 'name="0:did"' not in fewer


def test_a_row_that_makes_no_sense_says_so_and_is_not_kept(as_, company, mara):
    wrong = ROW | {"0:number": "often", "do": "keep", "name": "Often"}
    answer = as_(mara).post("/segments/new/", wrong)
    assert answer.status_code == 422
    assert "Write a number." in answer.content.decode()
    assert 'value="often"' in answer.content.decode()
    assert not Segment.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["all", "any"])
def test_what_the_form_shows_is_what_it_sends_back(company, root, how):
    """Also what a form has no fields for: several kinds, stars, what it is since exactly."""
    document = {"version": 1, how: [
        {"field": "age", "operator": "between", "value": [30, 39.5]},
        {"field": "alive", "operator": "at_least", "value": 0.8},
        {"field": "country", "operator": "is_any_of", "value": ["AT", "DE"]},
        {"field": "family", "operator": "is_any_of", "value": ["fling", "friend"]},
        {"field": "open_complaint", "operator": "is", "value": False},
        {"field": "first_seen_on", "operator": "within_last_days", "value": 30},
        {"field": "name", "operator": "is_known"},
        {"not": {"any": [{
            "did": False, "kinds": ["purchase", "visit"], "sum": {"at_least": 19.99},
            "where": {"rating_at_least": 3, "categories": ["shoes", "bags"]},
            "within": {"since": {"kinds": ["review"], "which": "first",
                                 "where": {"rating_at_most": 2}}},
        }]}},
    ]}  # fmt: skip
    reader = Reader.of(root)
    form = _sent(rows(document, reader, {}))
    back = from_form(form, reader)
    for sent, shown in zip(back[how], document[how], strict=True):
        assert sent == shown
    assert back == document
    assert pressed(from_form(form, reader), "do:nothing") == document


class Form(dict):
    def getlist(self, name):
        return super().get(name, [])

    def get(self, name, default=""):
        found = super().get(name, default)
        return found[-1] if isinstance(found, list) and found and name in self else found


def _sent(row) -> Form:
    """What a browser sends for these rows."""
    sent = Form()
    if row.kind == "group":
        sent[f"{row.place}:group"] = row.how
        sent |= {f"{row.place}:not": "1"} if row.is_not else {}
        for member in row.members:
            sent |= _sent(member)
        return sent
    if row.kind == "behaviour":
        said = row.said
        chosen = {name: next((v for v, _, on in said[name] if on), "")
                  for name in ("kinds", "channels", "since")}  # fmt: skip
        plain = {name: str(said[name]) for name in ("number", "categories", "products", "days",
                                                    "from", "to", "also", "when")}  # fmt: skip
        how = next(value for value, _, on in said["hows"] if on)
        fields = chosen | plain | {"did": "yes" if said["did"] else "no", "how": how}
        return Form({f"{row.place}:{name}": value for name, value in fields.items()})
    chosen = [value for _, some in row.fields for value, _, on in some if on]
    sent[f"{row.place}:field"] = chosen[0]
    sent[f"{row.place}:operator"] = next(value for value, _, on in row.operators if on)
    typed = [value for value, _, on in row.options if on] if row.options else [str(row.value)]
    Form.__setitem__(sent, f"{row.place}:value", typed)
    sent[f"{row.place}:value2"] = str(row.value2)
    return sent


def test_a_segment_says_why_somebody_is_in_or_out(as_, company, ada, bo, mara):
    segment = kept(mara)
    page = as_(mara).get(f"/segments/{segment.pk}/", {"customer": bo.pk}).content.decode()
    assert "Out" in page
    assert "1 time, 15.00 EUR together, last on 23 February 2026" in page
    assert "Ada Novak" in page


def test_a_fresh_row_is_not_wrong_before_anything_was_said_in_it(as_, company, ada, mara):
    browser = as_(mara)
    assert "rule-row wrong" not in browser.get("/segments/new/").content.decode()
    fresh = {":group": "all", "0:field": "country", "0:operator": "is", "0:value": ""}
    assert "rule-row wrong" not in browser.post("/segments/new/", fresh).content.decode()
    for do in ("count", "keep"):
        page = browser.post("/segments/new/", fresh | {"do": do, "name": "A"}).content.decode()
        assert "rule-row wrong" in page
        assert "Say what to look for." in page


def test_an_analyst_sees_numbers_in_place_of_names(as_, company, ada, nils, mara):
    segment = kept(mara)
    page = as_(nils).get(f"/segments/{segment.pk}/", {"customer": ada.pk}).content.decode()
    assert f"Customer {ada.pk}" in page
    assert "Ada" not in page
    assert as_(nils).post("/segments/new/", ROW | {"do": "count"}).status_code == 403


def test_a_segment_of_what_one_may_not_see_shows_nobody(as_, company, judged, mara, root):
    segment = kept(root, NEGATIVE, "Trouble")
    assert "Dan Okafor" in as_(root).get(f"/segments/{segment.pk}/").content.decode()
    browser = as_(mara)
    for address in (f"/segments/{segment.pk}/", "/segments/", f"/customers/?segment={segment.pk}"):
        page = browser.get(address).content.decode()
        assert "Dan Okafor" not in page
        assert "negative" not in page.lower().replace('data-f="negative"', "").replace(
            "family=negative", "")  # fmt: skip
    assert browser.get(f"/segments/{segment.pk}/edit/").status_code == 409


def test_a_list_is_made_from_what_is_pasted(as_, company, ada, mara):
    page = as_(mara).post("/segments/lists/", {"name": "VIPs", "people": f"#{ada.pk}\nnobody@x.at"})
    shown = page.content.decode()
    assert "1 added" in shown
    assert "nobody@x.at" in shown
    assert Segment.objects.get().members.get().customer == ada


def test_who_comes_back_to_the_address_of_the_list_form_finds_it(as_, company, mara):
    page = as_(mara).get("/segments/lists/", follow=True)
    assert page.redirect_chain[-1][0] == "/segments/#new-list"
    assert 'id="new-list"' in page.content.decode()


def test_a_segment_filters_the_customer_list(as_, company, ada, bo, mara):
    segment = kept(mara)
    page = as_(mara).get("/customers/", {"segment": segment.pk}).content.decode()
    assert "Ada Novak" in page
    assert "Bo Lind" not in page
    assert "Often here" in page


def test_a_profile_names_the_segments_somebody_is_in(as_, company, ada, bo, mara):
    segment = kept(mara)
    assert f'href="/segments/{segment.pk}/?customer=' in as_(mara).get(
        f"/customers/{ada.pk}/?whole=yes").content.decode()  # fmt: skip
    assert f'href="/segments/{segment.pk}/?customer=' not in as_(mara).get(
        f"/customers/{bo.pk}/?whole=yes").content.decode()  # fmt: skip


def test_targeting_takes_a_segment(as_, company, ada, bo, dan, mara):
    segment = kept(mara)
    page = as_(mara).get("/campaigns/targeting/", {"segment": segment.pk}).content.decode()
    assert "Bo Lind" not in page
    assert "Ada Novak" in page


def test_the_list_of_segments_asks_a_fixed_number_of_questions(as_, company, mara):
    browser, counts = as_(mara), []
    for names in (["A"], [f"B{n}" for n in range(19)]):
        for name in names:
            keep_segment(name, rule=OFTEN, reader=Reader.of(mara), by=mara, now=NOW)
        with CaptureQueriesContext(connection) as found:
            browser.get("/segments/")
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_a_segment_is_asked_for_as_a_file(as_, company, ada, mara):
    segment = kept(mara)
    assert 'name="kind" value="segment"' in as_(mara).get(
        f"/segments/{segment.pk}/").content.decode()  # fmt: skip
    as_(mara).post("/exports/ask/", {"kind": "segment", "segment": segment.pk})
    assert Export.objects.get().kind == "segment"


def test_who_is_asked_about_may_be_named(as_, company, ada, bo, dan, mara, nils):
    here = f"/segments/{kept(mara).pk}/"
    assert "Out" in as_(mara).get(here, {"customer": "Bo Lind"}).content.decode()
    assert "several customers" in as_(mara).get(here, {"customer": "example"}).content.decode()
    assert "We know nobody" in as_(mara).get(here, {"customer": "Zoe"}).content.decode()
    assert "We know nobody" in as_(nils).get(here, {"customer": "Bo Lind"}).content.decode()


def test_what_is_withheld_is_neither_opened_nor_overwritten(as_, company, root, mara):
    rule = {"version": 1, "all": [{"field": "family", "operator": "is", "value": "negative"}]}
    segment = keep_segment("Some", rule=rule, reader=Reader.of(root), by=root, now=NOW)
    browser, here = as_(mara), f"/segments/{segment.pk}/edit/"
    for sent in ({"name": "Mine"}, {"name": "Mine", "do": "keep"}):
        answer = browser.post(here, sent)
        assert answer.status_code == 409
        assert "negative" not in answer.content.decode()
    for told in ({"name": "Mine"}, {"rule": OFTEN}):
        answer = browser.patch(
            f"/api/v1/segments/{segment.pk}", told, content_type="application/json"
        )
        assert answer.status_code == 409
    segment.refresh_from_db()
    assert (segment.name, segment.rule) == ("Some", rule)


def test_a_name_that_is_not_told_is_told_by_no_message(as_, company, root, mara):
    takers = keep_segment("Takers", rule=None, reader=Reader.of(root), by=root, now=NOW)
    browser = as_(mara)
    for verb in ("forget", "bring-back"):
        page = browser.post(f"/segments/{takers.pk}/{verb}/", follow=True).content.decode()
        assert f"List {takers.pk}" in page
        assert "Takers" not in page
    keep_segment("Zebras", rule=None, reader=Reader.of(root), by=root, now=NOW)
    listed = browser.get("/segments/").content.decode()
    assert listed.index("Zebras") < listed.index(f"List {takers.pk}"), "its place would tell"
    assert f"List {takers.pk}" in browser.get("/signup-forms/new/").content.decode()
    assert "Takers" not in browser.get("/signup-forms/new/").content.decode()
    refused = [
        browser.post("/api/v1/segments", {"name": name}, content_type="application/json").json()
        for name in ("takers", "My takers")
    ]
    assert refused[0]["detail"] == refused[1]["detail"], "whether there is one is not told"


def test_an_experts_pages_show_no_rule_and_no_name_of_a_veiled_type(as_, company, ada, root, eve):
    by_name = {"version": 1, "all": [{"field": "name", "operator": "is_not", "value": "Bo Lind"}]}
    reader = Reader.of(root)
    named = keep_segment("Not him", rule=by_name, reader=reader, by=root, now=NOW)
    takers = keep_segment("Takers", rule=None, reader=reader, by=root, now=NOW)
    takers.members.create(customer=ada, added_at=NOW)
    expert = as_(eve)
    look = {"headers": {"HX-Request": "true", "HX-Target": "why"}}
    pages = [
        expert.get(address).content.decode()
        for address in ("/segments/", f"/segments/{named.pk}/?customer={ada.pk}",
                        f"/segments/{takers.pk}/", "/customers/")
    ]  # fmt: skip
    pages.append(expert.get(f"/segments/{named.pk}/?customer={ada.pk}", **look).content.decode())
    for page in pages:
        assert "Bo Lind" not in page
        assert "Takers" not in page
    assert "Not him" in pages[0]
    assert f"List {takers.pk}" in pages[0]
    assert "By a rule, which may name others" in pages[1]
    assert ">In</span> Ada Novak" in pages[1]
    assert Segment.objects.get(pk=takers.pk) in queries.of_customer(ada, asking(root, company))
    assert queries.of_customer(ada, asking(eve, company)) == [named]
    assert "Bo Lind" in as_(root).get(f"/segments/{named.pk}/").content.decode()
