"""Numbers as people read them: money in the company's currency, shares, likely ranges."""

from decimal import Decimal
from typing import Any

from django import template

register = template.Library()
SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CHF": "CHF ", "BRL": "R$"}
CENT = 0.01  # the finest sum that `money` tells apart
MINUS = "\N{MINUS SIGN}"


@register.filter
def money(amount: Decimal | float | None, currency: str = "EUR") -> str:
    """1234.5 → €1,235; below 100 with cents only when there are some; None → a dash."""
    if amount is None:
        return "–"
    value = float(amount)
    sign = MINUS if value < 0 else ""
    size = abs(value)
    digits = f"{size:,.2f}" if size < 100 and size != round(size) else f"{size:,.0f}"
    return f"{sign}{SIGNS.get(currency, currency + ' ')}{digits}"


@register.filter
def big_money(amount: Decimal | float | None, currency: str = "EUR") -> str:
    """3_800_000 → €3.80 M; thousands and less as `money` writes them."""
    if amount is None or abs(float(amount)) < 1_000_000:
        return money(amount, currency)
    value = float(amount)
    sign = MINUS if value < 0 else ""
    return f"{sign}{SIGNS.get(currency, currency + ' ')}{abs(value) / 1_000_000:,.2f} M"


@register.filter
def short_money(amount: Decimal | float | None, currency: str = "EUR") -> str:
    """451_256 → €451 k; millions as `big_money`, below 10,000 as `money` writes them."""
    if amount is None or not 10_000 <= abs(float(amount)) < 1_000_000:
        return big_money(amount, currency)
    return f"{money(round(float(amount) / 1000), currency).split('.')[0]} k"


@register.filter
def share(value: float | None, digits: int = 0) -> str:
    """0.128 → 13 %."""
    return "–" if value is None else f"{100 * float(value):.{digits}f} %".replace("-", MINUS)


@register.filter
def chance(value: float | None) -> str:
    """As `share`, of what is never certain: >99 % and <1 % where rounding would say that it is."""
    if value is None:
        return "–"
    return ">99 %" if value > 0.995 else "<1 %" if value < 0.005 else share(value)


@register.filter
def signed(value: float | None, digits: int = 1) -> str:
    """0.8 → +0.8, −1.6 with a true minus; what rounds to nothing has no sign."""
    if value is None:
        return "–"
    said = f"{float(value):+.{digits}f}"
    if not said.strip("+-0."):  # what rounds to nothing goes neither up nor down
        return said[1:]
    return said.replace("-", MINUS)


@register.filter
def at(mapping: dict[Any, Any], key: Any) -> Any:
    """mapping[key], None when it is not there."""
    return mapping.get(key)
