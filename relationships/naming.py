"""What families are called, to those who may know: negative ones are named to few."""

from django.utils.translation import gettext_lazy as _

from relationships.models import Family

ORDER = (Family.MARRIAGE, Family.FRIEND, Family.FLING, Family.DISTANT, Family.NEGATIVE)
PLURAL = {
    Family.FLING: _("Flings"),
    Family.FRIEND: _("Friends"),
    Family.MARRIAGE: _("Marriages"),
    Family.DISTANT: _("Distant"),
    Family.NEGATIVE: _("Negative"),
    Family.UNDETERMINED: _("Too early to tell"),
}
VEILED = _("Please leave to service")
VEILED_PLURAL = _("Left to service")


def family_name(family: str, *, frank: bool) -> str:
    """One relationship's family; `frank` for those who may see negative ones by name."""
    return str(VEILED if family == Family.NEGATIVE and not frank else Family(family).label)


def families_name(family: str, *, frank: bool) -> str:
    """All relationships of a family."""
    veiled = family == Family.NEGATIVE and not frank
    return str(VEILED_PLURAL if veiled else PLURAL[Family(family)])
