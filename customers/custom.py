"""What may stand in a custom field: anything written, read as its type or refused with a remedy."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from customers.models import CustomField

Value = str | Decimal | date | bool
LONGEST = 254
LARGEST = Decimal(10) ** 14
YES = {"yes", "y", "true", "t", "1", "on", "ja", "j", "oui", "si", "sí", "x"}
NO = {"no", "n", "false", "f", "0", "off", "nein", "non", "-"}
Kind = CustomField.Kind


def read(field: CustomField, given: Any) -> Value | None:
    """The value of its type; None for nothing. ValueError says what is wrong, and what is right."""
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    return READERS[field.kind](field, given)


def shown(field: CustomField, value: Value) -> str:
    """A value in words, with its unit."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        plain = f"{value:,f}"
        plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
        return f"{plain} {field.unit}".strip()
    return f"{value:%-d %B %Y}" if isinstance(value, date) else value


def as_json(value: Value) -> Any:
    """As the API writes it: numbers as numbers, days as texts."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value


def _text(field: CustomField, given: Any) -> str:
    if not isinstance(given, str):
        raise ValueError(_("Write a text."))
    text = given.strip()
    if len(text) > LONGEST or "\x00" in text:
        raise ValueError(_("Write at most %d characters.") % LONGEST)
    return text


def _number(field: CustomField, given: Any) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, str | int | float | Decimal):
        raise _no_number()
    text = str(given).strip().replace("\N{MINUS SIGN}", "-").replace(" ", "")
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _no_number() from None
    if not number.is_finite() or abs(number) >= LARGEST:
        raise _no_number()
    return number.quantize(Decimal("0.0001")).normalize() + 0


def _no_number() -> ValueError:
    return ValueError(_("Write a number, like 12.5."))


def _date(field: CustomField, given: Any) -> date:
    if isinstance(given, datetime):
        return given.date()
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(given.strip())
    except (ValueError, AttributeError):
        raise ValueError(_("Write a day like 2026-03-01.")) from None


def _choice(field: CustomField, given: Any) -> str:
    wanted = str(given).strip().casefold()
    for choice in field.choices:
        if choice.casefold() == wanted:
            return str(choice)
    raise ValueError(_("Choose one of: %s.") % ", ".join(field.choices))


def _flag(field: CustomField, given: Any) -> bool:
    if isinstance(given, bool):
        return given
    word = str(given).strip().casefold()
    if word in YES or word in NO:
        return word in YES
    raise ValueError(_("Write yes or no."))


READERS = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.CHOICE: _choice,
    Kind.FLAG: _flag,
}
