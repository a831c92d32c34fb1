"""Numbers as people write them: 1,234.50 and 1.234,50, with a currency sign, in brackets."""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

PLAIN = re.compile(r"[+-]?\d+(\.\d+)?")
LOOSE = re.compile(r"[+-]?[\d.,]*\d[\d.,]*")
GROUPED = re.compile(r"[+-]?\d{1,3}([.,]\d{3})+")
# Signs that stand beside a number and say nothing about its size.
NOISE = re.compile(r"[\s\u00a0\u202f'’€$£¥]|\b[A-Z]{3}\b")
LARGEST = Decimal(10) ** 11  # beyond this it is no amount of money but a phone number


class NotANumber(ValueError):
    """The text is no number."""


def looks_like_number(text: str) -> bool:
    return bool(LOOSE.fullmatch(_bare(text)))


def _bare(text: str) -> str:
    """Without signs of currency and space; (12) and 12- are negative."""
    text = NOISE.sub("", text.replace("\N{MINUS SIGN}", "-").strip())
    if text.startswith("(") and text.endswith(")"):
        return "-" + text[1:-1]
    return "-" + text[:-1] if text.endswith("-") and len(text) > 1 else text


def number(text: str, decimal: str = ".") -> Decimal:
    """The number that `text` says; `decimal` is the mark before the fraction."""
    if decimal == "." and PLAIN.fullmatch(text):
        return _within(Decimal(text))
    bare = _bare(text)
    thousands = "," if decimal == "." else "."
    if thousands in bare and bare.find(thousands) > bare.find(decimal) > -1:
        raise NotANumber(text)
    bare = bare.replace(thousands, "").replace(decimal, ".")
    if not PLAIN.fullmatch(bare) and not re.fullmatch(r"[+-]?\d*\.\d+|[+-]?\d+\.", bare):
        raise NotANumber(text)
    try:
        return _within(Decimal(bare))
    except InvalidOperation as problem:
        raise NotANumber(text) from problem


def _within(value: Decimal) -> Decimal:
    if abs(value) >= LARGEST:
        raise NotANumber(str(value))
    return value


def decimal_mark(texts: Iterable[str], delimiter: str = ",") -> str:
    """ "." or ",": which of them stands before fractions in these numbers.

    A mark followed by anything but three digits, or the later of two, is decimal. Where every
    number could be grouped thousands ("1,234"), the delimiter decides: people whose files are
    cut by semicolons write the comma before fractions.
    """
    votes = {".": 0, ",": 0}
    doubtful = False
    for text in texts:
        bare = _bare(text)
        last = max(bare.rfind("."), bare.rfind(","))
        if last < 0:
            continue
        mark = bare[last]
        other = "," if mark == "." else "."
        if other in bare:
            votes[mark] += 1
        elif bare.count(mark) > 1:
            votes[other] += 1
        elif GROUPED.fullmatch(bare):
            doubtful = doubtful or mark == ","
        else:
            votes[mark] += 1
    if votes[","] != votes["."]:
        return max(votes, key=votes.__getitem__)
    return "," if doubtful and delimiter == ";" else "."
