"""The plan of one import: its mapping and options, with what the company adds to them."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from customers.intake.dates import ORDERS, Days
from customers.intake.lines import Plan, check_mapping
from customers.models import Identity, Import
from relcrm.base.models import Brand, Company
from relcrm.lib.refusals import Refused


def plan_of(of: Import, company: Company, now: datetime) -> Plan:
    """Refuses a mapping or an option that cannot work."""
    check_mapping(of.mapping, of.columns)
    options = of.options
    return Plan(
        mapping=of.mapping,
        header=of.columns,
        days=Days(_known_order(options.get("date_order", ""), of), company.tzinfo),
        today=now.astimezone(company.tzinfo).date(),
        currency=company.currency,
        decimal=options.get("decimal", "."),
        rates=_rates(options.get("rates") or {}),
        brands=frozenset(brand.name.casefold() for brand in Brand.objects.all()),
        wants_email=options.get("identity") == Identity.Kind.EMAIL,
    )


def _known_order(order: str, of: Import) -> str:
    name = of.mapping.get("date", "")
    if order in ORDERS:
        return order
    if order == "mixed":
        raise Refused(
            f"In “{name}” some dates can only be read day first and others only month first. "
            "Choose one order; the others will be named as bad rows."
        )
    raise Refused(
        f"No row of “{name}” tells whether the day or the month comes first. "
        "Choose the order of dates (on the command line --date-order dmy or mdy)."
    )


def _rates(given: dict[str, Any]) -> dict[str, str]:
    for code, text in given.items():
        try:
            rate = Decimal(str(text))
        except InvalidOperation as problem:
            raise Refused(f"The rate for {code} is no number: “{text}”.") from problem
        if not rate.is_finite() or not 0 < rate < 1_000_000:
            raise Refused(f"The rate for {code} must be above 0.")
    return {code.upper(): str(text) for code, text in given.items()}
