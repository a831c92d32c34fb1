"""A data scientist checks the models of buying on a file of their own, or on the company's past."""

import csv
import gzip
import json
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from customers.models import Interaction
from tests.conftest import NOW, TODAY
from tests.engine.value.conftest import DATA

COLUMNS = ["--customer", "sample_id", "--date", "date", "--amount", "amount"]
SAMPLE = ["--file", str(DATA / "cdnow_sample.csv.gz"), *COLUMNS]


def evaluated(*options: str) -> str:
    out = StringIO()
    call_command("evaluate", "value", *options, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """CDNOW's first 120 customers as a file, with their returns put in."""
    path = tmp_path_factory.mktemp("files") / "few.csv"
    with gzip.open(DATA / "cdnow_sample.csv.gz", "rt") as lines, path.open("w") as out:
        rows = [row for row in csv.DictReader(lines) if int(row["sample_id"]) <= 120]
        writer = csv.writer(out)
        writer.writerow(["who", "on", "paid"])
        writer.writerows([row["sample_id"], row["date"], row["amount"]] for row in rows)
        writer.writerow([rows[0]["sample_id"], "1997-12-24", "-20.00"])
    return ["--file", str(path), "--customer", "who", "--date", "on", "--amount", "paid"]


@pytest.mark.slow  # every model of the whole sample: the published figures, for all to print
@pytest.mark.django_db
def test_the_published_figures_come_out_of_the_published_file():
    text = evaluated(*SAMPLE, "--split", "1997-09-30")
    for printed in (
        "946 of them again",
        "BG/NBD: r 0.24259  alpha 4.41360  a 0.79292  b 2.42591  log-likelihood -9582.429",
        "Pareto/NBD: r 0.55328  alpha 10.57768  s 0.60624  beta 11.66874  log-likelihood -9594.976",
        "standard errors 0.0476  0.8427  0.1873  6.2119",
        "Gamma-Gamma, repeat purchases only: p 6.24957  q 3.74422  gamma 15.44352  "
        "log-likelihood -4055.918",
        "1,882 days with a purchase",
        "Chosen before the split: Pareto/NBD, corrected by",
    ):
        assert printed in text
    assert re.search(r"^  Gamma-Gamma p .+  log-likelihood -[\d.]+  \(maximum", text, re.MULTILINE)
    rates = [line.split() for line in text.splitlines() if line.startswith("  Past rate")]
    before, after = rates[1:]
    assert before[2:4] == ["+206.5", "%"]
    assert after[2:4] == ["+193.0", "%"]


@pytest.mark.django_db
def test_a_small_file_is_checked_too(few):
    found = json.loads(evaluated(*few, "--json"))
    assert (found["customers"], found["first_on"]) == (120, "1997-01-01")
    # Without --split the second half of a short history is forecast.
    assert found["split_on"] == "1997-09-26"
    holdout = found["holdout"]
    assert holdout["chosen"] in holdout["models"]["models"]
    assert {record["line"]["model"] for record in holdout["records"]} >= {"NBD", "Past rate"}
    assert {"BG/NBD", "Gamma-Gamma, repeat purchases only"} <= found["maximum_likelihood"].keys()
    days = found["purchase_days"]
    assert days == json.loads(evaluated(*few, "--json", "--split", "1997-10-01"))["purchase_days"]


@pytest.mark.django_db
def test_without_amounts_purchases_are_checked_and_nothing_is_said_of_money(few):
    text = evaluated(*few[:-2], "--split", "1997-09-30")
    paid = evaluated(*few, "--split", "1997-09-30")
    assert "Nothing is said of money" in text
    assert not [line for line in text.splitlines()[:-1] if re.search("(?i)spen[dt]|Gamma-", line)]
    rate = [line for line in text.splitlines() if line.startswith("  BG/NBD: r")]
    assert rate == [line for line in paid.splitlines() if line.startswith("  BG/NBD: r")]
    told = json.loads(evaluated(*few[:-2], "--split", "1997-09-30", "--json"))
    assert told["has_money"] is False
    assert "spend" not in json.dumps(told)


@pytest.mark.django_db
def test_nothing_after_the_as_of_day_is_used(few):
    text = evaluated(*few, "--split", "1997-09-30", "--as-of", "1997-12-29")
    assert "The 12.9 weeks after 1997-09-30" in text


def test_the_companys_own_past_is_checked(company, ada, bo, cyd):
    text = evaluated("--as-of", TODAY.isoformat(), "--split", (TODAY - timedelta(90)).isoformat())
    days = Interaction.objects.filter(kind="purchase").values("customer", "occurred_on").distinct()
    assert f"{days.count()} days with a purchase of 3 customers" in text
    assert "Too little history to learn from yet" in text
    assert "not corrected" in text


def test_a_company_without_purchases_is_told_so(company):
    with pytest.raises(CommandError, match="There are no purchases"):
        evaluated("--as-of", NOW.date().isoformat())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--file", "nowhere.csv", *COLUMNS], "There is no file nowhere.csv"),
        (SAMPLE[:2], "Say which column is the customer"),
        ([*SAMPLE[:2], "--customer", "who", *COLUMNS[2:]], "no column 'who' for --customer"),
        ([*SAMPLE[:6], "--quantity", "quantity"], "Say which column is the amount"),
        ([*SAMPLE, "--date", "quantity"], "Row 2, column 'quantity': '2' is not a day"),
        ([*SAMPLE, "--split", "1999-01-01"], "from 1997-01-01 to 1998-06-29"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(options, said):
    with pytest.raises(CommandError, match=said):
        evaluated(*options)


def of_rows(tmp_path, rows) -> list[str]:
    path = tmp_path / "rows.csv"
    path.write_text("who,on,paid\n" + "\n".join(",".join(map(str, row)) for row in rows) + "\n")
    return ["--file", str(path), "--customer", "who", "--date", "on", "--amount", "paid"]


def spread(amount, customers=60) -> list[tuple]:
    """Eight purchases each, over a year; what is paid may depend on which it is."""
    return [
        (who, f"2024-{1 + (who * n) % 12:02}-{1 + (who + n) % 28:02}", amount(n))
        for who in range(customers)
        for n in range(8)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(who, "2024-01-05", 10) for who in range(50)], "All purchases are of 2024-01-05"),
        ([(1, "2024-01-05", -10), (2, "2024-02-05", -3)], "There are no purchases"),
        ([], "No row of rows.csv has a customer"),
        ([("", "2024-01-05", 10)], "No row of rows.csv has a customer"),
        ([(1, "2024-01-05", "9 EUR"), (2, "2024-02-05", "9 USD")], "'9 EUR' is not a number"),
        ([(1, "2024-13-45", 10)], "'2024-13-45' is not a day"),
        ([(1, "2024-01-05", "ten")], "'ten' is not a number"),
        ([(1, "2024-01-05", "inf")], "is not a number"),
        ([(1, "2024-01-05", 9), (2, "9999-01-05", 9)], "lie after today, the last on 9999-01-05"),
    ],
)
def test_odd_files_end_with_a_plain_word(tmp_path, rows, said):
    with pytest.raises(CommandError, match=said):
        evaluated(*of_rows(tmp_path, rows))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rows",
    [
        [(1, f"2024-01-{day:02}", 10) for day in range(1, 29)],
        spread(lambda n: 0),
        spread(lambda n: 10**9),
        spread(lambda n: 10 if n < 3 else -5000),  # sent back more than was bought
        [(who, day + "T00:00:00+02:00", paid) for who, day, paid in spread(lambda n: 10)],
    ],
    ids=["one customer", "for nothing", "a billion each", "refunds", "midnight"],
)
def test_odd_purchases_are_forecast_with_numbers_only(tmp_path, rows):
    text = evaluated(*of_rows(tmp_path, rows), "--json")

    def no_number(word):
        raise AssertionError(word)

    found = json.loads(text, parse_constant=no_number)
    assert found["holdout"]["records"]
    assert not re.search(r"\b(nan|inf)\b", evaluated(*of_rows(tmp_path, rows)), re.IGNORECASE)


@pytest.mark.django_db
def test_rows_after_the_as_of_day_are_left_out(tmp_path):
    rows = [*spread(lambda n: 10), (1, "9999-01-05", 10)]
    found = json.loads(evaluated(*of_rows(tmp_path, rows), "--as-of", "2024-12-31", "--json"))
    assert found["last_on"] == "2024-12-31"


@pytest.mark.django_db
def test_a_file_of_several_currencies_is_refused_by_name(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("who,on,paid,currency\n1,2024-01-05,9,EUR\n2,2024-02-05,9,USD\n")
    columns = ["--customer", "who", "--date", "on", "--amount", "paid"]
    with pytest.raises(CommandError, match=r"several currencies \(EUR, USD"):
        evaluated("--file", str(path), *columns)
