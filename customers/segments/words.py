"""A rule in words a person understands, and what was found in words beside it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.models import Kind as Happening
from customers.models.interaction import Channel
from customers.segments.fields import Field, Kind, Reader, choices_of
from customers.segments.rule import Behaviour, Condition, Group, Node, Not, Period, Where
from customers.telling import LOOK

SHOWN = 5  # values of a long list


def sentence(node: Node, reader: Reader) -> str:
    """The whole rule on one line."""
    if isinstance(node, Group):
        joint = _(" and ") if node.how == "all" else _(" or ")
        inner = [
            f"({sentence(one, reader)})" if isinstance(one, Group) and len(node.members) > 1
            else sentence(one, reader)
            for one in node.members
        ]  # fmt: skip
        return joint.join(inner) or _("everybody")
    if isinstance(node, Not):
        return _("not (%s)") % sentence(node.of, reader)
    return of_behaviour(node) if isinstance(node, Behaviour) else of_condition(node, reader)


def of_condition(asked: Condition, reader: Reader) -> str:
    words = str(asked.operator.words)
    if asked.operator.shape == "nothing":
        return f"{asked.field.label} {words}"
    value = asked.value
    if asked.operator.shape == "days":
        return f"{asked.field.label} {words.replace('…', str(value))}"
    joint = _(" and ") if asked.operator.shape in ("numbers", "dates") else ", "
    values = value if isinstance(value, list) else [value]
    shown = [of_value(asked.field, one, reader) for one in values[:SHOWN]]
    shown += ["…"] if len(values) > SHOWN else []
    return f"{asked.field.label} {words} {joint.join(shown)}"


def of_value(field: Field, value: Any, reader: Reader) -> str:
    """One value as people read it."""
    if value is None or value == "":
        return _("not known")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return date_format(value, "j F Y")
    if field.kind == Kind.SHARE:
        return f"{100 * float(value):.0f} %"
    if isinstance(value, Decimal | float | int):
        plain = f"{value:,.2f}".rstrip("0").rstrip(".").replace("-", "\N{MINUS SIGN}")
        return f"{plain} {field.unit}".strip()
    if isinstance(value, list):
        return ", ".join(map(str, value[:SHOWN])) or _("not known")
    names = choices_of(field, reader) or {}
    return str(names.get(str(value), value))


def of_behaviour(asked: Behaviour) -> str:
    parts = [deeds(asked.where), amount(asked), *filters(asked.where), when(asked.period)]
    found = " · ".join(part for part in parts if part)
    return found if asked.did else _("Not: %s") % found


def deeds(where: Where) -> str:
    names = [str(LOOK[Happening(kind)][3]) for kind in where.kinds]
    return _(" or ").join(names) or _("Anything happened")


def amount(asked: Behaviour) -> str:
    number = f"{asked.number:,.2f}".rstrip("0").rstrip(".")
    how = {"at_least": _("at least"), "at_most": _("at most"), "exactly": _("exactly")}[asked.how]
    if asked.measure == "sum":
        return _("for %(how)s %(number)s together") % {"how": how, "number": number}
    if asked.how == "at_least" and asked.number == 1:
        return ""
    times = ngettext("%(how)s %(n)s time", "%(how)s %(n)s times", int(asked.number))
    return times % {"how": how, "n": number}


def filters(where: Where) -> list[str]:
    said = []
    if where.categories:
        said.append(_("in %s") % ", ".join(where.categories[:SHOWN]))
    if where.products:
        said.append(_("article %s") % ", ".join(where.products[:SHOWN]))
    if where.channels:
        said.append(", ".join(str(Channel(channel).label) for channel in where.channels))
    limits = (
        (where.amount_at_least, _("each at least %s")),
        (where.amount_at_most, _("each at most %s")),
        (where.rating_at_least, _("rated %s or more")),
        (where.rating_at_most, _("rated %s or less")),
    )
    return said + [words % limit for limit, words in limits if limit is not None]


def when(period: Period) -> str:
    if period.last_days is not None:
        days = ngettext("in the last %d day", "in the last %d days", period.last_days)
        return days % period.last_days
    if period.since is not None:
        which = _("the first") if period.which == "first" else _("the last")
        event = " · ".join([deeds(period.since), *filters(period.since)])
        return _("since %(which)s time: %(event)s") % {"which": which, "event": event}
    days_ = (period.from_on, _("from %s")), (period.to_on, _("to %s"))
    return " ".join(words % date_format(day, "j F Y") for day, words in days_ if day)
