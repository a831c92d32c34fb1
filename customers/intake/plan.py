"""The plan of one import: its mapping and options, with what the company adds to them."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from customers.intake import facts
from customers.intake.dates import ORDERS, Days
from customers.intake.happenings import Happenings
from customers.intake.lines import Plan
from customers.intake.people import People
from customers.intake.shapes import check_mapping
from customers.models import Identity, Import, Kind
from relcrm.base.models import Brand, Company
from relcrm.lib.refusals import Refused

PLANS: dict[str, type[Plan]] = {
    Import.Kind.PURCHASES: Plan,
    Import.Kind.INTERACTIONS: Happenings,
    Import.Kind.CUSTOMERS: People,
}
DATES = ("date", "birth_on", "first_seen_on")


def plan_of(of: Import, company: Company, now: datetime) -> Plan:
    """Refuses a mapping or an option that cannot work."""
    check_mapping(of.kind, of.mapping, of.columns)
    options = of.options
    known: dict[str, Any] = {
        "mapping": of.mapping,
        "header": of.columns,
        "days": Days(_known_order(options.get("date_order", ""), of), company.tzinfo),
        "today": now.astimezone(company.tzinfo).date(),
        "currency": company.currency,
        "decimal": options.get("decimal", "."),
        "rates": _rates(options.get("rates") or {}),
        "brands": frozenset(brand.name.casefold() for brand in Brand.objects.all()),
        "wants_email": options.get("identity") == Identity.Kind.EMAIL,
        "keep": _kept(of),
    }
    if of.kind == Import.Kind.INTERACTIONS:
        known["usual_kind"] = _usual_kind(of)
    if of.kind == Import.Kind.CUSTOMERS:
        known |= {"identity": _identity(of), "known": facts.known()}
    return PLANS[of.kind](**known)


def _kept(of: Import) -> list[str]:
    """Columns to keep as they are; of customers they became fields of their own before."""
    names = of.options.get("keep") or []
    missing = [name for name in names if name not in of.columns]
    if missing:
        raise Refused(f"The file has no column “{missing[0]}” to keep.")
    return [name for name in names if name not in of.mapping.values()]


def _usual_kind(of: Import) -> str:
    kind = of.options.get("usual_kind") or ""
    if kind and kind not in Kind.values:
        raise Refused(f"There is no kind of interaction called “{kind}”.")
    if not kind and "kind" not in of.mapping:
        raise Refused("Say which column tells what happened, or choose what all rows are.")
    return str(kind)


def _identity(of: Import) -> str:
    """By what people are known: the number when there is one, unless said otherwise."""
    wanted = of.options.get("identity") or Identity.Kind.EXTERNAL
    if "customer" in of.mapping or wanted in of.mapping:
        return str(wanted)
    return Identity.Kind.EMAIL if "email" in of.mapping else Identity.Kind.PHONE


def _known_order(order: str, of: Import) -> str:
    name = next((of.mapping[each] for each in DATES if each in of.mapping), "")
    if order in ORDERS:
        return order
    if not name:
        return "ymd"  # there are no dates to read
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
