"""What `manage.py evaluate value` asks for and prints."""

import json
from datetime import date, datetime, timedelta
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.timezone import localdate

from relationships.engine.evaluation.validity.file import BadFile
from relationships.engine.value import PurchaseDays
from relationships.engine.value.happened import NOTHING
from relationships.management.files import add_columns, transactions
from relationships.queries.covariates import known_beside
from relationships.queries.holdout import EPOCH, of_company, of_file, tried
from relationships.queries.holdout_lines import lines
from relcrm.base import company as companies
from relcrm.lib.refusals import Refused
from relcrm.lib.written import a_day


def add_arguments(parser: CommandParser) -> None:
    """The company's own purchases, or those of a file whose columns are named."""
    add_columns(parser, required=False)
    parser.add_argument("--split", type=a_day, metavar="DATE", help="forecast what came after")
    parser.add_argument("--as-of", type=a_day, metavar="DATE", help="use nothing after this day")
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn at random")
    parser.add_argument("--json", action="store_true", help="as one JSON object")


def run(options: dict[str, Any], now: datetime) -> str:
    """The whole answer; what cannot be read or tried ends with a plain word."""
    try:
        beside = NOTHING
        if options["file"]:
            purchases = of_file(transactions(options, needs_money=False))
            _refuse_days_to_come(purchases, localdate(now), options["as_of"])
        else:
            purchases = _own(options, now)
            beside = known_beside(options["as_of"])
        found = tried(
            purchases, split_on=options["split"], last_on=options["as_of"], seed=options["seed"],
            beside=beside, has_money=_has_money(options),
        )  # fmt: skip
    except (BadFile, Refused) as problem:
        raise CommandError(str(problem)) from problem
    if options["json"]:
        return json.dumps(found.to_json(), indent=2)
    return "\n".join(lines(found))


def _has_money(options: dict[str, Any]) -> bool:
    """Whether anything says what was paid; the company's own purchases do."""
    return bool(not options["file"] or options["amount"] or options["price"])


def _refuse_days_to_come(purchases: PurchaseDays, today: date, last_on: date | None) -> None:
    """A slip in one row would move the split by years. `--as-of` leaves later rows out."""
    ahead = purchases.day > (today - EPOCH).days
    if ahead.any() and (last_on is None or last_on > today):
        newest = EPOCH + timedelta(int(purchases.day.max()))
        raise Refused(f"{ahead.sum()} purchases lie after today, the last on {newest}. Mend the "
                      "dates, or leave them out with --as-of.")  # fmt: skip


def _own(options: dict[str, Any], now: datetime) -> PurchaseDays:
    viewpoint = companies.viewpoint(companies.current(), now, options["as_of"])
    options["as_of"] = viewpoint.as_of
    return of_company(viewpoint.as_of)
