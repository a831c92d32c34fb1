"""Who they are, what happened between us, how we may reach them."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "customers"

    def ready(self) -> None:
        from customers import telling, timeline
        from customers.actions.take_in import run_import
        from relcrm.base import runners

        runners.register("import", run_import)
        timeline.register(telling.NAME, telling.interactions, groups=("bought", "said", "messages"))
