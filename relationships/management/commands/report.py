"""manage.py report: the overview in numbers."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now as clock

from relationships.queries.report import Report, report
from relcrm.base import company as companies
from relcrm.lib.written import a_day


class Command(BaseCommand):
    help = "Print customers, interactions, revenue, the mix of relationships, value and model."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="as one JSON object")
        parser.add_argument("--as-of", type=a_day, help="look at the end of this day: YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        company = companies.current()
        found = report(companies.viewpoint(company, clock(), options["as_of"]).as_of)
        if options["json"]:
            self.stdout.write(json.dumps(found.to_json(), indent=2))
        else:
            self.stdout.write(_as_text(found, company.currency))


def _as_text(found: Report, currency: str) -> str:
    lines = [
        f"As of {found.as_of:%-d %B %Y}",
        f"  customers     {found.customers:>12,}",
        f"  interactions  {found.interactions:>12,}",
        f"  purchases     {found.purchases:>12,}",
        f"  revenue       {found.revenue:>12,.2f} {currency}",
        "Relationships",
        *(f"  {name:<13} {count:>12,}" for name, count in found.families.items()),
    ]
    if found.value:
        v = found.value
        lines += [
            f"Margin expected in the next {v['horizon_weeks']} weeks",
            f"  {v['expected']:,.0f} {currency}, likely {v['low']:,.0f} to {v['high']:,.0f}",
        ]
    else:
        lines += ["Not scored as of this day yet: manage.py fit, then manage.py score --all"]
    if found.model:
        numbers = ", ".join(f"{name} {x:.5g}" for name, x in found.model["parameters"].items())
        lines += [f"Model {found.model['name']} ({numbers}), fitted on {found.model['fitted_on']}"]
    return "\n".join(lines)
