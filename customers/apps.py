"""Who they are, what happened between us, how we may reach them."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "customers"

    def ready(self) -> None:
        from customers import (
            becoming,
            disclosing,
            fact_fields,
            files,
            foreign,
            merging,
            news,
            telling,
            timeline,
            work_telling,
        )
        from customers.actions import owned, respell, retention, sensitive
        from customers.actions.duplicates import run_duplicates
        from customers.actions.redate import run_redate
        from customers.contact import considerate, gates, said
        from customers.contact.actions import strictest
        from customers.models import Kind
        from customers.queries.merges import earlier_numbers
        from customers.segments.known import register_known
        from customers.signup import telling as signup_telling
        from relcrm.base import namesakes, runners
        from relcrm.base.actions.company import OBJECTIONS as objections

        objections.append(foreign.keep_currency)
        files.register_all()
        news.register_all()
        runners.register("redate", run_redate)
        runners.register("duplicates", run_duplicates)
        runners.register(respell.KIND, respell.run_respell)
        namesakes.register("customers.customer", earlier_numbers)
        runners.register("retention", retention.run_retention)
        retention.register_all()
        disclosing.register_all()
        timeline.register(
            telling.NAME, telling.interactions, groups=telling.GROUPS,
            kinds=dict(Kind.choices), has_channels=True,
        )  # fmt: skip
        work_telling.register_all()
        signup_telling.register_all()
        timeline.register(becoming.NAME, becoming.merges, groups=("turns",), kinds=becoming.KINDS)
        for name, (source, words) in said.SOURCES.items():
            timeline.register(name, source, groups=("messages",), kinds={name: words})
        merging.register("consent", strictest.after_merge, strictest.after_undo)
        fact_fields.register_all()
        runners.register(owned.KIND, owned.run_owned)
        runners.register(sensitive.KIND, sensitive.run_sensitive)
        register_known()
        gates.register(considerate.DISCREET)
        gates.register(considerate.VULNERABLE)
