"""Who they are, what happened between us, how we may reach them."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "customers"
