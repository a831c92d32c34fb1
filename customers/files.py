"""What files need to come in and go out: their jobs, and where facts about people are kept."""

from customers.actions import exports, keepers, members, own_fields
from customers.actions.take_in import run_check, run_import
from customers.actions.undo import run_undo
from customers.intake import facts
from relcrm.base import runners


def register_all() -> None:
    """Call from `AppConfig.ready`."""
    runners.register("import", run_import)
    runners.register("check_import", run_check)
    runners.register("undo_import", run_undo)
    runners.register("export", exports.run_export)
    keepers.register(keepers.OwnRow())
    keepers.register(members.Members())
    keepers.register(own_fields.CustomFields())
    facts.register(own_fields.known_facts)
