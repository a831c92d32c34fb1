"""An import is undone as a whole: what it added goes, what it changed is as it was before."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from customers.actions import imports, ingest, storing
from customers.actions.customers import update_customer
from customers.actions.erasure import erase_customer
from customers.actions.rights import object_to
from customers.actions.take_in import take_in
from customers.actions.undo import UNDO_DAYS, ask_undo, forget_old
from customers.models import (
    Customer,
    Identity,
    Import,
    ImportBatch,
    ImportBefore,
    Interaction,
    OrderLine,
    Organisation,
    Product,
)
from relationships.models import Profile
from relcrm.base.actions import jobs
from relcrm.base.models import AuditLine, Job
from relcrm.base.tasks import run
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY, happened

ORDERS = "customer,date,order,product,quantity,price\n"
WORLD = (Customer, Identity, Interaction, OrderLine, Product)


@pytest.fixture(autouse=True)
def small_batches(company, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "uploads"
    monkeypatch.setattr(storing, "BATCH_ROWS", {"sqlite": 3, "postgresql": 3})
    monkeypatch.setattr(ingest, "PAUSE_SECONDS", {"sqlite": 0, "postgresql": 0})


def taken(folder, text: str, name: str = "file.csv", **more) -> Import:
    path = folder / name
    path.write_text(text)
    of = imports.bring(str(path), by=None, **more)
    take_in(of, progress=lambda *_a, **_k: None, position=None, by=None)
    of.refresh_from_db()
    return of


def undone(of: Import, by=None) -> dict:
    job = ask_undo(of, by=by, now=timezone.now())
    run(jobs.claim(timezone.now()))
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    of.refresh_from_db()
    assert of.state == Import.State.UNDONE
    return of.counts["undone"]


def world() -> list[list[tuple]]:
    """Every fact there is, but for when it was last written."""
    seen = []
    for model in WORLD:
        names = [f.attname for f in model._meta.concrete_fields
                 if f.attname not in ("touched_at", "changed_at", "corrected_from_on")]  # fmt: skip
        if model is OrderLine:
            names.remove("id")
        seen.append(sorted(model.objects.values_list(*names), key=str))
    return seen


def test_what_an_import_added_is_gone_after_undoing_it(ada, bo, mara, tmp_path):
    before = world()
    rows = "".join(f"c{n % 4},2026-01-{1 + n:02},o{n},shoe {n % 3},1,5.00\n" for n in range(9))
    of = taken(tmp_path, ORDERS + rows)
    assert Interaction.objects.filter(source="files").count() == 9
    assert ImportBatch.objects.count() == 3
    said = undone(of, mara)
    assert (said["removed"], said["customers_removed"], said["customers_kept"]) == (9, 4, 0)
    assert world() == before
    line = AuditLine.objects.get(verb="import.undone")
    assert (line.user, line.detail["removed"]) == (mara, 9)
    assert set(Job.objects.active().values_list("kind", flat=True)) == {"fit"}
    assert not ImportBatch.objects.exists()


def test_what_an_import_changed_is_as_before_lines_and_days_included(tmp_path):
    first = ORDERS + "c1,2026-01-05,A,shoe,2,10.00\nc1,2026-01-05,A,lace,1,3.00\n"
    taken(tmp_path, first + "c2,2026-01-09,B,shoe,1,9.00\n")
    before = world()
    again = ORDERS + "c1,2026-01-02,A,boot,1,99.00\nc2,2026-01-09,B,shoe,1,9.00\n"
    again += "c2,2026-02-01,C,boot,1,50.00\n"
    of = taken(tmp_path, again, "again.csv")
    assert of.counts["stored"] == {"inserted": 1, "updated": 1, "unchanged": 1}
    order = Interaction.objects.get(source_id="A")
    assert (order.amount, order.occurred_on) == (Decimal("99.00"), date(2026, 1, 2))
    assert Customer.objects.get(identities__value="c1").first_seen_on == date(2026, 1, 2)
    said = undone(of)
    assert (said["restored"], said["removed"], said["kept"]) == (1, 1, 0)
    assert world() == before


def test_lines_that_an_import_gave_to_an_order_without_any_go_again(tmp_path):
    taken(tmp_path, "customer,date,order,amount\nc1,2026-01-05,A,7\n")
    assert not OrderLine.objects.exists()
    of = taken(tmp_path, ORDERS + "c1,2026-01-05,A,boot,1,7\n", "lines.csv")
    assert OrderLine.objects.count() == 1
    undone(of)
    assert not OrderLine.objects.exists()
    assert Interaction.objects.get().amount == 7


def test_what_was_changed_since_stays_as_it_is_now(tmp_path):
    taken(tmp_path, "customer,date,order,amount\nc1,2026-01-05,A,7\n")
    of = taken(tmp_path, "customer,date,order,amount\nc1,2026-01-05,A,8\n", "b.csv")
    taken(tmp_path, "customer,date,order,amount\nc1,2026-01-05,A,9\n", "c.csv")
    assert undone(of)["kept"] == 1
    assert Interaction.objects.get().amount == 9


def test_a_row_that_a_later_file_changed_is_not_taken_from_it(tmp_path):
    of = taken(tmp_path, "customer,date,order,amount\nc1,2026-01-05,A,7\nc1,2026-01-06,B,7\n")
    taken(tmp_path, "customer,date,order,amount\nc1,2026-01-05,A,8\n", "b.csv")
    said = undone(of)
    assert (said["removed"], said["kept"], said["customers_kept"]) == (1, 1, 1)
    assert Interaction.objects.get().amount == 8


def test_new_customers_of_whom_something_else_is_known_stay_and_are_named(mara, tmp_path):
    of = taken(tmp_path, "customer,date,amount\n" + "".join(f"c{n},2026-01-05,7\n"
                                                           for n in range(4)))  # fmt: skip
    person = {i.value: i.customer for i in Identity.objects.select_related("customer")}
    happened(person["c0"], "visit", TODAY)
    update_customer(person["c1"], by=mara, now=NOW, city="Graz")
    Identity.objects.create(customer=person["c2"], kind="email", value="c2@example.com")
    Profile.objects.create(customer=person["c3"], as_of=TODAY, scored_at=NOW, family="friend")
    said = undone(of)
    assert said["named"] == [person["c0"].pk, person["c1"].pk, person["c2"].pk]
    assert (said["customers_kept"], said["customers_removed"]) == (3, 1)
    assert not Customer.objects.filter(pk=person["c3"].pk).exists()
    assert Customer.objects.get(pk=person["c1"].pk).last_seen_on is None


PEOPLE = "number,name,email,city,shoe size\n"


def test_facts_that_an_import_changed_are_as_before(ada, tmp_path):
    Identity.objects.create(customer=ada, kind="external", source="files", value="A1")
    before = world()
    rows = "A1,Ada N.,ada@work.example,Wien,38\nA2,Zoe,zoe@example.com,Linz,40\n"
    of = taken(tmp_path, PEOPLE + rows, mapping=None, kind="customers",
               options={"keep": []})  # fmt: skip
    ada.refresh_from_db()
    assert (ada.name, ada.city, ada.email) == ("Ada N.", "Wien", "ada@work.example")
    assert of.counts["left_out"] == ["shoe size"]
    said = undone(of)
    assert (said["facts_restored"], said["customers_removed"], said["kept"]) == (1, 1, 0)
    assert world() == before


def test_a_fact_that_somebody_corrected_since_is_not_undone(ada, mara, tmp_path):
    Identity.objects.create(customer=ada, kind="external", source="files", value="A1")
    of = taken(tmp_path, PEOPLE + "A1,Ada N.,,Wien,\n", kind="customers")
    update_customer(Customer.objects.get(pk=ada.pk), by=mara, now=NOW, city="Salzburg")
    said = undone(of)
    ada.refresh_from_db()
    assert (ada.name, ada.city, said["kept"]) == ("Ada Novak", "Salzburg", 1)


def test_no_file_and_no_undoing_of_one_takes_back_what_somebody_said_themselves(
    ada, bo, pia, tmp_path
):
    for who, number in ((ada, "A1"), (bo, "B1")):
        Identity.objects.create(customer=who, kind="external", source="files", value=number)
    rows = "number,name,objects to profiling\n"
    of = taken(tmp_path, f"{rows}A1,Ada,yes\nB1,Bo,yes\n", kind="customers")
    object_to(ada, marketing=False, profiling=True, by=pia, now=NOW)
    taken(tmp_path, f"{rows}A1,Ada N.,no\n", "later.csv", kind="customers")
    undone(of)
    ada.refresh_from_db()
    bo.refresh_from_db()
    assert (ada.objects_to_profiling, ada.name) == (True, "Ada N.")
    assert bo.objects_to_profiling is False, "nobody said so but the file that is undone"


def test_nothing_of_somebody_erased_comes_back(pia, tmp_path):
    taken(tmp_path, "customer,date,order,amount\nc1,2026-01-05,A,7\nc2,2026-01-05,B,7\n")
    of = taken(tmp_path, "customer,date,order,amount\nc1,2026-01-05,A,8\nc2,2026-01-05,B,8\n",
               "b.csv")  # fmt: skip
    gone = Identity.objects.get(value="c1").customer
    erase_customer(gone, by=pia, now=NOW)
    assert ImportBefore.objects.count() == 1
    assert undone(of)["restored"] == 1
    assert Interaction.objects.get().source_id == "B"
    assert Customer.objects.get(pk=gone.pk).erased_at == NOW


def test_rows_follow_a_customer_who_was_merged(bo, tmp_path):
    of = taken(tmp_path, "customer,date,order,amount\nc1,2026-01-05,A,7\n")
    Interaction.objects.filter(source="files").update(customer=bo)
    assert undone(of)["removed"] == 1
    assert list(bo.interactions.values_list("source", flat=True)) == ["test"]


def test_an_undo_that_died_goes_on_and_counts_once(tmp_path, monkeypatch):
    rows = "".join(f"c{n},2026-01-05,{n}\n" for n in range(9))
    of = taken(tmp_path, "customer,date,amount\n" + rows)
    job = ask_undo(of, by=None, now=timezone.now())
    from customers.actions import undo

    batch = undo._undo_batch

    def dies(of, mark, counts, named):
        if ImportBatch.objects.count() == 1:
            raise RuntimeError("killed")
        batch(of, mark, counts, named)

    with monkeypatch.context() as patched:
        patched.setattr(undo, "_undo_batch", dies)
        run(jobs.claim(timezone.now()))
    job.refresh_from_db()
    assert (job.state, Interaction.objects.count()) == (Job.State.FAILED, 3)
    jobs.run_again(job, by=None)
    run(jobs.claim(timezone.now()))
    of.refresh_from_db()
    assert (of.counts["undone"]["removed"], of.counts["undone"]["customers_removed"]) == (9, 9)
    assert not Customer.objects.exists()


def test_an_import_that_stopped_half_way_can_be_undone(tmp_path, monkeypatch):
    (tmp_path / "file.csv").write_text("customer,date,amount\n" + "".join(
        f"c{n},2026-01-05,{n}\n" for n in range(9)))  # fmt: skip
    of = imports.bring(str(tmp_path / "file.csv"), by=None)
    imports.start(of, by=None, now=timezone.now())
    ingest = storing.ingest

    def full_at_last(events, **more):
        if Interaction.objects.count() >= 6:
            raise OSError(28, "No space left on device")
        return ingest(events, **more)

    with monkeypatch.context() as patched:
        patched.setattr(storing, "ingest", full_at_last)
        run(jobs.claim(timezone.now()))
    assert Interaction.objects.count() == 6
    of.refresh_from_db()
    with pytest.raises(Refused, match="part of this file is stored"):
        imports.reopen(of, by=None)
    assert undone(of)["removed"] == 6
    assert not Customer.objects.exists()


def test_the_same_file_can_come_in_again_after_it_was_undone(tmp_path):
    text = "customer,date,amount\nc1,2026-01-05,7\nc1,2026-01-05,7\n"
    undone(taken(tmp_path, text))
    assert taken(tmp_path, text).counts["stored"]["inserted"] == 2


def test_undoing_is_refused_with_a_reason(tmp_path):
    of = taken(tmp_path, "customer,date,amount\nc1,2026-01-05,7\n")
    late = timezone.now() + timedelta(days=UNDO_DAYS + 1)
    with pytest.raises(Refused, match="for 90 days"):
        ask_undo(of, by=None, now=late)
    ask_undo(of, by=None, now=timezone.now())
    with pytest.raises(Refused, match="The worker is busy"):
        ask_undo(of, by=None, now=timezone.now())
    run(jobs.claim(timezone.now()))
    with pytest.raises(Refused, match="was undone on"):
        ask_undo(of, by=None, now=timezone.now())
    other = taken(tmp_path, "customer,date,amount\nc2,2026-01-05,7\n", "old.csv")
    assert forget_old(late) == 0
    with pytest.raises(Refused, match="Nothing of this import is stored"):
        ask_undo(other, by=None, now=timezone.now())


def test_organisations_of_a_file_are_found_or_made_and_go_with_it(ada, tmp_path):
    there = Organisation.objects.create(name="Café Grün")
    Identity.objects.get_or_create(customer=ada, kind="email", value="ada@example.com")
    of = taken(
        tmp_path,
        "email,company,time_zone\nada@example.com,café grün,europe/vienna\n"
        "new@example.com,Acme  Ltd,Europe/Rome\nother@example.com,ACME LTD,Mars/Base\n",
    )
    assert of.counts["skipped"] == {"is no time zone": 1}
    ada.refresh_from_db()
    made = Organisation.objects.exclude(pk=there.pk).get()
    assert (ada.organisation, ada.zone, made.name) == (there, "Europe/Vienna", "Acme Ltd")
    assert made.members.get().email == "new@example.com"
    undone(of)
    ada.refresh_from_db()
    assert (ada.organisation, ada.zone) == (None, "")
    assert Organisation.objects.get() == there
