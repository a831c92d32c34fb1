"""The rooms that span every app: overview, customer list and profile, search, demo company."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "relcrm.pages"
    label = "pages"
