"""Tables that hold only what we worked out about customers, and can work out again.

Rows in them are no reason to keep somebody of whom nothing else is known. Apps enter theirs in
`AppConfig.ready`.
"""

from django.db.models import Model

from customers.models import Duplicate

MODELS: list[type[Model]] = [Duplicate]


def register(*models: type[Model]) -> None:
    MODELS.extend(models)
