"""A person gets everything we know of them: as JSON, as tables, and as a page to read."""

# ruff: noqa: F811 (a fixture of another file is asked for by its name)
import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.utils.timezone import now as clock

from customers.actions.erasure import erase_customer
from customers.actions.merge import merge_customers
from customers.actions.requests import open_request
from customers.actions.rights import object_to
from customers.disclosure import TELLINGS
from customers.models import DataPackage, Identity, Segment
from customers.queries.erasure import known, places
from relationships.engine.typology import typology
from relationships.engine.value import PARTS
from relationships.models import YEARS_KEPT, Forecast, Profile, ProfileChange
from relcrm.base import readings
from relcrm.base.models import AuditLine, Reading
from relcrm.base.tasks import work_due_jobs
from relcrm.lib.refusals import Refused
from relcrm.pages.privacy import packages
from relcrm.pages.privacy.gather import tables
from tests.conftest import NOW, TODAY
from tests.customers.test_erasure import known_ada  # noqa: F401 (a row in every table)

pytestmark = pytest.mark.django_db


def opened(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))


def made(customer, by, now=NOW, **more):
    package = packages.ask_for_package(customer, by=by, now=now, **more)
    packages.make(package.pk, now=now)
    package.refresh_from_db()
    return package


def test_every_table_that_knows_them_is_in_the_package(known_ada, pia):
    """A new table is found in the models; this fails when it is left out."""
    told = {table.key for table in tables(known_ada)}
    knowing = {place.model._meta.label_lower.replace(".", "-") for place in places()}
    assert known(known_ada).keys() == {place.model for place in places()}
    assert knowing <= told
    assert {"customers-customer", "customers-organisation", "audit"} <= told


def test_every_table_is_told_in_words_and_not_by_its_name(known_ada, pia):
    """A new table needs a sentence for the person: register a Telling where its app is ready."""
    places_ = {place.model._meta.label_lower for place in places()} | {"customers.organisation"}
    assert places_ - TELLINGS.keys() == set()
    found = {table.key: table for table in tables(known_ada)}
    assert found["customers-customvalue"].rows == [{"what": "Size", "value": "Ada says: 39"}]
    assert found["customers-tagging"].rows[0]["tag"] == "VIP"
    assert found["customers-ownedproduct"].rows[0]["product"] == "R3"
    assert found["customers-segmentmember"].rows[0]["list"] == "VIPs"
    Segment.objects.update(name="Adversaries")  # a word of ours, not one for them
    (on,) = (table for table in tables(known_ada) if table.key == "customers-segmentmember")
    assert str(on.rows[0]["list"]) == "a list of our team"


def test_what_was_done_to_a_number_that_became_theirs_is_told(company, ada, bo, mara, pia):
    AuditLine.objects.create(
        at=NOW, actor="user:1", verb="customer.viewed", subject_kind="customers.customer",
        subject_id=bo.pk,
    )  # fmt: skip
    merge_customers(ada, bo, by=mara, now=NOW)
    told = {table.key: table for table in tables(ada)}
    assert "customer.viewed" in {row["what"] for row in told["audit"].rows}


def test_the_same_is_in_json_in_csv_and_on_the_page(company, ada, pia):
    with opened(made(ada, pia).content) as file:
        told = json.loads(file.read("data.json"))
        rows = list(csv.reader(io.StringIO(file.read("tables/customers-interaction.csv").decode())))
        page = file.read("read-me-first.html").decode()
    assert told["tables"]["customers-customer"]["rows"][0]["email"] == "ada@example.com"
    assert len(told["tables"]["customers-interaction"]["rows"]) == 24
    assert len(rows) == 25
    assert "ada@example.com" in page
    assert "<link" not in page
    assert "<script" not in page
    assert "Your rights" in page


def test_it_says_how_the_judgement_was_made_and_in_kind_words(company, ada, pia):
    """Nobody learns from us that they are a “taker”: a sentence stands for our name of the type."""
    Profile.objects.create(
        customer=ada, as_of=TODAY, scored_at=NOW, family="negative", type="N4", p_negative=0.8,
        confidence=0.7, value=-12, value_low=-40, value_high=3,
    )  # fmt: skip
    parts = dict.fromkeys((*PARTS, *YEARS_KEPT, "value", "spent"), 0.0) | {"contract": 5.0}
    Forecast.objects.create(customer=ada, as_of=TODAY, horizon_weeks=52, purchase_days=24, **parts)
    ProfileChange.objects.create(
        customer=ada, on=TODAY, recorded_at=NOW, family="negative", type="N4", old_family="friend",
        old_type="R2",
    )  # fmt: skip
    with opened(made(ada, pia).content) as file:
        told = "\n".join(file.read(name).decode() for name in file.namelist())
        judgement = json.loads(file.read("data.json"))["judgement"]
    assert judgement["is_judged"]
    assert judgement["says"] == typology()["N4"].customer_reads
    assert len(judgement["dimensions"]) == 3
    assert all(one["rests on"] for one in judgement["dimensions"])
    assert judgement["value"].startswith("We expect your purchases and your contract to leave us")
    assert "fees of the contract leave 5 of it" in judgement["value"]
    assert "29 patterns" in " ".join(judgement["logic"])
    for kind in typology().types:
        if kind.family == "negative":
            assert kind.name not in told
    assert "negative" not in told.lower()


def test_of_whom_nothing_is_known_the_copy_says_that_and_names_no_family(company, bo, pia):
    Profile.objects.create(customer=bo, as_of=TODAY, scored_at=NOW, family="undetermined")
    with opened(made(bo, pia).content) as file:
        judgement = json.loads(file.read("data.json"))["judgement"]
    assert not judgement["is_judged"]
    assert judgement["why_not"].startswith("Too little is known: nothing that you did")
    assert not judgement["family"]


def test_who_objects_reads_that_nothing_is_judged(company, ada, pia):
    object_to(ada, marketing=True, profiling=True, by=pia, now=NOW)
    with opened(made(ada, pia).content) as file:
        judgement = json.loads(file.read("data.json"))["judgement"]
    assert not judgement["is_judged"]
    assert judgement["why_not"] == "You asked us not to judge our relationship by your data."


def test_what_one_takes_elsewhere_is_ones_own_and_no_judgement(company, ada, pia):
    Profile.objects.create(customer=ada, as_of=TODAY, scored_at=NOW, family="friend")
    request = open_request("portability", customer=ada, by=pia, now=NOW)
    with opened(made(ada, pia, request=request).content) as file:
        told = json.loads(file.read("data.json"))
    assert "judgement" not in told
    assert "relationships-profile" not in told["tables"]
    assert "customers-interaction" in told["tables"]


def test_formulas_do_not_run_in_the_tables(company, ada, pia):
    Identity.objects.create(customer=ada, kind="external", source="x", value="=HYPERLINK(1)")
    with opened(made(ada, pia).content) as file:
        assert "'=HYPERLINK(1)" in file.read("tables/customers-identity.csv").decode()


def test_it_says_which_programs_had_the_data(company, ada, bo, pia):
    readings.note(pia, "api", "customers", ["name"], [ada.pk])
    readings.flush()
    ours = {table.key: table for table in tables(ada)}
    assert ours["recipients"].rows[0]["what"] == "customers"
    assert "recipients" not in {table.key for table in tables(bo)}


def test_the_worker_makes_it_and_the_link_fetches_it_once_the_button_is_pressed(
    company, ada, pia, client
):
    package = packages.ask_for_package(ada, by=pia, now=clock())
    address = f"/privacy/yours/{packages.token(package)}/"
    assert client.get(address).status_code == 404
    assert work_due_jobs() == 1
    assert client.get(address).status_code == 200
    package.refresh_from_db()
    assert package.fetched_at is None
    got = client.post(address)
    assert opened(got.content).testzip() is None
    package.refresh_from_db()
    assert package.fetched_at is not None
    assert AuditLine.objects.filter(verb="package.fetched", subject_id=ada.pk).exists()
    assert Reading.objects.get(door="file").ids == [ada.pk]


def test_a_link_is_for_one_package_and_for_a_few_days(company, ada, bo, pia, client):
    now = clock()
    package, other = made(ada, pia, now=now), made(bo, pia, now=now)
    token = packages.token(package)
    assert packages.by_token(token, now) == package
    assert packages.by_token(packages.token(other)[:-3] + token[-3:], now) is None
    assert packages.by_token(token, package.expires_at) is None
    with pytest.raises(Refused, match="time is over"):
        packages.fetch(package, by=pia, now=package.expires_at + timedelta(seconds=1))
    assert packages.forget_expired(package.expires_at) == 2
    assert client.get(f"/privacy/yours/{token}/").status_code == 404


def test_erasing_takes_packages_along(company, ada, pia, client):
    package = made(ada, pia, now=clock())
    erase_customer(ada, by=pia, now=NOW)
    assert not DataPackage.objects.exists()
    assert client.get(f"/privacy/yours/{packages.token(package)}/").status_code == 404
    ada.refresh_from_db()
    with pytest.raises(Refused, match="nothing is left"):
        packages.ask_for_package(ada, by=pia, now=NOW)
