"""Tables for spreadsheets: no cell runs as a formula, whatever width it is typed in."""

import csv
import io

import pytest

from relcrm.lib.spreadsheets import MARK, harmless, lines


@pytest.mark.parametrize("start", [*"=+-@", *"＝＋－＠", "\t", "\r", "\n"])
def test_a_cell_that_begins_like_a_formula_is_text(start):
    cell = f"{start}HYPERLINK(1)"
    file = "".join(lines(["name"], [[cell]])).removeprefix(MARK)
    (_head, written) = csv.reader(io.StringIO(file, newline=""))
    assert written == [f"'{cell}"]


def test_numbers_and_plain_words_stay_as_they_are():
    assert [harmless(cell) for cell in (-3, 4.5, None, "Ada =", "")] == [-3, 4.5, None, "Ada =", ""]
