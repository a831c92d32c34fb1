"""Tables as CSV that a spreadsheet opens safely: RFC 4180, UTF-8, no cell runs as a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

# The full-width forms too: set to Japanese or Chinese, a spreadsheet reads them as the others.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
MARK = "\ufeff"  # spreadsheets read the file as UTF-8 when it begins with this


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The file line by line, so that it can be streamed however long it is."""
    writer: Any = csv.writer(_Echo())
    yield MARK + writer.writerow(header)
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def harmless(cell: Any) -> Any:
    """Text that a spreadsheet would run as a formula, with an apostrophe before it."""
    is_formula = isinstance(cell, str) and cell.startswith(FORMULA_STARTS)
    return f"'{cell}" if is_formula else cell
