"""The app under all others: people who work here, keys, jobs, audit, company settings, brands."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "relcrm.base"
    label = "base"
    verbose_name = "Base"
