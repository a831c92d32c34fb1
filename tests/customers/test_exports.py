"""Lists leave the house as files: written in the background, for who asked, for a few days."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from customers.actions.erasure import erase_customer
from customers.actions.exports import ask_export, fetch, remove_expired
from customers.actions.segments import keep_segment
from customers.cards import vcard
from customers.models import Customer, Export, Organisation
from customers.queries.exports import address
from customers.segments import Reader
from feedback.actions import file_complaint
from relcrm.base.actions import jobs
from relcrm.base.models import AuditLine
from relcrm.base.tasks import run
from relcrm.lib.refusals import Refused
from tests.conftest import NOW
from tests.exports import exported


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path, company):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def written(kind: str, by, **query) -> Export:
    export = ask_export(kind, query, by=by, now=timezone.now())
    run(jobs.claim(timezone.now()))
    export.refresh_from_db()
    return export


def test_a_file_waits_for_who_asked_and_for_admins_only(as_, ada, mara, root, pia, nils):
    export = written("customers", mara, list={})
    page = as_(mara).get("/exports/").content.decode()
    assert "Customer list" in page
    assert "Ready" in page
    here = address(export)
    for colleague, status in ((mara, 200), (root, 200), (pia, 404), (nils, 404)):
        assert as_(colleague).get(here).status_code == status
    assert as_(mara).get(f"/exports/{export.pk}/file/").status_code == 404
    other = written("customers", mara, list={})
    mixed = f"/exports/{other.pk}/file/?{here.partition('?')[2]}"
    assert as_(mara).get(mixed).status_code == 404
    lines = AuditLine.objects.filter(verb="export.fetched").order_by("id")
    assert [line.user for line in lines] == [mara, root]
    assert "Customer list" not in as_(pia).get("/exports/").content.decode()


def test_the_number_of_people_is_on_record_and_nobody_is_refused(ada, bo, mara, db):
    written("customers", mara, list={"q": "ada", "sort": "name"})
    line = AuditLine.objects.get(verb="customers.exported")
    assert line.detail == {"people": 1, "criteria": {"sort": "name", "searched": True}}
    with pytest.raises(Refused, match="nothing to export"):
        ask_export("customers", {"ids": []}, by=mara, now=NOW)
    with pytest.raises(Refused, match="no export of “secrets”"):
        ask_export("secrets", {}, by=mara, now=NOW)


def test_an_experts_file_holds_only_their_own_customers(as_, eve, ada, bo):
    lines = exported(as_(eve), "/customers/export/", {"everyone": 1}).splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["Ada Novak"]


def test_roles_without_the_right_take_nothing_out(as_, sam, nils, ada):
    assert as_(sam).post("/customers/export/", {"everyone": 1}).status_code == 403
    with pytest.raises(Refused, match="may not take this list"):
        ask_export("complaints", {}, by=nils, now=NOW)


def test_who_may_know_less_by_now_fetches_no_older_file(as_, ada, mara):
    export = written("customers", mara, list={})
    mara.role = mara.Role.ANALYST
    mara.save()
    answer = as_(mara).get(address(export))
    assert answer.status_code == 409
    assert "tells more than you may know" in answer.content.decode()
    assert written("customers", mara, list={}).is_masked
    mara.role = mara.Role.PRIVACY
    mara.save()
    assert as_(mara).get(address(export)).status_code == 200


def test_complaints_leave_as_a_file_too(as_, dan, sam, pia):
    file_complaint(dan, subject="=Late", text="Where is it?", by=sam, now=timezone.now())
    body = exported(as_(pia), "/exports/ask/", {"kind": "complaints", "show": "open"})
    head, line = body.splitlines()
    assert head.startswith("customer,number,state")
    assert "'=Late" in line


def test_a_file_expires_and_is_removed(as_, ada, mara, uploads):
    export = written("customers", mara, list={})
    path = Path(uploads) / export.path
    assert path.stat().st_mode & 0o777 == 0o600
    assert remove_expired(timezone.now()) == 0
    late = export.ready_at + timedelta(days=7)
    with pytest.raises(Refused, match="has expired"):
        fetch(export, by=mara, now=late)


def test_the_removal_of_expired_files_leaves_the_record(
    ada, mara, uploads, django_capture_on_commit_callbacks
):  # fmt: skip
    export = written("customers", mara, list={"q": "ada"})
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_expired(export.ready_at + timedelta(days=7, seconds=1)) == 1
    assert not (uploads / export.path).exists()
    export.refresh_from_db()
    assert (export.rows, export.query) == (1, {})
    assert export.removed_at


def test_nobody_who_was_erased_leaves_in_an_older_file(ada, mara, pia):
    export = written("customers", mara, list={})
    erase_customer(ada, by=pia, now=timezone.now())
    with pytest.raises(Refused, match="somebody was erased"):
        fetch(export, by=mara, now=timezone.now())
    assert remove_expired(timezone.now()) == 1


def test_an_export_that_died_is_written_anew(ada, bo, mara, uploads):
    export = ask_export("customers", {"list": {}}, by=mara, now=timezone.now())
    (uploads / "exports").mkdir()
    run(jobs.claim(timezone.now()))
    job = export.job
    job.state = job.State.FAILED
    job.save()
    jobs.run_again(job, by=mara)
    run(jobs.claim(timezone.now()))
    export.refresh_from_db()
    assert export.rows == 2
    assert not list(uploads.glob("exports/*.part"))


def parsed(card: str) -> dict[str, str]:
    """Unfolded and split as RFC 6350, 3.2 and 3.4 have it; the last of several values."""
    assert card.endswith("\r\n")
    lines = card.replace("\r\n ", "").split("\r\n")[:-1]
    return dict(line.split(":", 1) for line in lines)


def test_a_card_reads_back_as_what_is_known(db):
    house = Organisation.objects.create(name="Novak; Sons, Ltd\\")
    ada = Customer.objects.create(
        name="Ada Maria Novák", email="ada@example.com", phone="+4366012345", organisation=house,
        city="Graz", country="AT", interests=["hi,king", "Žižkov " * 12], language="de",
    )  # fmt: skip
    card = vcard(ada)
    assert all(len(line.encode()) <= 75 for line in card.split("\r\n"))
    said = parsed(card)
    assert (said["BEGIN"], said["VERSION"], said["END"]) == ("VCARD", "4.0", "VCARD")
    assert (said["FN"], said["N"]) == ("Ada Maria Novák", "Novák;Ada Maria;;;")
    assert said["TEL;VALUE=uri"] == "tel:+4366012345"
    assert said["ORG"] == "Novak\\; Sons\\, Ltd\\\\"
    assert said["ADR"] == ";;;Graz;;;AT"
    assert said["CATEGORIES"] == f"hi\\,king,{'Žižkov ' * 12}"


def test_a_card_is_fetched_by_who_may_see_people_and_is_on_record(as_, ada, bo, mara, nils, eve):
    reply = as_(mara).get(f"/customers/{ada.pk}/card.vcf")
    assert reply["Content-Type"].startswith("text/vcard")
    assert "FN:Ada Novak" in reply.content.decode()
    assert as_(nils).get(f"/customers/{ada.pk}/card.vcf").status_code == 403
    assert as_(eve).get(f"/customers/{bo.pk}/card.vcf").status_code == 404
    assert AuditLine.objects.get(verb="customer.card_fetched").subject_id == ada.pk


def test_a_key_filters_a_list_by_no_more_than_it_may_know(ada, bo, dan, root, sam):
    """Whatever its maker may: who is in the file would tell what the key may not ask."""
    file_complaint(dan, subject="Late", text="Where is it?", by=sam, now=timezone.now())
    rule = {"version": 1, "all": [{"field": "open_complaint", "operator": "is", "value": True}]}
    angry = keep_segment("Angry", rule=rule, reader=Reader.of(root), by=root, now=NOW)

    def people(list_: dict, *withheld: str) -> int:
        try:
            ask_export("customers", {"list": list_}, by=root, now=NOW, withheld=withheld)
        except Refused:
            return 0
        return AuditLine.objects.filter(verb="customers.exported").latest("id").detail["people"]

    assert people({"segment": angry.pk}) == people({"complaint": "1"}) == people({"q": "dan"}) == 1
    assert people({"segment": angry.pk}, "see_complaints") == 0
    assert people({"complaint": "1"}, "see_complaints") == 3
    assert people({"q": "dan"}, "see_people") == 0
