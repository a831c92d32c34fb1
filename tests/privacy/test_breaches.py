"""A breach: in minutes we know whose data and which fields got out, and by when we must tell."""

from datetime import timedelta

import pytest
from django.utils.timezone import now as clock

from relcrm.base import audit, readings
from relcrm.base.actions import breaches as actions
from relcrm.base.actions.keys import make_key
from relcrm.base.exposure import exposed
from relcrm.base.models import AuditLine, Breach, Reading
from relcrm.base.tasks import work_due_jobs
from relcrm.lib.refusals import Refused

pytestmark = pytest.mark.django_db
HOURS = timedelta(hours=1)


@pytest.fixture
def key(root):
    scopes = ["customers:read", "people:read", "interactions:read"]
    return make_key("Shop", scopes=scopes, expires_at=None, by=root, now=clock())


def reported(by, now, **facts):
    period = {"began_at": now - 2 * HOURS, "ended_at": now + HOURS, "learned_at": now}
    return actions.report_breach(by=by, now=now, title="Key on a forum", **(period | facts))


def test_what_a_key_read_is_found_to_the_person_and_the_field(
    company, ada, bo, cyd, key, client, pia, mara, as_
):
    row, secret = key
    asking = {"headers": {"authorization": f"Bearer {secret}"}}
    client.get("/api/v1/customers?limit=2&fields=name,email", **asking)
    client.get(f"/api/v1/customers/{ada.pk}", **asking)
    client.get(f"/api/v1/interactions?customer={ada.pk}", **asking)
    as_(mara).get("/customers/")
    readings.flush()
    now = clock()
    breach = reported(pia, now, by_means_of="key", actor=f"key:{row.pk}")
    assert breach.ids == [ada.pk, bo.pk]
    assert {"name", "email", "amount"} <= set(breach.fields)
    seen = exposed(breach.began_at, breach.ended_at, actor=breach.actor)
    assert {way.resource: len(way.people) for way in seen.ways.values()} == {
        "customers": 2, "customers/…": 1, "interactions": 1,
    }  # fmt: skip
    assert exposed(now - 9 * HOURS, now - 5 * HOURS, actor=breach.actor).people == set()


def test_what_an_account_saw_on_lists_pages_and_in_the_back_office(company, ada, bo, root, as_):
    page = as_(root)
    page.get(f"/customers/{ada.pk}/")
    page.get("/search/?q=Bo")
    page.get("/admin/customers/identity/")
    page.get("/admin/customers/customer/")
    readings.flush()
    now = clock()
    seen = exposed(now - HOURS, now + HOURS, actor=f"user:{root.pk}")
    assert seen.people == {ada.pk, bo.pk}
    assert {"customer.viewed", "search", "customers.customer"} <= {
        way.resource for way in seen.ways.values()
    }


def test_a_file_that_was_taken_out_is_traced_by_its_line(company, ada, bo, mara, pia, as_):
    page = as_(mara)
    page.post("/customers/export/", {"ids": [str(bo.pk)], "list": ""})
    assert work_due_jobs() == 1
    page.get("/customers/")  # in the same minutes, and not in the file
    readings.flush()
    assert Reading.objects.get(door="file").ids == [bo.pk]
    line = AuditLine.objects.get(verb="customers.exported")
    now = clock().strftime("%Y-%m-%dT%H:%M")
    sent = {"title": "Laptop stolen", "by": f"export:{line.pk}", "learned_at": now,
            "began_at": now, "ended_at": now}  # fmt: skip
    made = as_(pia).post("/privacy/breaches/new/", sent)
    assert made.status_code == 302
    breach = Breach.objects.get()
    assert (breach.by_means_of, breach.ids) == ("export", [bo.pk])


def test_the_clock_runs_72_hours_from_when_we_learned_of_it(pia):
    now = clock()
    breach = reported(pia, now, learned_at=now - timedelta(hours=10))
    assert breach.due_at == now + timedelta(hours=62)
    actions.tell_authority(breach, by=pia, now=now + timedelta(hours=63))
    assert AuditLine.objects.get(verb="breach.authority_told").detail == {"late": True}
    with pytest.raises(Refused, match="already told"):
        actions.tell_authority(breach, by=pia, now=now)
    with pytest.raises(Refused, match="future"):
        reported(pia, now, learned_at=now + HOURS)


def test_it_is_closed_when_judged_and_told_as_the_law_asks(pia):
    now = clock()
    breach = reported(pia, now)
    for risk, told in (("none", []), ("some", ["authority"]), ("high", ["authority", "people"])):
        breach = reported(pia, now)
        with pytest.raises(Refused, match="Judge the risk"):
            actions.close_breach(breach, by=pia, now=now)
        with pytest.raises(Refused, match="why"):
            actions.decide_breach(breach, risk=risk, decision=" ", by=pia, now=now)
        actions.decide_breach(breach, risk=risk, decision="Because.", by=pia, now=now)
        for whom in told:
            with pytest.raises(Refused, match="has to be told|have to be told"):
                actions.close_breach(breach, by=pia, now=now)
            getattr(actions, f"tell_{whom}")(breach, by=pia, now=now)
        actions.close_breach(breach, by=pia, now=now)
        assert breach.closed_at == now


def test_the_letters_are_filled_in_and_the_list_is_an_export_of_its_own(company, ada, bo, pia, as_):
    now = clock()
    audit.record("customer.viewed", ada, by=pia)
    breach = reported(pia, now, by_means_of="account", actor=f"user:{pia.pk}")
    page, at = as_(pia), f"/privacy/breaches/{breach.pk}/"
    page.post(f"{at}describe/", {"happened": "A key was public.", "measures": "It was revoked."})
    page.post(f"{at}decide/", {"risk": "high", "decision": "Names and e-mails."})
    for to in ("authority", "people"):
        letter = page.get(f"{at}letters/{to}/")
        assert "attachment" in letter["Content-Disposition"]
        assert "A key was public." in letter.content.decode()
        assert "It was revoked." in letter.content.decode()
    told = b"".join(page.post(f"{at}people.csv").streaming_content).decode()
    assert "ada@example.com" in told
    assert "bo@example.com" not in told
    assert Reading.objects.get(resource="breach people").ids == [ada.pk]
    shown = page.get(at).content.decode()
    assert "1 person was exposed" in shown
    assert page.get("/privacy/breaches/").status_code == 200
    assert page.get(f"{at}letters/press/").status_code == 404


def test_a_hundred_thousand_people_are_traced_in_seconds(pia):
    """A key that read everything in an hour, page by page of 200."""
    now = clock()
    for start in range(0, 100_000, 20_000):
        ids = range(start + 1, start + 20_001)
        readings.keep(pia, "CustomerOut", ["name", "email"], ids, now=now)
    breach = reported(pia, now, actor=f"user:{pia.pk}")
    assert breach.people == 100_000
    assert (clock() - now).total_seconds() < 20


def test_a_program_follows_breaches_and_what_retention_would_remove(
    company, ada, bo, key, client, pia, root
):
    row, secret = key
    client.get("/api/v1/customers", headers={"authorization": f"Bearer {secret}"})
    readings.flush()
    breach = reported(pia, clock(), by_means_of="key", actor=f"key:{row.pk}")
    _desk, desk = make_key("D", scopes=["privacy:read"], expires_at=None, by=root, now=clock())
    asking = {"headers": {"authorization": f"Bearer {desk}"}}
    [listed] = client.get("/api/v1/privacy/breaches", **asking).json()["results"]
    assert (listed["id"], listed["people"]) == (breach.pk, 2)
    here = f"/api/v1/privacy/breaches/{breach.pk}"
    assert client.get(here, **asking).json()["due_at"] == listed["due_at"]
    found = client.get(f"{here}/exposed", **asking).json()
    assert found["customers"] == [ada.pk, bo.pk]
    assert found["fields"]["name"] == 2
    kept = client.get("/api/v1/privacy/retention", **asking).json()
    assert kept["would_go"] == 0
    assert {"interaction.purchase"} <= {one["what"] for one in kept["shelves"]}
    strange = client.get("/api/v1/privacy/retention?fields=nothing", **asking)
    assert (strange.status_code, strange.json()["errors"][0]["field"]) == (400, "fields")
