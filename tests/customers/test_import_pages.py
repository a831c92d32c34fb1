"""A file comes in through the browser: brought, named, watched, looked at afterwards."""

import gzip
import io
import zipfile
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from customers.models import Import, ImportProblem, Interaction
from relcrm.base.actions import jobs
from relcrm.base.models import AuditLine, Job
from relcrm.base.tasks import run

OLD = b"kunde;datum;betrag\n1;01.02.1998;10,50\n2;30.06.1998;1.000,00\n;30.06.1998;5\n=cmd;x;5\n"


@pytest.fixture
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def browser(company, mara, as_, uploads):
    return as_(mara)


def bring(browser, content: bytes, name: str = "sales.csv"):
    return browser.post("/imports/", {"file": SimpleUploadedFile(name, content)}, follow=True)


def chosen(of: Import, **changes: str) -> dict[str, str]:
    """What the form of the page would send as it stands."""
    meanings = {name: meaning for meaning, name in of.mapping.items()}
    columns = {f"column_{at}": meanings.get(name, "") for at, name in enumerate(of.columns)}
    options = {name: of.options[name] for name in ("date_order", "decimal", "identity", "source")}
    return columns | options | changes


def worked_off(browser, of: Import) -> str:
    """The worker does what is due of kind import, not what follows from it; the page after."""
    for job in Job.objects.active().filter(kind="import"):
        assert jobs.claim_this(job, timezone.now())
        run(job)
    return browser.get(f"/imports/{of.pk}/").content.decode()


def test_the_first_visit_explains_which_files_work(browser):
    page = browser.get("/imports/").content.decode()
    assert "Which files work?" in page
    assert "Files so far" not in page


def test_a_file_is_recognised_and_shown_as_it_will_become(browser):
    page = bring(browser, OLD).content.decode()
    assert "What do these columns mean?" in page
    assert '<option value="customer" selected>' in page
    assert "1 Feb 1998" in page
    assert "10.50 EUR" in page
    assert "“kunde” has no customer" in page
    of = Import.objects.get()
    assert of.mapping == {"customer": "kunde", "date": "datum", "amount": "betrag"}
    assert (of.options["date_order"], of.options["decimal"]) == ("dmy", ",")
    assert of.dialect["delimiter"] == ";"
    assert not Interaction.objects.exists()


def test_a_column_of_people_that_is_kept_as_it_is_stands_in_the_preview(browser):
    bring(browser, b"number,city,till\n1,Graz,No. 7\n2,Linz,\n")
    of = Import.objects.get()
    shown = chosen(of, column_2="keep")
    page = browser.post(f"/imports/{of.pk}/columns/", shown, follow=True).content.decode()
    preview = page[page.index('id="preview"') :]
    assert '<th scope="col">till</th>' in preview
    assert "No. 7" in preview


def test_a_file_is_taken_in_by_the_worker_and_its_result_shown(
    browser, mara, uploads, django_capture_on_commit_callbacks
):
    bring(browser, OLD)
    of = Import.objects.get()
    page = browser.post(f"/imports/{of.pk}/columns/", chosen(of, take="1"), follow=True)
    assert "Waiting for the worker" in page.content.decode()
    assert f'hx-get="/imports/{of.pk}/progress/"' in page.content.decode()
    piece = browser.get(f"/imports/{of.pk}/progress/", HTTP_HX_REQUEST="true").content.decode()
    assert 'id="import-heading" hx-swap-oob="true"' in piece
    assert "What do these columns mean?" not in piece
    with django_capture_on_commit_callbacks(execute=True):
        page = worked_off(browser, of)
    of.refresh_from_db()
    assert (of.state, of.rows, of.newest_on) == ("taken", 4, date(1998, 6, 30))
    assert "has no customer" in page
    assert "is no date" in page
    assert "€1,010" in page
    assert Interaction.objects.count() == 2
    assert not (uploads / of.path).exists()
    assert AuditLine.objects.get(verb="import.taken").user == mara
    assert AuditLine.objects.filter(verb__startswith="import").count() == 3


def test_after_an_import_models_and_scores_are_asked_for(browser):
    bring(browser, OLD)
    of = Import.objects.get()
    browser.post(f"/imports/{of.pk}/columns/", chosen(of, take="1"))
    from relcrm.base.actions import jobs
    from relcrm.base.tasks import run

    run(jobs.claim(timezone.now()))
    # Everyone is judged after that.
    assert list(Job.objects.active().values_list("kind", flat=True)) == ["fit"]


def test_old_data_are_offered_to_be_looked_at_as_of_their_newest_day(browser, company):
    bring(browser, OLD)
    of = Import.objects.get()
    browser.post(f"/imports/{of.pk}/columns/", chosen(of, take="1"))
    assert "Look at the company as of 30 June 1998" in worked_off(browser, of)
    page = browser.post(f"/imports/{of.pk}/as-of/", follow=True).content.decode()
    company.refresh_from_db()
    assert company.as_of == date(1998, 6, 30)
    assert "Look at the company as of 30 June 1998" not in page


def test_young_data_are_not_called_old(browser):
    today = timezone.now().date()
    rows = "".join(f"1,{today - timedelta(days=days)},5\n" for days in (3, 33, 63))
    bring(browser, b"customer,date,amount\n" + rows.encode())
    of = Import.objects.get()
    browser.post(f"/imports/{of.pk}/columns/", chosen(of, take="1"))
    assert "Look at the company as of" not in worked_off(browser, of)


def test_columns_can_be_named_anew_and_shown_again(browser):
    bring(browser, b"a,b,c\n17,2026-01-05,3\n18,2026-01-06,4\n")
    of = Import.objects.get()
    assert "Say which column is the customer" in browser.get(f"/imports/{of.pk}/").content.decode()
    names = {"column_0": "customer", "column_1": "date", "column_2": "amount"}
    page = browser.post(f"/imports/{of.pk}/columns/", chosen(of, **names), follow=True)
    assert "3.00 EUR" in page.content.decode()


def test_day_and_month_that_cannot_be_told_apart_are_asked_for(browser):
    page = bring(browser, b"customer,date,amount\n1,01/02/2026,3\n2,03/04/2026,4\n")
    assert "whether the day or the month comes first" in page.content.decode()
    of = Import.objects.get()
    page = browser.post(f"/imports/{of.pk}/columns/", chosen(of, date_order="dmy"), follow=True)
    assert "1 Feb 2026" in page.content.decode()


def test_another_delimiter_and_encoding_can_be_chosen(browser):
    bring(browser, "customer,date,amount\nJosé,2026-01-05,3\n".encode("cp1252"))
    of = Import.objects.get()
    assert of.dialect["encoding"] == "cp1252"
    page = browser.post(
        f"/imports/{of.pk}/read/", {"delimiter": ";", "encoding": "latin-1"}, follow=True
    )
    of.refresh_from_db()
    assert of.columns == ["customer,date,amount"]
    assert "Say which column is the" in page.content.decode()


def test_rates_are_asked_for_when_there_is_a_currency_column(browser):
    bring(browser, b"customer,date,amount,currency\n1,2026-01-05,3,USD\n2,2026-01-05,3,EUR\n")
    of = Import.objects.get()
    page = browser.get(f"/imports/{of.pk}/").content.decode()
    assert "is not the company&#x27;s currency (EUR)" in page
    page = browser.post(f"/imports/{of.pk}/columns/", chosen(of, rates="USD=0.9"), follow=True)
    assert "3.00 USD" in page.content.decode()


def test_problems_are_downloaded_as_csv_with_formulas_neutralised(browser):
    bring(browser, OLD)
    of = Import.objects.get()
    browser.post(f"/imports/{of.pk}/columns/", chosen(of, take="1"))
    worked_off(browser, of)
    ImportProblem.objects.create(of=of, row=9, column="kunde", value="=1+1", reason="is too long")
    answer = browser.get(f"/imports/{of.pk}/problems.csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "row,column,value,reason,remedy"
    assert lines[1].startswith("3,kunde,,has no customer,")
    assert lines[-1] == "9,kunde,'=1+1,is too long,"


def test_a_stopped_import_says_why_and_can_be_changed(browser, uploads):
    bring(browser, b"customer,date,amount\n1,2026-01-05,4\n")
    of = Import.objects.get()
    (uploads / of.path).write_text("customer,date,amount\n1,soon,4\n")
    browser.post(f"/imports/{of.pk}/columns/", chosen(of, take="1"))
    page = worked_off(browser, of)
    assert "This file was not taken in" in page
    assert "“date” is no date (“soon”)" in page
    page = browser.post(f"/imports/{of.pk}/reopen/", follow=True).content.decode()
    assert "What do these columns mean?" in page


def test_a_waiting_import_can_be_stopped_and_gone_on_with(browser):
    bring(browser, OLD)
    of = Import.objects.get()
    browser.post(f"/imports/{of.pk}/columns/", chosen(of, take="1"))
    page = browser.post(f"/imports/{of.pk}/cancel/", follow=True).content.decode()
    assert "You stopped this import" in page
    browser.post(f"/imports/{of.pk}/go-on/")
    assert "What was stored" in worked_off(browser, of)


def test_a_discarded_file_is_gone(browser, uploads, django_capture_on_commit_callbacks):
    bring(browser, OLD)
    of = Import.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(f"/imports/{of.pk}/discard/")
    assert not Import.objects.exists()
    assert not (uploads / of.path).exists()


def packed(**members: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The submitted file is empty|The file is empty|Choose a file first"),
        (b"   \n \n", "The file is empty"),
        (b"customer,date,amount\n", "a header but no rows"),
        (b"%PDF-1.7 \x00\x01", "This is a PDF"),
        (bytes(range(256)) * 40, "This file is not text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "old Excel workbook"),
        (packed(**{"[Content_Types].xml": "<x/>", "xl/workbook.xml": "<x/>"}), "Excel workbook"),
        (packed(a__csv="a,b\n1,2\n", b__csv="a,b\n"), "holds 2 files"),
        (gzip.compress(OLD)[:-20], "damaged or cut short"),
        (b"x" * 1_100_000, "longer than a million characters"),
    ],
    ids=["empty", "blank", "header", "pdf", "binary", "xls", "xlsx", "two", "cut", "line"],
)
def test_what_is_no_table_is_refused_with_the_reason(browser, uploads, content, said):
    answer = bring(browser, content)
    assert answer.status_code == 409
    assert any(words in answer.content.decode() for words in said.split("|"))
    assert not Import.objects.exists()
    assert not list((uploads / "imports").glob("*"))


def test_a_zip_with_one_table_is_read(browser):
    assert "1 Feb 1998" in bring(browser, packed(a__csv=OLD.decode())).content.decode()


def test_a_file_that_is_too_large_is_refused_with_the_limit(browser, settings):
    settings.UPLOAD_MAX_BYTES = 10
    answer = bring(browser, OLD)
    assert answer.status_code == 409
    assert "manage.py load purchases" in answer.content.decode()


def test_a_full_disk_refuses_the_upload(browser, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile._TemporaryFileWrapper.write", full, raising=False)
    answer = bring(browser, OLD)
    assert answer.status_code == 409
    assert "The disk is full" in answer.content.decode()


def test_only_those_who_may_import_come_in(client, as_, company, sam, nils):
    assert client.get("/imports/").status_code == 302
    assert as_(sam).get("/imports/").status_code == 403
    assert as_(nils).post("/imports/").status_code == 403


def test_a_file_newer_than_the_day_one_looks_at_offers_its_own_day(browser, company):
    bring(browser, OLD)
    of = Import.objects.get()
    browser.post(f"/imports/{of.pk}/columns/", chosen(of, take="1"))
    company.as_of = date(1997, 12, 31)
    company.save()
    page = worked_off(browser, of)
    assert "You look at the company as of 31 December 1997" in page
    assert "Look at the company as of 30 June 1998" in page
