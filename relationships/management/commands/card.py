"""manage.py card: how good the judgement of relationships is, as one document."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.timezone import now as clock

from relationships.model_card import card
from relcrm.base import company as companies
from relcrm.lib.written import a_day


class Command(BaseCommand):
    help = "Print the model card of types as JSON: docs/method/model-card.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=a_day, help="look at the end of this day: YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        company = companies.current()
        as_of = companies.viewpoint(company, clock(), options["as_of"]).as_of
        found = card(company, as_of, frank=True)
        self.stdout.write(json.dumps(found, indent=2, cls=DjangoJSONEncoder, ensure_ascii=False))
