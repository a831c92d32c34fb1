"""What can be asked of a value, by its kind: the words, what is compared with, and how."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.segments.fields import Kind, Moment

Holds = Callable[[str, Any, Moment], Q]  # the name of a column or alias, the value, the day


@dataclass(frozen=True, slots=True)
class Operator:
    """One comparison. `shape` says what it compares with; `is_not` turns it round."""

    key: str
    words: str | Promise
    shape: str  # text, texts, number, numbers, date, dates, days, yes_no, choice, choices, nothing
    holds: Holds
    is_not: bool = False


def _lookup(name: str) -> Holds:
    return lambda column, value, moment: Q(**{f"{column}__{name}": value})


def _any_word(column: str, values: list[str], moment: Moment) -> Q:
    found = Q()
    for value in values:
        found |= Q(**{f"{column}__iexact": value})
    return found


def _in_list(column: str, values: list[str], moment: Moment) -> Q:
    """Texts of a JSON list, written as the database writes them."""
    is_ascii = connection.vendor == "sqlite"
    found = Q()
    for value in values:
        found |= Q(**{f"{column}__icontains": json.dumps(value, ensure_ascii=is_ascii)})
    return found


def _between(column: str, value: list[Any], moment: Moment) -> Q:
    return Q(**{f"{column}__gte": value[0], f"{column}__lte": value[1]})


def _lately(column: str, days: int, moment: Moment) -> Q:
    since = moment.as_of - timedelta(days=days)
    return Q(**{f"{column}__gt": since, f"{column}__lte": moment.as_of})


def _long_ago(column: str, days: int, moment: Moment) -> Q:
    return Q(**{f"{column}__lte": moment.as_of - timedelta(days=days)})


def _known(column: str, value: Any, moment: Moment) -> Q:
    return Q(**{f"{column}__isnull": False})


def _filled(column: str, value: Any, moment: Moment) -> Q:
    return Q(**{f"{column}__isnull": False}) & ~Q(**{column: ""})


def _some(column: str, value: Any, moment: Moment) -> Q:
    return Q(**{f"{column}__contains": '"'})


def _presence(holds: Holds) -> list[Operator]:
    return [
        Operator("is_known", _("is known"), "nothing", holds),
        Operator("is_unknown", _("is not known"), "nothing", holds, is_not=True),
    ]


IS, IS_NOT = _("is"), _("is not")
NUMBERS = [
    Operator("is", IS, "number", _lookup("exact")),
    Operator("at_least", _("is at least"), "number", _lookup("gte")),
    Operator("at_most", _("is at most"), "number", _lookup("lte")),
    Operator("between", _("is between"), "numbers", _between),
    *_presence(_known),
]
OPERATORS: dict[Kind, dict[str, Operator]] = {
    kind: {operator.key: operator for operator in operators}
    for kind, operators in {
        Kind.TEXT: [
            Operator("is", IS, "text", _lookup("iexact")),
            Operator("is_not", IS_NOT, "text", _lookup("iexact"), is_not=True),
            Operator("contains", _("contains"), "text", _lookup("icontains")),
            Operator("starts_with", _("begins with"), "text", _lookup("istartswith")),
            Operator("is_any_of", _("is one of"), "texts", _any_word),
            Operator("is_none_of", _("is none of"), "texts", _any_word, is_not=True),
            *_presence(_filled),
        ],
        Kind.CHOICE: [
            Operator("is", IS, "choice", _lookup("exact")),
            Operator("is_not", IS_NOT, "choice", _lookup("exact"), is_not=True),
            Operator("is_any_of", _("is one of"), "choices", _lookup("in")),
            Operator("is_none_of", _("is none of"), "choices", _lookup("in"), is_not=True),
            *_presence(_filled),
        ],
        Kind.NUMBER: NUMBERS,
        Kind.SHARE: NUMBERS,
        Kind.DATE: [
            Operator("on", _("is on"), "date", _lookup("exact")),
            Operator("from", _("is on or after"), "date", _lookup("gte")),
            Operator("to", _("is on or before"), "date", _lookup("lte")),
            Operator("between", _("is between"), "dates", _between),
            Operator("within_last_days", _("is within the last … days"), "days", _lately),
            Operator("longer_ago_than_days", _("is at least … days ago"), "days", _long_ago),
            *_presence(_known),
        ],
        Kind.YES_NO: [Operator("is", IS, "yes_no", _lookup("exact")), *_presence(_known)],
        Kind.LIST: [
            Operator("is_any_of", _("has one of"), "choices", _in_list),
            Operator("is_none_of", _("has none of"), "choices", _in_list, is_not=True),
            *_presence(_some),
        ],
    }.items()
}
