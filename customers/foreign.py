"""Amounts in another currency: converted at the door by a rate that is told."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from customers.models import Interaction
from relcrm.base.models import Company
from relcrm.lib.refusals import Refused

CENT = Decimal("0.01")
MOST = Decimal(10) ** 12  # what a column of money holds
AMOUNTS = ("amount", "discount", "margin")
Row = dict[str, Any]


def wrong(row: Row, ours: str) -> dict[str, str]:
    """Field → what is wrong with it, and what would mend it."""
    code, rate = row.get("currency", ours), row.get("rate")
    if code == ours:
        if rate not in (None, 1):
            return {
                "rate": _("Amounts in %s need none. Name their currency, or leave it out.") % ours
            }
        return {}
    if rate is None:
        words = {"ours": ours, "theirs": code}
        return {"rate": _("Amounts are kept in %(ours)s: say how many one %(theirs)s is.") % words}
    for name in AMOUNTS:
        if (row.get(name) or 0) * rate >= MOST:
            return {name: _("It is too large in %s; check the rate.") % ours}
    return {}


def converted(row: Row, ours: str) -> Row:
    """In the company's currency, with the original amount and the rate beside."""
    code = row.get("currency", ours)
    plain = {name: value for name, value in row.items() if name not in ("currency", "rate")}
    if code == ours:
        return plain
    rate = row["rate"]
    told = {
        name: (row[name] * rate).quantize(CENT) for name in AMOUNTS if row.get(name) is not None
    }
    return plain | told | {
        "currency": code, "rate": rate, "original_amount": row.get("amount"),
    }  # fmt: skip


def keep_currency(row: Company, changes: Mapping[str, Any]) -> None:
    """Another currency renames all amounts; once some were converted into it they cannot be."""
    if "currency" in changes and Interaction.objects.exclude(currency="").exists():
        raise Refused(
            _(
                "Amounts in other currencies were converted into %s as they came in, so it can no "
                "longer be another."
            )
            % row.currency
        )
