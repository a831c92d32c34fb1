"""Reading files of transactions: returns, lines of orders, and faults told by row and column."""

from pathlib import Path

import pytest

from relationships.engine.evaluation.validity.file import BadFile, Columns, read_transactions

AMOUNTS = Columns("who", "on", amount="paid")
LINES = Columns("who", "on", quantity="n", price="each", order="bill")


def written(folder: Path, text: str) -> Path:
    path = folder / "sales.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_rows_become_days_and_amounts_and_a_minus_is_a_return(tmp_path: Path) -> None:
    found = read_transactions(
        written(
            tmp_path, "who,on,paid\nB,1970-01-02,3.50\nA,1970-01-03T23:59:00,-2\n,1970-01-03,9\n"
        ),
        AMOUNTS,
    )
    assert found.rows.to_dict("list") == {
        "customer": [1, 0], "day": [1, 2], "kind": ["purchase", "return"], "amount": [3.5, 2.0],
    }  # fmt: skip
    assert found.left_out == 1


def test_lines_of_one_bill_are_one_order_and_a_c_is_a_credit_note(tmp_path: Path) -> None:
    text = "who,on,n,each,bill\nA,1970-01-02,2,1.5,7\nA,1970-01-02,1,4,7\nA,1970-01-05,1,4,C8\n"
    found = read_transactions(written(tmp_path, text), LINES)
    assert found.rows.values.tolist() == [[0, 1, "purchase", 7.0], [0, 4, "return", 4.0]]


def test_the_first_country_that_the_file_says_of_somebody_is_theirs(tmp_path: Path) -> None:
    text = "who,on,paid,land\nB,1970-01-02,1,\nA,1970-01-02,1,IE\nB,1970-01-03,1,FR\n"
    text += "A,1970-01-03,1,DE\nC,1970-01-03,1,\n"
    found = read_transactions(written(tmp_path, text), Columns("who", "on", "paid", country="land"))
    assert found.countries.to_dict() == {0: "IE", 1: "FR", 2: ""}
    assert read_transactions(written(tmp_path, text), AMOUNTS).countries.empty


def test_a_column_of_kinds_is_read_and_other_kinds_are_left_out(tmp_path: Path) -> None:
    text = "who,on,paid,what\nA,1970-01-02,2,Purchase\nA,1970-01-03,1,refund\nA,1970-01-04,,visit\n"
    found = read_transactions(written(tmp_path, text), Columns("who", "on", "paid", kind="what"))
    assert found.rows["kind"].tolist() == ["purchase", "return"]
    assert found.left_out == 1


@pytest.mark.parametrize(
    ("text", "columns", "message"),
    [
        ("", AMOUNTS, "not a CSV file"),
        ("who,on,paid\nA,1997-01-01,1\n", Columns("who", "on", amount="price"),
         "no column 'price' for --amount; the file has: who, on, paid"),
        ("who,on,paid\nA,1997-01-01,1\n", Columns("who", "on"), "Say which column is the amount"),
        ("who,on,paid\nA,1997-01-01,1\nB,31.1.97,2\n", AMOUNTS,
         r"Row 3, column 'on': '31.1.97' is not a day; write it like 1997-09-30"),
        ("who,on,paid\nA,1997-01-01,1\nB,1997-01-02,2 EUR\nC,1997-01-02,\n", AMOUNTS,
         r"Row 3, column 'paid': '2 EUR' is not a number.*and 1 more like it"),
        ("who,on,paid\n,1997-01-01,1\n", AMOUNTS, "No row .* has a customer in the column 'who'"),
        ("who,on,paid,what\nA,1997-01-01,1,visit\n", Columns("who", "on", "paid", kind="what"),
         "No row is a purchase; the column for --kind says: visit"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_told_by_row_and_column(
    tmp_path: Path, text: str, columns: Columns, message: str
) -> None:
    with pytest.raises(BadFile, match=message):
        read_transactions(written(tmp_path, text), columns)


def test_a_file_that_is_not_there_or_not_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"no file .*missing\.csv"):
        read_transactions(tmp_path / "missing.csv", AMOUNTS)
    (tmp_path / "sheet.csv").write_bytes(b"who,on,paid\n\xff\xfe,1,2\n")
    with pytest.raises(BadFile, match="not UTF-8"):
        read_transactions(tmp_path / "sheet.csv", AMOUNTS)


def test_money_of_several_currencies_is_refused_by_name(tmp_path: Path) -> None:
    text = "who,on,paid,Currency\nB,1970-01-02,3.50,{}\nA,1970-01-03,2,USD\n"
    with pytest.raises(BadFile, match="'Currency' names several currencies .EUR, USD"):
        read_transactions(written(tmp_path, text.format("eur")), AMOUNTS)
    for same in ("usd", ""):
        assert len(read_transactions(written(tmp_path, text.format(same)), AMOUNTS).rows) == 2
