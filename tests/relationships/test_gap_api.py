"""Wanted and treated over the API: of one customer, of everybody, and what is offered."""

import pytest

from customers.models import Kind, Segment
from relationships.models import Offer, Profile
from relcrm.base.models import ApiKey, Company
from tests.conftest import NOW, TODAY, happened
from tests.relationships.test_gap import answered, score, wrote

MIX = {"fling": 20, "friend": 60, "marriage": 10, "distant": 10}


@pytest.fixture
def measured(company, ada, bo):
    answered(ada, q1="keep your distance", q3=1, q7="never", q11=-1)
    wrote(ada, 9, category="promotion")
    score(company)
    Company.objects.update(as_of=TODAY)


def test_one_customers_gap_says_what_would_be_right_and_what_is(measured, key_for, root, ada):
    told = key_for(root, "customers:read").get(f"/api/v1/customers/{ada.pk}/profile/gap").json()
    assert (told["label"], told["wish"], told["is_stated"]) == (
        "crowded", "keep your distance", True,
    )  # fmt: skip
    contact = next(part for part in told["parts"] if part["key"] == "contact")
    assert (contact["right"], contact["actual"], contact["gap"]) == (0.0, 9.0, 2.0)
    assert sum(part["moved"] for part in told["parts"]) == pytest.approx(1)
    assert told["mood"] == pytest.approx(-1 / 3)


def test_what_is_not_measured_is_null(measured, key_for, root, ada):
    told = key_for(root, "customers:read").get(f"/api/v1/customers/{ada.pk}/profile/gap").json()
    service = next(part for part in told["parts"] if part["key"] == "service")
    assert (service["actual"], service["gap"], service["n"]) == (None, None, 0)


def test_who_is_left_to_service_needs_the_scope(measured, key_for, root, ada):
    Profile.objects.filter(pk=ada.pk).update(family="negative", type="N1")
    address = f"/api/v1/customers/{ada.pk}/profile/gap"
    assert key_for(root, "customers:read").get(address).status_code == 403
    assert key_for(root, "customers:read", "negative:read").get(address).status_code == 200


def test_everybody_added_up(measured, key_for, root):
    told = key_for(root, "reports:read").get("/api/v1/gaps").json()
    assert told["labels"]["crowded"] == 1
    assert told["people"] == sum(told["labels"].values())
    assert {row["family"] for row in told["families"]} == {
        "fling", "friend", "marriage", "distant"
    }  # fmt: skip


def test_an_offer_is_made_listed_and_withdrawn(company, key_for, root):
    client = key_for(root, "reports:read", "offers:write")
    made = client.post("/api/v1/offers", {"mix": MIX}, format="json")
    assert made.status_code == 201, made.content
    (listed,) = client.get("/api/v1/offers").json()["results"]
    assert listed["mix"] == {name: float(share) for name, share in MIX.items()}
    assert client.delete(f"/api/v1/offers/{listed['id']}").status_code == 204
    assert not Offer.objects.exists()


def test_an_offer_of_single_wishes_is_compared_with_who_wants_them(measured, key_for, root, ada):
    client = key_for(root, "reports:read", "offers:write")
    said = client.get("/api/v1/gaps").json()
    assert {row["offered"] for row in said["wishes"]} == {None}
    assert said["unoffered"] == said["unwanted"] == []
    body = {"mix": {"friend": 60, "marriage": 40}, "wishes": ["close friend", "close friend"]}
    made = client.post("/api/v1/offers", body, format="json")
    assert made.status_code == 201, made.content
    told = made.json()
    assert told["wishes"] == ["close friend"]
    assert told["meets"] == ["close friend", "steady partner", "fair business partner"]
    said = client.get("/api/v1/gaps").json()
    wishes = {row["wish"]: row for row in said["wishes"]}
    distance = wishes["keep your distance"]
    assert (distance["offered"], distance["offered_by"], distance["stated"]) == (False, [], 1)
    assert wishes["close friend"]["offered_by"] == [told["id"]]
    assert said["unoffered"][0] == "keep your distance"
    assert distance["wanting"] == round(distance["wanted"] * sum(
        row["wanting"] for row in said["wishes"]
    ))  # fmt: skip


def test_a_wish_that_cannot_be_offered_is_refused_by_its_field(company, key_for, root):
    client = key_for(root, "offers:write")
    body = {"mix": {"distant": 100}, "wishes": ["close friend"]}
    answer = client.post("/api/v1/offers", body, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (409, "wishes")
    strange = client.post("/api/v1/offers", body | {"wishes": ["a unicorn"]}, format="json")
    assert (strange.status_code, strange.json()["errors"][0]["field"]) == (400, "wishes.0")
    assert not Offer.objects.exists()


def test_shares_that_do_not_add_up_are_refused_in_words(company, key_for, root):
    client = key_for(root, "offers:write")
    answer = client.post("/api/v1/offers", {"mix": MIX | {"friend": 10}}, format="json")
    assert answer.status_code == 409
    assert "add up to 50 %" in answer.json()["detail"]


def test_the_scope_for_offers_is_one_that_keys_know():
    assert "offers:write" in ApiKey.SCOPES


def test_by_type_of_a_segment_and_of_an_offer(measured, key_for, root, ada, bo):
    line = Offer.objects.create(line="shoes", mix=MIX, changed_at=NOW)
    happened(ada, Kind.PURCHASE, TODAY, 10, category="shoes")
    ours = Segment.objects.create(name="Ours", kind="static", created_at=NOW, changed_at=NOW)
    ours.members.create(customer=bo, added_at=NOW)
    Profile.objects.filter(pk=ada.pk).update(family="friend", type="R4")
    Profile.objects.filter(pk=bo.pk).update(family="fling", type="")
    client = key_for(root, "reports:read", "segments:read", "discreet:read")

    def told(**asked):
        return client.get("/api/v1/gaps", asked).json()

    (of_line,) = told(offer=line.pk, by="type")["relationships"]
    assert (of_line["family"], of_line["type"], of_line["people"]) == ("friend", "R4", 1)
    friend = next(row for row in told(offer=line.pk)["families"] if row["family"] == "friend")
    assert friend["offered"] == 0.6
    assert told(segment=ours.pk, offer=line.pk)["people"] == 0
    (of_list,) = told(segment=ours.pk, by="type")["relationships"]
    assert (of_list["family"], of_list["type"]) == ("fling", None)
    assert client.get("/api/v1/gaps", {"offer": 999}).status_code == 404
    assert client.get("/api/v1/gaps", {"by": "colour"}).status_code == 400
    blind = key_for(root, "reports:read").get("/api/v1/gaps", {"segment": ours.pk})
    assert blind.status_code == 403
