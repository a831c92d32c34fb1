"""What we make of the facts: types, value, personae, history."""

from django.apps import AppConfig

from relcrm.base import runners


class RelationshipsConfig(AppConfig):
    name = "relationships"

    def ready(self) -> None:
        from relationships import tasks

        runners.register("fit", tasks.run_fit)
        runners.register("score", tasks.run_score)
