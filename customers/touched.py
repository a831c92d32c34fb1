"""Whoever was touched is looked at anew by what stands above: soon, or when it has time."""

from relcrm.base.nudges import nudge

WHO_JUDGES = "relationships.score_due"


def look_soon() -> None:
    """When this transaction is over. Without this it is done within some five seconds."""
    nudge(WHO_JUDGES)
