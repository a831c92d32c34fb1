"""What we make of the facts: types, value, personae, history."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from relcrm.base import runners


class RelationshipsConfig(AppConfig):
    name = "relationships"

    def ready(self) -> None:
        from relationships import disclosing, live, news
        from relcrm.base import company as companies

        news.register_all()
        companies.follow(live.follow)
        disclosing.register_all()
        _take_up_jobs()
        _join_customers()


def _take_up_jobs() -> None:
    from relationships import tasks

    runners.register("fit", tasks.run_fit)
    runners.register("score", tasks.run_score)
    runners.share("score", tasks.help_score)
    runners.register("trial", tasks.run_trial)
    runners.register("history", tasks.run_history)
    runners.register("moves", tasks.run_moves)
    runners.register("personae", tasks.run_personae)


def _join_customers() -> None:
    """What we make of customers, where customers are shown, asked for, derived and let go."""
    from customers import derived, segments, timeline
    from customers.asides import register
    from customers.contact import about
    from customers.retention import register as keep
    from relationships import retention, segment_fields, told, turns
    from relationships.asides import relationship
    from relationships.models import Example, Forecast, Gap, Profile, ProfileChange, Snapshot

    register(relationship)
    derived.register(Profile, ProfileChange, Snapshot, Gap, Forecast, Example)
    for shelf in retention.SHELVES:
        keep(shelf)
    timeline.register(
        turns.NAME, turns.turns, groups=("turns",), kinds={turns.NAME: _("Turning point")}
    )
    about.register(told.for_them)
    segments.register(*segment_fields.fields())
