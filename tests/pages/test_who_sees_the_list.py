"""What each role sees of the customer list, and what it may look for."""

from customers.models import PointOfContact, Segment
from relationships.models import Family
from tests.conftest import NOW
from tests.exports import exported
from tests.pages.listing import judged, names, read_page


def test_an_analyst_sees_numbers_and_cannot_find_people_by_name(as_, nils, company, ada):
    judged(ada)
    browser = as_(nils)
    page = read_page(browser, "/customers/")
    assert names(page) == [f"Customer {ada.pk}"]
    for personal in ("Ada", "Novak", "ada@example.com", "Graz"):
        assert personal not in page
    assert names(read_page(browser, "/customers/?q=novak")) == []
    assert names(read_page(browser, "/customers/?q=ada@example.com")) == []
    assert names(read_page(browser, f"/customers/?q={ada.pk}")) == [f"Customer {ada.pk}"]
    head, line = exported(browser, "/customers/export/", {"everyone": 1}).splitlines()
    assert head.startswith("customer,country,relationship")
    assert "Ada" not in line


def test_an_expert_sees_their_own_customers_and_no_counts(as_, eve, company, ada, bo):
    judged(ada)
    judged(bo)
    page = read_page(as_(eve), "/customers/")
    assert names(page) == ["Ada Novak"]
    assert names(read_page(as_(eve), f"/customers/?q={bo.pk}")) == []


def test_an_expert_without_customers_is_told_so(as_, eve, company):
    PointOfContact.objects.all().delete()
    assert "Nobody is in your care yet" in read_page(as_(eve), "/customers/")


def test_a_marketer_reads_leave_to_service_and_cannot_pick_negative_types(
    as_, mara, company, dan
):  # fmt: skip
    judged(dan, Family.NEGATIVE, type="N1")
    page = read_page(as_(mara), "/customers/?type=N1")
    assert names(page) == ["Dan Okafor"]  # the type does not exist for her: no filter
    assert "Please leave to service" in page
    assert "Negative" not in page
    assert 'class="fam" data-f="leave_to_service">Please' in page
    assert 'data-f="negative"' not in page


def test_a_segment_that_is_withheld_is_said_to_be_and_not_what_it_holds(
    as_, mara, sam, root, key_for, company, ada, dan
):
    judged(ada)
    judged(dan, Family.NEGATIVE, type="N1")
    rule = {"version": 1, "all": [{"field": "family", "operator": "is", "value": "negative"}]}
    made = {"rule": rule, "created_by": root, "created_at": NOW, "changed_at": NOW}
    trouble = Segment.objects.create(name="Trouble", **made)
    for asked in (f"segment={trouble.pk}", f"segment={trouble.pk}&family=friend"):
        page = read_page(as_(mara), f"/customers/?{asked}")
        assert names(page) == []
        assert "This segment is withheld from you" in page
        assert "Nobody matches" not in page
    assert names(read_page(as_(sam), f"/customers/?segment={trouble.pk}")) == ["Dan Okafor"]
    assert "withheld" not in read_page(as_(sam), f"/customers/?segment={trouble.pk}&family=fling")
    assert "Nobody matches" in read_page(as_(mara), "/customers/?segment=999")
    for colleague in (mara, root):
        page = read_page(as_(colleague), f"/campaigns/targeting/?segment={trouble.pk}")
        assert "This segment cannot be addressed" in page
        assert "These criteria mean nobody" not in page
    for address in ("targeting", "targeting/customers"):
        program = key_for(root, "targeting:read", "negative:read")
        refused = program.get(f"/api/v1/{address}?segment={trouble.pk}")
        assert (refused.status_code, refused.json()["detail"]) == (
            403, "This segment asks about what no campaign may know.",
        )  # fmt: skip
        assert program.get(f"/api/v1/{address}?segment=999").status_code == 200
    gone = read_page(as_(mara), "/campaigns/targeting/?segment=999")
    assert "These criteria mean nobody" in gone


def test_a_marketer_finds_nobody_by_what_is_withheld(as_, mara, sam, company, ada, dan):
    judged(ada, next_step="repair", closeness=0.2, intensity=0.2)
    judged(dan, Family.NEGATIVE, type="N1", next_step="repair", closeness=0.2, intensity=0.2)
    for asked in ("step=repair", "x0=0.1&x1=0.3&y0=0.1&y1=0.3"):
        frank = read_page(as_(sam), f"/customers/?{asked}&sort=name")
        assert names(frank) == ["Ada Novak", "Dan Okafor"]
        assert names(read_page(as_(mara), f"/customers/?{asked}")) == ["Ada Novak"]
    page = read_page(as_(mara), "/customers/?sort=step")
    assert names(page) == ["Ada Novak", "Dan Okafor"]
    assert page.count(">Repair</span>") == 1
    sent = {"everyone": 1, "list": "sort=name"}
    hers, his = exported(as_(mara), "/customers/export/", sent).splitlines()[1:]
    assert ("repair" in hers, "repair" in his) == (True, False)


def test_who_may_not_edit_is_turned_away(as_, nils, eve, company, ada, bo):
    assert as_(nils).get("/customers/new/").status_code == 403
    assert as_(eve).get(f"/customers/{bo.pk}/edit/").status_code == 403
