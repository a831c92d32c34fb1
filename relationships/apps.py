"""What we make of the facts: types, value, personae, history."""

from django.apps import AppConfig

from relcrm.base import runners


class RelationshipsConfig(AppConfig):
    name = "relationships"

    def ready(self) -> None:
        from customers.asides import register
        from relationships import tasks
        from relationships.asides import relationship

        runners.register("fit", tasks.run_fit)
        runners.register("score", tasks.run_score)
        register(relationship)
