"""`manage.py load purchases FILE`: facts of real files come back, and twice is once."""

import gzip
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from customers.models import Customer, Identity, Import, ImportProblem, Interaction, OrderLine
from relcrm.base.models import AuditLine, Company

DATA = Path(__file__).parent.parent / "data"
RETAIL = (
    "customer=customer_id,date=invoiced_at,quantity=quantity,price=unit_price,"
    "order=invoice,product=stock_code"
)


def load(file: Path, mapping: str = "", **options: object) -> dict[str, str]:
    """The summary as {first word: rest}; words that come twice keep their last."""
    out = StringIO()
    call_command("load", "purchases", file, map=mapping, stdout=out, stderr=StringIO(), **options)
    return dict(line.split(None, 1) for line in out.getvalue().splitlines())


def write(folder: Path, text: str, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


@pytest.mark.slow  # 69,659 purchases, twice
def test_cdnow_comes_in_whole_and_twice_is_once(company):
    mapping = "customer=customer_id,date=date,amount=amount"
    said = load(DATA / "cdnow_master.csv.gz", mapping)
    assert (said["customers"], said["purchases"], said["returns"]) == ("23570", "69659", "0")
    assert Customer.objects.count() == 23_570
    assert Interaction.objects.filter(amount=0).count() == 80
    again = load(DATA / "cdnow_master.csv.gz", mapping)
    assert again["stored"] == "0 new, 0 changed, 69659 known already"
    assert (Customer.objects.count(), Interaction.objects.count()) == (23_570, 69_659)


def test_invoice_lines_become_purchases_and_credit_notes_returns(company):
    said = load(DATA / "online_retail_cut.csv.gz", RETAIL)
    assert said["rows"] == "5000"
    assert (said["customers"], said["purchases"], said["returns"]) == ("197", "248", "29")
    assert said["revenue"] == "89173.09"
    assert said["skipped"] == "1205 rows: has no customer"
    assert OrderLine.objects.count() == 3_795
    note = Interaction.objects.get(source_id="C536379")
    assert (note.kind, note.amount, note.lines.get().quantity) == ("return", Decimal("27.50"), 1)
    first = Interaction.objects.get(source_id="536365")
    assert (first.amount, first.lines.count()) == (Decimal("139.12"), 7)
    assert ImportProblem.objects.count() == 1_205
    again = load(DATA / "online_retail_cut.csv.gz", RETAIL)
    assert again["stored"] == "0 new, 0 changed, 277 known already"
    assert OrderLine.objects.count() == 3_795


def test_the_columns_of_both_files_are_recognised_without_a_map(company):
    assert load(DATA / "online_retail_cut.csv.gz")["purchases"] == "248"
    assert Import.objects.get().mapping == {
        "date": "invoiced_at", "customer": "customer_id", "order": "invoice",
        "quantity": "quantity", "price": "unit_price", "product": "stock_code",
    }  # fmt: skip


def test_old_data_can_be_looked_at_as_of_their_newest_day(company, tmp_path):
    file = write(tmp_path, "customer,date,amount\n1,1998-06-29,5\n1,1998-06-30,5\n")
    said = load(file)
    assert "--as-of newest" in said["The"]
    load(file, as_of="newest")
    assert Company.objects.get().as_of == date(1998, 6, 30)
    assert AuditLine.objects.get(verb="company.as_of_set").detail["after"] == "1998-06-30"
    load(file, as_of="1998-06-29")
    assert Company.objects.get().as_of == date(1998, 6, 29)


def test_lines_of_one_order_may_be_spread_over_the_file(company, tmp_path):
    rows = ["order,customer,date,quantity,price"]
    rows += [f"{number % 50},c{number % 50 % 7},2026-01-{1 + number % 50 % 7:02},1,2.00"
             for number in range(500)]  # fmt: skip
    said = load(write(tmp_path, "\n".join(rows)))
    assert (said["purchases"], said["revenue"]) == ("50", "1000.00")
    assert set(Interaction.objects.values_list("amount", flat=True)) == {Decimal(20)}


def test_equal_rows_without_order_numbers_stay_two_purchases(company, tmp_path):
    file = write(tmp_path, "customer,date,amount\n1,2026-01-05,9.99\n1,2026-01-05,9.99\n")
    load(file)
    load(file)
    assert Interaction.objects.count() == 2


def test_an_order_number_used_for_two_customers_stays_two_purchases(company, tmp_path):
    text = "order,customer,date,amount\n7,a,2026-01-05,1\n7,b,2026-01-05,2\n8,a,2026-01-06,3\n"
    said = load(write(tmp_path, text))
    assert (said["purchases"], said["order"][-1]) == ("3", "1")


def test_negative_amounts_quantities_and_kinds_are_returns(company, tmp_path):
    load(write(tmp_path, "customer,date,amount\n1,2026-01-05,-4\n", "a.csv"))
    text = "customer,date,order,quantity,price\n1,2026-01-05,A1,2,3\n1,2026-01-05,A1,-1,3\n"
    load(write(tmp_path, text, "b.csv"))
    load(write(tmp_path, "customer,date,amount,type\n1,2026-01-05,4,Refund\n", "c.csv"))
    assert list(Interaction.objects.order_by("id").values_list("kind", "amount")) == [
        ("return", 4), ("purchase", 6), ("return", 3), ("return", 4),
    ]  # fmt: skip


def test_amounts_in_another_currency_need_a_rate(company, tmp_path):
    text = "customer,date,amount,currency\n1,2026-01-05,10,EUR\n1,2026-01-06,10,USD\n"
    said = load(write(tmp_path, text))
    assert said["skipped"] == "1 rows: is not the company's currency (EUR)"
    load(write(tmp_path, text), rate=["USD=0.9"])
    dollars = Interaction.objects.get(currency="USD")
    assert (dollars.amount, dollars.original_amount, dollars.rate) == (9, 10, Decimal("0.9"))


def test_customers_known_by_mail_are_recognised_again(company, tmp_path):
    text = "email;Datum;Betrag\nAnn@x.at;05.01.2026;1.234,50\nann@X.at;31.01.2026;2,25\n"
    said = load(write(tmp_path, text))
    assert (said["customers"], said["revenue"]) == ("1", "1236.75")
    assert Customer.objects.get().email == "ann@x.at"
    assert Identity.objects.get().kind == "email"


def test_a_column_that_is_not_there_is_named_with_those_that_are(company, tmp_path):
    file = write(tmp_path, "who,date,amount\n1,2026-01-05,4\n")
    with pytest.raises(CommandError, match="no column “kunde” for customer. It has “who”, “date”"):
        load(file, "customer=kunde,date=date,amount=amount")
    assert not Interaction.objects.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("customer,date,amount\n", "no rows below"),
        ("a,b\n1,2\n", "which column is the customer"),
        ("customer,date,amount\n1,soon,4\n2,later,5\n", "“date” is no date (“soon”)"),
        ("customer,date,amount\n1,2096-01-05,4\n", "lies in the future"),
        ("customer,date,amount\n1,01/02/2026,4\n", "--date-order dmy or mdy"),
        ('customer,date,amount\n1,2026-01-05,4\n2,"2026' + "x" * 140_000, "never closed"),
    ],
)
def test_a_file_that_cannot_work_says_why_and_leaves_nothing(company, tmp_path, text, said):
    with pytest.raises(CommandError) as refusal:
        load(write(tmp_path, text), date_order="" if "01/02" in text else "ymd")
    assert said in str(refusal.value)
    assert not Interaction.objects.exists()
    assert not Customer.objects.exists()


def test_a_missing_file_and_a_malformed_map_are_named(company, tmp_path):
    with pytest.raises(CommandError, match=r"no file nowhere\.csv"):
        load(tmp_path / "nowhere.csv")
    with pytest.raises(CommandError, match="write name=value, not “customer”"):
        load(write(tmp_path, "a,b\n1,2\n"), "customer")


def test_bad_rows_are_named_and_good_rows_taken(company, tmp_path):
    text = (
        "customer,date,amount\n1,2026-01-05,4\n2,2026-13-05,4\n3,2026-01-05,much\n4,2026-01-05\n"
        ",2026-01-05,4\n5,2096-01-05,4\n6,2026-01-05,\n7,2026-01-06,1e999\n"
    )
    said = load(write(tmp_path, text))
    assert said["purchases"] == "1"
    problems = ImportProblem.objects.values_list("row", "column", "value", "reason")
    assert list(problems) == [
        (2, "date", "2026-13-05", "is no date"),
        (3, "amount", "much", "is no number"),
        (4, "", "", "has 2 cells, the header has 3"),
        (5, "customer", "", "has no customer"),
        (6, "date", "2096-01-05", "lies in the future"),
        (7, "amount", "", "is empty"),
        (8, "amount", "1e999", "is no number"),
    ]
    assert all(ImportProblem.objects.values_list("remedy", flat=True))


def test_a_packed_file_in_utf_16_without_header_is_read(company, tmp_path):
    path = tmp_path / "file.txt.gz"
    path.write_bytes(gzip.compress("7\t19970101\t12.50\n8\t19970113\t3\n".encode("utf-16")))
    said = load(path, "customer=column 1,date=column 2,amount=column 3")
    assert (said["customers"], said["revenue"]) == ("2", "15.50")
