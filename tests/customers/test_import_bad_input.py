"""Bad files: each ends with a sentence that says what is wrong; good rows stay, none doubles."""

import gzip
import os
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from customers.actions import imports
from customers.actions.take_in import check, take_in
from customers.models import Customer, Import, ImportProblem, Interaction
from relcrm.base.actions import jobs
from relcrm.base.models import Job
from relcrm.base.tasks import run
from relcrm.lib import spreadsheets
from relcrm.lib.refusals import Refused

DATA = Path(__file__).parent.parent / "data"
HEAD = "customer,date,amount\n"


@pytest.fixture(autouse=True)
def uploads(company, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"


def quiet(*_args, **_more) -> None:
    pass


def brought(folder: Path, content: bytes | str, name: str = "file.csv", **more) -> Import:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return imports.bring(str(path), by=None, **more)


def taken(folder: Path, content: bytes | str, name: str = "file.csv", **more) -> Import:
    of = brought(folder, content, name, **more)
    take_in(of, progress=quiet, position=None, by=None)
    of.refresh_from_db()
    return of


@contextmanager
def at_most(megabytes: int) -> Iterator[None]:
    """Nothing within holds more memory than this."""
    tracemalloc.start()
    try:
        yield
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < megabytes * 1_000_000


def why(of: Import) -> list[tuple[int, str]]:
    return list(of.problems.values_list("row", "reason"))


def test_a_wrong_encoding_names_the_rows_and_takes_the_others(tmp_path):
    rows = [b"customer,date,amount,city", b"1,2026-01-05,4,Graz", b"2,2026-01-05,4,M\xfcnchen",
            b"3,2026-01-05,4,Wien"]  # fmt: skip
    of = taken(tmp_path, b"\n".join(rows), dialect={"encoding": "utf-8"})
    assert why(of) == [(2, "has characters that its encoding does not know")]
    assert Interaction.objects.count() == 2
    with pytest.raises(Refused, match="not an encoding we know"):
        brought(tmp_path, b"\n".join(rows), dialect={"encoding": "klingon"})


def test_ragged_rows_are_named_and_the_others_taken(tmp_path):
    of = taken(
        tmp_path, HEAD + "1,2026-01-05\n2,2026-01-05,4,,\n3,2026-01-05,4,more\n4,2026-01-05,4"
    )
    assert why(of) == [
        (1, "has 2 cells, the header has 3"), (3, "has 4 cells, the header has 3"),
    ]  # fmt: skip
    assert Interaction.objects.count() == 2


@pytest.mark.slow  # writes and reads 200 MB
def test_a_line_of_200_megabytes_is_refused_without_being_held_in_memory(tmp_path):
    path = tmp_path / "line.csv"
    with path.open("wb") as file:
        file.write(HEAD.encode() + b"1,2026-01-05,4\n")
        for _ in range(200):
            file.write(b"x" * 1_000_000)
    with pytest.raises(Refused, match="longer than a million characters"), at_most(20):
        imports.bring(str(path), by=None)
    assert not Interaction.objects.exists()
    path.unlink()


def test_dates_in_three_formats_are_read_or_named(tmp_path):
    rows = "1,2026-01-05,4\n2,31.01.2026,4\n3,5 Feb 2026,4\n4,01/31/2026,4\n5,20260301,4\n"
    of = brought(tmp_path, HEAD + rows)
    with pytest.raises(Refused, match="some dates can only be read day first"):
        take_in(of, progress=quiet, position=None, by=None)
    of = taken(tmp_path, HEAD + rows, options={"date_order": "dmy"})
    assert why(of) == [(4, "is no date")]
    days = Interaction.objects.order_by("occurred_on").values_list("occurred_on", flat=True)
    assert list(days) == [
        date(2026, 1, 5), date(2026, 1, 31), date(2026, 2, 5), date(2026, 3, 1),
    ]  # fmt: skip


def test_negative_and_comma_decimals_are_read(tmp_path):
    text = "customer;date;amount\n1;2026-01-05;1.234,50\n2;2026-01-05;-3,25\n3;2026-01-05;(2,00)\n"
    taken(tmp_path, text + "4;2026-01-05;12,5.0\n")
    found = Interaction.objects.order_by("id").values_list("kind", "amount")
    assert list(found) == [
        ("purchase", Decimal("1234.50")), ("return", Decimal("3.25")), ("return", Decimal("2.00")),
    ]  # fmt: skip
    assert ImportProblem.objects.get().reason == "is no number"


def test_one_order_twice_in_a_file_is_one_order(tmp_path):
    rows = "o1,1,2026-01-05,4\no1,1,2026-01-05,4\no2,1,2026-01-05,4\n"
    of = taken(tmp_path, "order,customer,date,amount\n" + rows)
    assert list(Interaction.objects.values_list("amount", flat=True)) == [4, 4]
    problem = ImportProblem.objects.get()
    assert (problem.row, problem.reason) == (1, "stands in the file more than once")
    assert "Row 2 was taken" in problem.remedy
    assert (of.counts["taken"], of.counts["skipped"]) == (2, {problem.reason: 1})


def test_one_event_twice_in_a_file_is_its_last_row(tmp_path):
    rows = "v1,1,2026-01-05,visit,shop\nv1,1,2026-01-05,visit,web\nv2,2,2026-01-05,visit,web\n"
    of = taken(tmp_path, "event id,customer,date,kind,channel\n" + rows)
    assert of.kind == "interactions"
    assert set(Interaction.objects.values_list("source_id", "channel")) == {
        ("v1", "web"), ("v2", "web"),
    }  # fmt: skip
    assert why(of) == [(1, "stands in the file more than once")]


def test_one_customer_twice_in_a_file_is_one_customer(tmp_path):
    rows = "7,Ada,,Graz\n8,Bo,bo@example.com,Linz\n7,Ada Novak,ada@example.com,\n"
    of = taken(tmp_path, "number,name,email,city\n" + rows)
    assert of.kind == "customers"
    ada = Customer.objects.get(identities__kind="external", identities__value="7")
    assert (ada.name, ada.email, ada.city) == ("Ada Novak", "ada@example.com", "Graz")
    assert Customer.objects.count() == 2
    assert why(of) == [(1, "stands in the file more than once")]


def test_formula_cells_stay_text_and_leave_harmless(tmp_path):
    taken(tmp_path, 'number,name,email\n1,"=HYPERLINK(""http://x"")",a@example.com\n')
    name = Customer.objects.get().name
    assert name == '=HYPERLINK("http://x")'
    assert spreadsheets.harmless(name).startswith("'=")


@pytest.mark.one_database
@pytest.mark.parametrize("pack", ["gzip", "zip"])
def test_a_bomb_is_refused_before_it_fills_the_disk(tmp_path, pack, monkeypatch):
    monkeypatch.setattr("customers.intake.source.HARMLESS_BYTES", 1_000_000)
    path, row = tmp_path / f"bomb.{pack}", b"1,2026-01-05,4\n"
    content = HEAD.encode() + row * 300_000
    if pack == "gzip":
        path.write_bytes(gzip.compress(content))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("sales.csv", content)
    assert len(content) / path.stat().st_size > 200
    of = imports.bring(str(path), by=None)
    with pytest.raises(Refused, match="more than 200 times its size"), at_most(40):
        take_in(of, progress=quiet, position=None, by=None)
    assert not Interaction.objects.exists()
    of.refresh_from_db()
    assert of.state == Import.State.FAILED


def test_archives_that_are_cut_locked_or_nested_are_refused(tmp_path):
    cut = gzip.compress(os.urandom(300_000))[:200_000]
    with pytest.raises(Refused, match="damaged or cut short|not text|is not a table"):
        taken(tmp_path, cut, "cut.gz")
    many = tmp_path / "many.zip"
    with zipfile.ZipFile(many, "w") as archive:
        archive.writestr("a.csv", HEAD)
        archive.writestr("b.csv", HEAD)
    with pytest.raises(Refused, match="holds 2 files"):
        imports.bring(str(many), by=None)


def test_a_mapping_to_a_missing_column_names_those_that_are_there(tmp_path):
    of = brought(tmp_path, HEAD + "1,2026-01-05,4\n")
    with pytest.raises(Refused, match="no column “betrag” for amount. It has “customer”, “date”"):
        imports.name_columns(of, mapping=of.mapping | {"amount": "betrag"}, options={}, by=None)
    of.refresh_from_db()
    with pytest.raises(Refused, match="no column “nowhere” to keep"):
        imports.name_columns(of, mapping=of.mapping, options={"keep": ["nowhere"]}, by=None)


def test_two_imports_of_one_file_at_once_store_everything_once(tmp_path):
    """Batch by batch in turn, as two workers would: the second finds what the first has stored."""
    text = HEAD + "".join(f"c{n},2026-01-05,{n}\n" for n in range(40))
    first, second = brought(tmp_path, text), brought(tmp_path, text, "again.csv")
    for of in (first, second):
        imports.start(of, by=None, now=timezone.now())
    waiting = [jobs.claim(timezone.now()) for _ in range(2)]
    for job in waiting:
        run(job)
    for of in (first, second):
        of.refresh_from_db()
    assert (first.counts["stored"]["inserted"], second.counts["stored"]["unchanged"]) == (40, 40)
    assert (Interaction.objects.count(), Customer.objects.count()) == (40, 40)


def test_one_file_is_not_taken_in_twice_by_two_clicks(tmp_path):
    of = brought(tmp_path, HEAD + "1,2026-01-05,4\n")
    imports.start(of, by=None, now=timezone.now())
    with pytest.raises(Refused, match="The worker is busy"):
        imports.start(of, by=None, now=timezone.now())
    assert Job.objects.count() == 1


def test_a_check_says_what_would_come_and_stores_nothing(tmp_path):
    taken(tmp_path, "order,customer,date,amount\no1,1,2026-01-05,4\n", "before.csv")
    rows = "o1,1,2026-01-05,5\no2,2,2026-01-05,4\no3,,2026-01-05,4\no2,2,2026-01-05,4\n"
    of = brought(tmp_path, "order,customer,date,amount\n" + rows)
    said = check(of, progress=quiet)
    assert said["stored"] == {"inserted": 1, "updated": 0, "unchanged": 1}
    assert said["skipped"] == {"has no customer": 1, "stands in the file more than once": 1}
    assert Interaction.objects.count() == 1
    take_in(of, progress=quiet, position=None, by=None)
    assert set(Interaction.objects.values_list("source_id", "amount")) == {("o1", 5), ("o2", 4)}


def test_columns_are_remembered_for_the_next_file_with_the_same_header(tmp_path, mara, sam):
    (tmp_path / "a.csv").write_text("wer,wann,was\n1,2026-01-05,4\n")
    of = imports.bring(str(tmp_path / "a.csv"), by=mara)
    mapping = {"customer": "wer", "date": "wann", "amount": "was"}
    imports.name_columns(of, mapping=mapping, options={"source": "till"}, by=mara)
    imports.start(of, by=mara, now=timezone.now())
    for colleague in (mara, sam):
        again = imports.bring(str(tmp_path / "a.csv"), by=colleague)
        assert (again.mapping, again.options["source"]) == (mapping, "till")
        assert again.options["recalled_on"]


def test_what_is_remembered_goes_by_the_names_as_the_next_file_writes_them(tmp_path, mara):
    rows = "1,2026-01-05,4,north\n"
    (tmp_path / "a.csv").write_text("customer,date,amount,Till No\n" + rows)
    of = imports.bring(str(tmp_path / "a.csv"), by=mara, options={"keep": "all"})
    imports.start(of, by=mara, now=timezone.now())
    (tmp_path / "b.csv").write_text("Customer,Date,Amount,till no \n" + rows)
    of = imports.bring(str(tmp_path / "b.csv"), by=mara)
    assert (of.mapping["customer"], of.options["keep"]) == ("Customer", ["till no"])
    take_in(of, progress=quiet, position=None, by=None)
    assert Interaction.objects.get().properties == {"till no": "north"}


def test_order_numbers_of_several_customers_are_kept_apart_without_holding_them(tmp_path):
    rows = "".join(f"o{at % 6},{at},2026-01-0{1 + at % 2},5\n" for at in range(12))
    of = taken(tmp_path, "order,customer,date,amount\n" + rows + "lone,1,2026-01-05,4\n")
    ids = set(Interaction.objects.values_list("source_id", flat=True))
    assert (len(ids), of.counts["split_orders"]) == (13, 6)
    assert "lone" in ids
    assert sum(each.startswith("o0/2026-01-01/") for each in ids) == 2


def test_a_file_in_which_everybody_is_the_same_person_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("customers.actions.storing_people.LARGEST_DAY", 20)
    with pytest.raises(Refused, match="“shop@example.com” stands in more than 20 rows"):
        taken(tmp_path, "email,city\n" + "shop@example.com,Graz\n" * 30)
    assert not Customer.objects.filter(email="shop@example.com").exists()


def test_kept_columns_become_fields_and_properties(tmp_path):
    (tmp_path / "p.csv").write_text("number,city,gender,shoe size,vip\n1,Graz,f,38.5,yes\n")
    of = imports.bring(str(tmp_path / "p.csv"), by=None, options={"keep": "all"})
    imports.make_ready(of, by=None, now=timezone.now())
    take_in(of, progress=quiet, position=None, by=None)
    values = Customer.objects.get().custom_values.order_by("field__key")
    assert list(values.values_list("field__key", "number", "flag")) == [
        ("shoe_size", Decimal("38.5"), None), ("vip", None, True),
    ]  # fmt: skip
    assert of.counts["left_out"] == []
    of = taken(tmp_path, HEAD.strip() + ",till\n1,2026-01-05,4,7\n", options={"keep": ["till"]})
    assert Interaction.objects.get().properties == {"till": "7"}
