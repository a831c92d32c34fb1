"""What we make of the facts: types, value, personae, history."""

from django.apps import AppConfig


class RelationshipsConfig(AppConfig):
    name = "relationships"
