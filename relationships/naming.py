"""What families are called, to those who may know: negative ones are named to few."""

from django.utils.translation import gettext_lazy as _

from relationships.live import typology
from relationships.models import Family
from relationships.veil import is_veiled

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
    return str(VEILED if is_veiled(family, frank=frank) else Family(family).label)


def families_name(family: str, *, frank: bool) -> str:
    """All relationships of a family."""
    return str(VEILED_PLURAL if is_veiled(family, frank=frank) else PLURAL[Family(family)])


def type_name(code: str, *, frank: bool) -> str:
    """One of the 29 types, by its key."""
    kind = typology()[code]
    return str(VEILED) if is_veiled(kind.family, frank=frank) else kind.name


def called(family: str, code: str, *, frank: bool) -> str:
    """What a relationship is called: its type when one is shown, else its family."""
    return type_name(code, frank=frank) if code else family_name(family, frank=frank)
