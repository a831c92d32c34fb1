"""The rows of a file, streamed: memory holds some thousands of them, whatever its size."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TextIO

from customers.intake.source import Dialect, opened, text
from relcrm.lib.refusals import Refused

LONGEST_LINE = 1_000_000  # characters; a line beyond this has lost its line ends
LONGEST_FIELD = 131_072
CHUNK = 20_000
# Zeros, and what is left of bytes that the encoding does not know.
UNREADABLE = re.compile("[\0\ud800-\udfff\ufffd]")
Row = list[str]


@dataclass
class Chunk:
    """Rows of one width, and those that are not: (row number, why)."""

    first: int  # number of the first row; 1 is the first below the header
    rows: list[Row]
    numbers: Sequence[int]
    ragged: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Table:
    """An open file: its header, its rows, and how much of it was read."""

    header: list[str]
    chunks: Iterator[Chunk]
    bytes_read: Callable[[], int]


@contextmanager
def table(path: Path, dialect: Dialect, size: int = CHUNK) -> Iterator[Table]:
    """Open a file by its dialect. Refuses what has no header or too long a line."""
    with opened(path, dialect.compression) as (unpacked, bytes_read):
        stream = text(unpacked, dialect.encoding)  # held here: it closes the file when it goes
        reader = csv.reader(_lines(stream), delimiter=dialect.delimiter)
        rows = _named_errors(reader)
        header = next(rows, None)
        if not header:
            raise Refused("The file is empty.")
        if not dialect.has_header:
            rows, header = _before(header, rows), [f"column {n}" for n in range(1, len(header) + 1)]
        header = _distinct([name.strip() for name in header])
        yield Table(header, _chunks(rows, len(header), size), bytes_read)


def _before(first: Row, rows: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rows


def _lines(stream: TextIO) -> Iterator[str]:
    while line := stream.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            raise Refused(
                "A line of the file is longer than a million characters; "
                "save it with one row a line."
            )
        yield line


def _named_errors(reader: Iterator[Row]) -> Iterator[Row]:
    """Rows that hold anything; an open quotation mark swallows the rest, so it is an error."""
    number = 0
    try:
        for row in reader:
            number += 1
            if row and (len(row) > 1 or row[0].strip()):
                yield row
    except csv.Error as problem:
        raise Refused(
            f"The file cannot be read beyond row {number}: a quotation mark there "
            f"is never closed, or one field is longer than {LONGEST_FIELD:,} characters."
        ) from problem


def _distinct(names: list[str]) -> list[str]:
    """Every column gets a name of its own: blanks are counted, doubles numbered."""
    seen: dict[str, int] = {}
    distinct = []
    for at, name in enumerate(names, 1):
        name = name or f"column {at}"
        seen[name] = seen.get(name, 0) + 1
        distinct.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return distinct


def _chunks(rows: Iterator[Row], width: int, size: int) -> Iterator[Chunk]:
    first = 1
    while taken := list(islice(rows, size)):
        numbers: Sequence[int] = range(first, first + len(taken))
        wrong = [at for at, row in enumerate(taken) if len(row) != width or _unreadable(row)]
        if wrong:
            yield _without(taken, wrong, numbers, width)
        else:
            yield Chunk(first, taken, numbers)
        first += len(taken)


def _unreadable(row: Row) -> bool:
    return bool(UNREADABLE.search("".join(row)))


def _without(taken: list[Row], wrong: list[int], numbers: Sequence[int], width: int) -> Chunk:
    """Spare cells at the end that are empty are no fault; everything else is named."""
    ragged, out = [], set()
    for at in wrong:
        row = taken[at]
        if _unreadable(row):
            ragged.append((numbers[at], "has characters that its encoding does not know"))
            out.add(at)
        elif len(row) > width and not any(cell.strip() for cell in row[width:]):
            taken[at] = row[:width]
        else:
            ragged.append((numbers[at], f"has {len(row)} cells, the header has {width}"))
            out.add(at)
    kept = [at for at in range(len(taken)) if at not in out]
    return Chunk(numbers[0], [taken[at] for at in kept], [numbers[at] for at in kept], ragged)
