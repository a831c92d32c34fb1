"""What a file is: its compression, encoding, delimiter and header, found out from its beginning."""

import codecs
import csv
import gzip
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any, TextIO

from customers.intake.numbers import looks_like_number
from relcrm.lib.refusals import Refused

SAMPLE_BYTES = 256 * 1024
# Tables shrink to a tenth, some to a fiftieth; what shrinks to less was made to fill our disk.
MOST_TIMES = 200
HARMLESS_BYTES = 64 * 1024 * 1024
DELIMITERS = (",", ";", "\t", "|")
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
SAVE_AS = "Save it as CSV (comma separated, UTF-8) and bring that file."
# The first bytes of files that people take for tables.
OTHERS = {
    b"%PDF": "This is a PDF, not a table.",
    b"\xd0\xcf\x11\xe0": "This is an old Excel workbook (.xls).",
    b"\x89PNG": "This is a picture.",
    b"\xff\xd8\xff": "This is a picture.",
    b"SQLite format 3": "This is a database file.",
    b"PAR1": "This is a Parquet file.",
    b"7z\xbc\xaf": "This is a 7-Zip archive.",
    b"Rar!": "This is a RAR archive.",
}


@dataclass(frozen=True)
class Dialect:
    """How the text of a file is written."""

    compression: str = ""  # "", "gzip" or "zip"
    encoding: str = "utf-8"
    delimiter: str = ","
    has_header: bool = True

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Bounded(io.BufferedIOBase):
    """What comes out of an archive, while it is in proportion to what went in."""

    def __init__(self, unpacked: IO[bytes], packed_bytes: int) -> None:
        self.unpacked = unpacked
        self.left = max(MOST_TIMES * packed_bytes, HARMLESS_BYTES)

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        read = self.unpacked.read(-1 if size is None else size)
        self.left -= len(read)
        if self.left < 0:
            raise Refused(
                f"This archive unpacks to more than {MOST_TIMES} times its size. No table does; "
                "bring the file unpacked if it is one."
            )
        return read

    def read1(self, size: int = -1, /) -> bytes:
        return self.read(size if size > 0 else 1 << 16)


@contextmanager
def opened(path: Path, compression: str) -> Iterator[tuple[IO[bytes], Callable[[], int]]]:
    """The unpacked bytes of a file, and how many of the packed ones were read so far."""
    try:
        with path.open("rb") as packed:
            if compression == "gzip":
                with gzip.GzipFile(fileobj=packed) as unpacked:
                    yield Bounded(unpacked, path.stat().st_size), packed.tell
            elif compression == "zip":
                with zipfile.ZipFile(packed) as archive, archive.open(_only(archive)) as member:
                    yield Bounded(member, path.stat().st_size), packed.tell
            else:
                yield packed, packed.tell
    except FileNotFoundError as problem:
        raise Refused(f"There is no file {path.name}; check the path.") from problem
    except IsADirectoryError as problem:
        raise Refused(f"{path.name} is a folder; name one file in it.") from problem
    except PermissionError as problem:
        raise Refused(f"{path.name} may not be read; give yourself the right to.") from problem
    except (gzip.BadGzipFile, EOFError, zipfile.BadZipFile, zipfile.zlib.error) as problem:
        raise Refused(
            "The compressed file is damaged or cut short; bring it again, or unpacked."
        ) from problem


def text(bytes_: IO[bytes], encoding: str) -> TextIO:
    """The file as text. Bytes that the encoding does not know become lone surrogates, so that
    the row they stand in can be named instead of losing the whole file."""
    errors = "replace" if encoding == "utf-16" else "surrogateescape"
    name = "utf-8-sig" if encoding == "utf-8" else encoding
    return io.TextIOWrapper(bytes_, encoding=name, errors=errors, newline="")


def recognised(path: Path, **overrides: Any) -> Dialect:
    """The file's dialect; what the user says (`encoding=`, `delimiter=`) is not guessed."""
    compression = _compression(path)
    with opened(path, compression) as (unpacked, _):
        head = unpacked.read(SAMPLE_BYTES)
    _refuse_other_kinds(head)
    known = {name: value for name, value in overrides.items() if value not in (None, "")}
    encoding = known_encoding(known["encoding"]) if "encoding" in known else _encoding(head)
    sample = text(io.BytesIO(head), encoding).read()
    if not sample.strip():
        raise Refused("The file is empty.")
    delimiter = known.get("delimiter") or _delimiter(sample)
    dialect = Dialect(compression, encoding, _one_mark(delimiter))
    has_header = known.get("has_header", _has_header(sample, dialect.delimiter))
    return replace(dialect, has_header=has_header)


# Python's names of encodings where the page's list has another.
CALLED = {"utf-8-sig": "utf-8", "iso8859-1": "latin-1"}


def known_encoding(name: str) -> str:
    try:
        found = codecs.lookup(name).name
    except LookupError as problem:
        raise Refused(
            f"“{name}” is not an encoding we know; try utf-8, utf-16 or cp1252."
        ) from problem
    return CALLED.get(found, found)


def _one_mark(delimiter: str) -> str:
    names = {name: mark for mark, name in DELIMITER_NAMES.items()} | {"\\t": "\t"}
    mark = names.get(delimiter, delimiter)
    if len(mark) != 1 or mark in '"\r\n':
        raise Refused("The delimiter is one character: , ; | or tab.")
    return mark


def _compression(path: Path) -> str:
    with opened(path, "") as (raw, _):
        start = raw.read(4)
    if start.startswith(b"\x1f\x8b"):
        return "gzip"
    return "zip" if start.startswith(b"PK\x03\x04") else ""


def _only(archive: zipfile.ZipFile) -> str:
    names = [name for name in archive.namelist() if not name.endswith("/")]
    if "[Content_Types].xml" in names:
        raise Refused(f"This is an Excel workbook. {SAVE_AS}")
    if "mimetype" in names:
        raise Refused(f"This is an office document. {SAVE_AS}")
    names = [name for name in names if not name.startswith("__MACOSX/")]
    if len(names) != 1:
        raise Refused(f"The archive holds {len(names)} files; bring one table at a time.")
    if archive.getinfo(names[0]).flag_bits & 1:
        raise Refused("The archive is locked with a password; bring the file unpacked.")
    return names[0]


def _refuse_other_kinds(head: bytes) -> None:
    if not head:
        raise Refused("The file is empty.")
    for start, what in OTHERS.items():
        if head.startswith(start):
            raise Refused(f"{what} {SAVE_AS}")


def _encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    nulls = head[:4096].count(0)
    if nulls:
        return _encoding_with_nulls(head[:4096])
    try:
        # The sample may end inside a character, so the end is left open.
        codecs.getincrementaldecoder("utf-8")().decode(head, final=False)
        return "utf-8"
    except UnicodeDecodeError:
        pass
    undefined = set(head) & {0x81, 0x8D, 0x8F, 0x90, 0x9D}
    return "latin-1" if undefined else "cp1252"


def _encoding_with_nulls(head: bytes) -> str:
    """UTF-16 without its mark has a zero in nearly every other byte; anything else is no text."""
    half = len(head) / 2
    if head[1::2].count(0) > 0.7 * half:
        return "utf-16-le"
    if head[0::2].count(0) > 0.7 * half:
        return "utf-16-be"
    raise Refused(f"This file is not text. {SAVE_AS}")


def first_rows(sample: str, delimiter: str, count: int = 50) -> list[list[str]]:
    """Complete rows from the beginning of a text; blank ones are left out."""
    lines = sample.splitlines(keepends=True)
    if len(lines) > 1 and len(sample) >= SAMPLE_BYTES // 2:
        lines.pop()  # it may be cut
    rows = []
    try:
        for row in csv.reader(lines, delimiter=delimiter):
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) == count:
                break
    except csv.Error:
        pass  # an open quotation mark: the rows before it are enough to recognise by
    return rows


def _delimiter(sample: str) -> str:
    """The mark that cuts the first rows most evenly into most pieces."""

    def evenness(mark: str) -> tuple[float, int]:
        widths = [len(row) for row in first_rows(sample, mark)]
        usual = max(set(widths), key=widths.count, default=1)
        return (widths.count(usual) / len(widths) if usual > 1 else 0.0), usual

    best = max(DELIMITERS, key=evenness)
    return best if evenness(best)[1] > 1 else ","


def _has_header(sample: str, delimiter: str) -> bool:
    """A first row without any number, where later rows have some, names the columns."""
    rows = first_rows(sample, delimiter, 20)
    return not any(looks_like_number(cell) for cell in rows[0]) if rows else True
