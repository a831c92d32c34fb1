"""How tables are told to the person they are about: a title, why we keep it, words for codes.

Every table that knows a customer is handed out, found in the models. An app enters here only what
introspection cannot know: `register("relationships.profile", Telling(...))` in `AppConfig.ready`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Row = dict[str, Any]


@dataclass(frozen=True)
class Telling:
    """What to say of one table; `words` may replace values by what the person understands."""

    title: str | Promise = ""
    purpose: str | Promise = _("to serve you and to keep our records")
    leave_out: tuple[str, ...] = ()  # columns that are about our machinery, not about the person
    words: Callable[[Row], Row] | None = None
    is_own: bool = True  # given or caused by the person: portable (article 20)


TELLINGS: dict[str, Telling] = {}
# Rows of these stand in the tables of others: the person reads their name, not their number.
NAMED = {"customers.customfield", "customers.product", "customers.segment", "customers.tag"}


def register(label: str, telling: Telling) -> None:
    TELLINGS[label.lower()] = telling


def named(model: type[Model]) -> bool:
    return model._meta.label_lower in NAMED


def telling(model: type[Model]) -> Telling:
    """What was registered; else the model's own name and every column."""
    found = TELLINGS.get(model._meta.label_lower, Telling())
    title = found.title or str(model._meta.verbose_name_plural).capitalize()
    return Telling(title, found.purpose, found.leave_out, found.words, found.is_own)
