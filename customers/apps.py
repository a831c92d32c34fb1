"""Who they are, what happened between us, how we may reach them."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "customers"

    def ready(self) -> None:
        from customers import becoming, disclosing, files, telling, timeline, work_telling
        from customers.actions import retention
        from customers.actions.duplicates import run_duplicates
        from customers.actions.redate import run_redate
        from customers.models import Kind
        from customers.segments.known import register_known
        from relcrm.base import runners

        files.register_all()
        runners.register("redate", run_redate)
        runners.register("duplicates", run_duplicates)
        runners.register("retention", retention.run_retention)
        retention.register_all()
        disclosing.register_all()
        timeline.register(
            telling.NAME, telling.interactions, groups=telling.GROUPS,
            kinds=dict(Kind.choices), has_channels=True,
        )  # fmt: skip
        work_telling.register_all()
        timeline.register(becoming.NAME, becoming.merges, groups=("turns",), kinds=becoming.KINDS)
        register_known()
