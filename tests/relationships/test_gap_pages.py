"""Wanted and treated, as pages show it: who is in which gap, and which relationships we offer."""

from datetime import timedelta

import pytest
from django.urls import reverse

from customers.models import Interaction, Kind, Modifier, Segment
from relationships.actions.gap.picture import keep_picture
from relationships.models import Gap, GapPicture, Offer, Profile
from relcrm.base.models import AuditLine, Brand, Company
from tests.conftest import NOW, TODAY, happened
from tests.relationships.test_gap import answered, score, wrote

PAGE = "/relationships/gap/"
MIX = {"fling": 20, "friend": 50, "marriage": 10, "distant": 20}


@pytest.fixture
def crowded(company, ada, bo, cyd):
    """Ada wants no letters and gets nine; Bo gets one; Cyd wants a close friend."""
    answered(ada, q1="keep your distance", q3=1, q7="never")
    answered(cyd, q1="close friend", q3=7)
    wrote(ada, 9)
    wrote(bo, 1)
    score(company)


def test_the_page_says_who_is_in_which_gap_and_leads_to_them(crowded, as_, mara, ada):
    page = as_(mara).get(PAGE)
    text = page.content.decode()
    assert "Crowded" in text
    assert "2 of 3 (67 %) said what they want" in text.replace("\xa0", " ")
    assert "/customers/?gap=crowded" in text
    people = as_(mara).get("/customers/?gap=crowded").content.decode()
    assert "Ada" in people
    assert "Bo " not in people


def test_before_the_first_scoring_it_says_so(company, as_, mara):
    assert "Nothing to compare yet" in as_(mara).get(PAGE).content.decode()


def test_a_history_too_short_for_the_proof_is_said_in_words(company, ada, as_, mara):
    wrote(ada, 2)
    ada.interactions.exclude(kind=Kind.MESSAGE_SENT).delete()
    score(company)
    assert GapPicture.objects.get().proof["state"] == "short"
    assert "do not go back far enough" in as_(mara).get(PAGE).content.decode()


def test_by_type_and_for_a_segment(crowded, as_, mara, ada):
    segment = Segment.objects.create(name="Ours", kind="static", created_at=NOW, changed_at=NOW)
    assert as_(mara).get(f"{PAGE}?by=type").status_code == 200
    page = as_(mara).get(f"{PAGE}?segment={segment.pk}")
    assert page.status_code == 200
    assert f"segment={segment.pk}" in page.content.decode()


def test_a_segment_that_is_withheld_is_said_to_be(crowded, as_, mara, root, key_for):
    rule = {"version": 1, "all": [{"field": "family", "operator": "is", "value": "negative"}]}
    trouble = Segment.objects.create(
        name="Trouble", rule=rule, created_by=root, created_at=NOW, changed_at=NOW
    )
    page = as_(mara).get(f"{PAGE}?segment={trouble.pk}").content.decode()
    assert "This segment is withheld from you" in page
    assert "Nothing to compare" not in page
    assert 'id="proof"' not in page
    assert "withheld" not in as_(root).get(f"{PAGE}?segment={trouble.pk}").content.decode()
    assert as_(mara).get(f"{PAGE}?segment=999").status_code == 404
    assert as_(mara).get(f"{PAGE}?of=999").status_code == 404
    asked = f"/api/v1/gaps?segment={trouble.pk}"
    refused = key_for(root, "reports:read", "segments:read").get(asked)
    assert (refused.status_code, refused.json()["detail"]) == (
        403, "This segment asks about what you may not see.",
    )  # fmt: skip
    frank = key_for(root, "reports:read", "segments:read", "negative:read")
    assert frank.get(asked).status_code == 200


def test_what_is_left_to_service_is_in_no_sum_for_a_marketer(crowded, company, as_, mara, sam, ada):
    Profile.objects.filter(pk=ada.pk).update(family="negative", type="N1")
    keep_picture(company, as_of=TODAY, now=NOW)
    assert "gap=crowded" not in as_(mara).get(PAGE).content.decode()
    assert "gap=crowded" in as_(sam).get(PAGE).content.decode()
    assert "Ada" not in as_(mara).get("/customers/?gap=crowded").content.decode()


def test_an_offer_stands_beside_what_is_wanted(crowded, as_, mara):
    answer = as_(mara).post(reverse("relationships:save_offer"), MIX | {"scope": ""})
    assert answer.status_code == 302
    assert Offer.objects.get().mix == {name: float(share) for name, share in MIX.items()}
    assert AuditLine.objects.filter(verb="offer.changed").count() == 1
    assert "Say which relationships you offer" not in as_(mara).get(PAGE).content.decode()


def test_wishes_that_nobody_offers_and_that_nobody_has_are_named(crowded, as_, mara, bo):
    save, brand = reverse("relationships:save_offer"), Brand.objects.create(slug="b", name="Little")
    mine = {"scope": "", "fling": 80, "friend": 20, "friend_wishes": ["friendly face"]}
    as_(mara).post(save, mine)
    Gap.objects.filter(pk=bo.pk).update(wish="friendly face", is_stated=False)
    keep_picture(Company.objects.get(), as_of=TODAY, now=NOW)
    assert Offer.objects.get().wishes == ["friendly face"]
    line = AuditLine.objects.get(verb="offer.changed")
    assert line.detail["wishes"] == ["friendly face"]
    found = as_(mara).get(PAGE).context["by_wish"]
    rows = {row.key: row for row in found.rows}
    friendly, close = rows["friendly face"], rows["close friend"]
    assert (friendly.is_offered, friendly.wanting, friendly.stated) == (True, 1, 0)
    assert (close.is_offered, close.wanting, close.stated) == (False, 1, 1)
    assert [row.key for row in found.unoffered] == ["close friend", "keep your distance"]
    assert sum(share for row in found.rows for of, share, _ in row.shares if of == "wanted") == 1
    assert found.unwanted == [], "of three people nobody can say that"
    text = as_(mara).get(PAGE).content.decode()
    assert "Wanted, and offered by nothing of ours:" in text
    assert "a close friend they can be frank with (1 wants it, as they said)" in text

    there = {"scope": f"brand:{brand.pk}", "friend": 50, "distant": 50}
    happened(bo, Kind.PURCHASE, TODAY - timedelta(days=3), 10, brand=brand)
    as_(mara).post(save, there)
    found = as_(mara).get(PAGE).context["by_wish"]
    assert found.unoffered == []
    assert {row.key: row.where for row in found.rows}["close friend"] == "Little"
    at_brand = as_(mara).get(f"{PAGE}?of={Offer.objects.get(brand=brand).pk}").context["by_wish"]
    assert not {row.key: row for row in at_brand.rows}["good deals"].is_offered


def test_a_wish_of_a_family_that_is_not_offered_is_refused_at_its_field(company, as_, mara):
    given = {"scope": "", "distant": 100, "marriage_wishes": ["steady partner"]}
    answer = as_(mara).post(reverse("relationships:save_offer"), given)
    assert answer.status_code == 422
    assert "give it a share" in answer.context["form"].errors["marriage_wishes"][0]
    assert not Offer.objects.exists()


def test_what_was_said_stands_in_the_form_to_be_changed(company, as_, mara):
    offer = Offer.objects.create(
        line="boots", mix=MIX, wishes=["good deals", "close friend"], changed_at=NOW
    )
    page = as_(mara).get(f"{reverse('relationships:offered')}?change={offer.pk}")
    form = page.context["form"]
    assert (form["scope"].value(), form["friend"].value()) == ("line:boots", "50")
    assert form["fling_wishes"].value() == ["good deals"]
    assert page.content.decode().count(" checked") == 2
    assert as_(mara).get(f"{reverse('relationships:offered')}?change=999").status_code == 200


def test_more_product_lines_than_a_list_holds_are_said_and_can_be_written(company, ada, as_, mara):
    save = reverse("relationships:save_offer")
    assert (
        "other_line" not in as_(mara).get(reverse("relationships:offered")).context["form"].fields
    )
    Interaction.objects.bulk_create(
        Interaction(customer=ada, kind=Kind.PURCHASE, occurred_at=NOW, occurred_on=TODAY, amount=1,
                    category=f"line {at:03}", source="t", source_id=f"l{at}")
        for at in reversed(range(203))
    )  # fmt: skip
    form = as_(mara).get(reverse("relationships:offered")).context["form"]
    assert [key for key, _ in form.fields["scope"].choices][-1] == "line:line 199"
    assert "first 200" in form.fields["other_line"].help_text
    unknown = as_(mara).post(save, MIX | {"other_line": "hats"})
    assert "was ever bought" in unknown.context["form"].errors["other_line"][0]
    as_(mara).post(save, MIX | {"other_line": "line 202"})
    assert Offer.objects.get().line == "line 202"


def test_an_offer_for_a_brand_compares_those_who_buy_there(crowded, as_, mara, ada):
    brand = Brand.objects.create(slug="little", name="Little")
    happened(ada, Kind.PURCHASE, TODAY - timedelta(days=3), 10, brand=brand)
    as_(mara).post(reverse("relationships:save_offer"), MIX | {"scope": f"brand:{brand.pk}"})
    page = as_(mara).get(f"{PAGE}?of={Offer.objects.get().pk}").content.decode()
    assert "gap=crowded" in page
    assert "gap=in_tune" not in page  # Bo never bought of it


def test_shares_that_do_not_make_a_hundred_are_refused(company, as_, mara):
    answer = as_(mara).post(reverse("relationships:save_offer"), MIX | {"friend": 40, "scope": ""})
    assert answer.status_code == 422
    assert "must make 100" in answer.content.decode()
    assert not Offer.objects.exists()


def test_an_offer_is_said_once_for_each_and_can_be_withdrawn(company, as_, mara):
    for friend in (50, 50):
        as_(mara).post(reverse("relationships:save_offer"), MIX | {"friend": friend, "scope": ""})
    offer = Offer.objects.get()
    as_(mara).post(reverse("relationships:withdraw_offer", args=(offer.pk,)))
    assert not Offer.objects.exists()


def test_who_may_only_look_cannot_say_what_we_offer(company, as_, nils):
    assert "Withdraw" not in as_(nils).get(reverse("relationships:offered")).content.decode()
    assert as_(nils).post(reverse("relationships:save_offer"), MIX).status_code == 403


def test_the_gap_of_somebody_is_gone_with_the_judgement(crowded, ada):
    assert Gap.objects.filter(pk=ada.pk).exists()
    ada.delete()
    assert not Gap.objects.filter(pk=ada.pk).exists()


@pytest.fixture
def of_little(crowded, as_, mara, ada, bo):
    """Ada and Bo bought of a brand; Ada alone is on a list."""
    brand = Brand.objects.create(slug="little", name="Little")
    for customer in (ada, bo):
        happened(customer, Kind.PURCHASE, TODAY - timedelta(days=3), 10, brand=brand)
    as_(mara).post(reverse("relationships:save_offer"), MIX | {"scope": f"brand:{brand.pk}"})
    listed = Segment.objects.create(name="Ours", kind="static", created_at=NOW, changed_at=NOW)
    listed.members.create(customer=ada, added_at=NOW)
    return Offer.objects.get(), listed


def test_a_segment_and_a_brand_mean_those_in_both(of_little, as_, mara, ada, cyd):
    offer, listed = of_little
    listed.members.create(customer=cyd, added_at=NOW)
    page = as_(mara).get(f"{PAGE}?segment={listed.pk}&of={offer.pk}")
    assert page.context["page"].people == 1
    assert as_(mara).get(f"{PAGE}?segment={listed.pk}").context["page"].people == 2
    assert as_(mara).get(f"{PAGE}?of={offer.pk}").context["page"].people == 2


def test_a_number_of_a_brand_opens_those_of_the_brand(of_little, as_, mara, ada, dan):
    offer, listed = of_little
    Gap.objects.update(label="crowded")
    text = as_(mara).get(f"{PAGE}?of={offer.pk}").content.decode()
    assert text.count(f"&amp;bought={offer.pk}") >= 2
    people = as_(mara).get(f"/customers/?gap=crowded&bought={offer.pk}").content.decode()
    assert "Ada" in people
    assert "Cyd" not in people
    assert "Only who bought of the brand" in people
    both = f"/customers/?gap=crowded&bought={offer.pk}&segment={listed.pk}"
    assert f"/customers/{ada.pk}/" in as_(mara).get(both).content.decode()
    assert "Ada" not in as_(mara).get("/customers/?bought=999").content.decode()


def test_a_row_without_a_type_opens_those_without_one(crowded, company, as_, mara, ada, cyd):
    Profile.objects.filter(pk=ada.pk).update(family="friend", type="R4")
    Profile.objects.filter(pk=cyd.pk).update(family="friend", type="")
    keep_picture(company, as_of=TODAY, now=NOW)
    text = as_(mara).get(f"{PAGE}?by=type").content.decode()
    assert "family=friend&amp;untyped=1" in text
    assert "family=friend&amp;type=R4" in text
    people = as_(mara).get("/customers/?family=friend&untyped=1").content.decode()
    assert "Cyd" in people
    assert "Ada" not in people


def test_shares_of_a_few_are_nobodys_chances(of_little, as_, mara, root):
    """A segment of one would say what is thought of that one, too early to tell or not."""
    _offer, listed = of_little
    for who, is_told in ((mara, False), (root, True)):
        page = as_(who).get(f"{PAGE}?segment={listed.pk}").context["page"]
        held = [{of: share for of, share, _w in row.shares}["held"] for row in page.compared]
        assert all((share is not None) == is_told for share in held)


def test_the_proof_says_that_it_is_of_the_whole_company(of_little, as_, mara):
    offer, listed = of_little
    said = "Of the whole company, whatever is chosen above"
    assert said not in as_(mara).get(PAGE).content.decode()
    for chosen in (f"?of={offer.pk}", f"?segment={listed.pk}"):
        assert said in as_(mara).get(PAGE + chosen).content.decode()


def test_who_bought_of_a_line_is_not_told_of_the_discreet(crowded, as_, mara, sam, ada):
    happened(ada, Kind.PURCHASE, TODAY, 10, category="quiet things")
    as_(mara).post(reverse("relationships:save_offer"), MIX | {"scope": "line:quiet things"})
    offer = Offer.objects.get()
    keep_picture(Company.objects.get(), as_of=TODAY, now=NOW)
    Modifier.objects.create(customer=ada, kind="discreet", reason="They asked", set_at=NOW)
    seen = {
        user.role: (
            browser.get(f"{PAGE}?of={offer.pk}").context["page"].people,
            "Ada" in browser.get(f"/customers/?bought={offer.pk}").content.decode(),
        )
        for user in (mara, sam)
        for browser in [as_(user)]
    }
    assert seen == {"marketer": (0, False), "service": (1, True)}
