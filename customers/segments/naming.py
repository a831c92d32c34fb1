"""What a segment is called for a reader, and whether its rule is told to them.

A rule may name anybody, so it is not told to those who see only their own customers. A name that
says a kind of relationship which the reader may not see by name is not told either: beside a
customer it would say what they are held for. Only where the rule itself is told does it stay, as it
is about something else then; and whoever chose it, not through a key, knows it (docs/segments.md).
"""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from customers.models import Segment
from customers.segments.fields import FIELDS, Reader, choices_of
from customers.segments.reading import read
from customers.segments.rule import Group, Malformed
from relcrm.base import roles


def rule_of(segment: Segment, reader: Reader) -> Group | None:
    """The rule as this reader may ask it; None when it asks what is not for them, or asks for
    something that is no longer there."""
    try:
        return read(segment.rule, reader=reader)
    except Malformed:
        return None


def is_withheld(segment: Segment, reader: Reader) -> bool:
    """Whether nothing of it but its name is for this reader: who is in it would tell too much."""
    return not segment.is_list and rule_of(segment, reader) is None


def tells_rules(reader: Reader) -> bool:
    return reader.may("see_everyone")


def name_of(segment: Segment, reader: Reader) -> str | None:
    """None where it is not to be told."""
    is_own = reader.who is not None and segment.created_by_id == reader.who
    if is_own or not says_what_is_veiled(segment.name, reader):
        return segment.name
    is_told = tells_rules(reader) and not segment.is_list and not is_withheld(segment, reader)
    return segment.name if is_told else None


def in_order(segments: Iterable[Segment], reader: Reader) -> list[Segment]:
    """By name, as they come; those without one for this reader last, as their place would tell."""
    return sorted(segments, key=lambda each: name_of(each, reader) is None)


def called(segment: Segment, reader: Reader) -> str:
    """Its name, or its number in the place of it."""
    if (name := name_of(segment, reader)) is not None:
        return name
    words: Any = _("List %d") if segment.is_list else _("Segment %d")
    return str(words % segment.pk)


def says_what_is_veiled(name: str, reader: Reader) -> bool:
    """Whether these words say a kind of relationship that this reader may not see by name."""
    if "veiled words" not in reader.known:
        reader.known["veiled words"] = _veiled_words(reader)
    pattern: re.Pattern[str] | None = reader.known["veiled words"]
    return pattern is not None and pattern.search(name) is not None


def _veiled_words(reader: Reader) -> re.Pattern[str] | None:
    """Choices that others have and this reader has not, by word or code, in any number."""
    everything, hidden = Reader(frozenset(roles.TABLE)), set()
    for field in FIELDS.values():
        if field.veil is None or field.choices is None:
            continue
        mine = choices_of(field, reader) or {}
        for key, words in (choices_of(field, everything) or {}).items():
            if key not in mine:
                hidden |= {rf"{re.escape(key)}\b", re.escape(str(words).removesuffix("y"))}
    return re.compile(rf"\b({'|'.join(sorted(hidden))})", re.IGNORECASE) if hidden else None
