"""A way from one label to another between two days, as an address of the customer list says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from relationships import veil
from relationships.models import Family
from relationships.naming import families_name, family_name, type_name

ALONE = ".alone"  # the family is shown, and no type
NOBODY = "none"  # not on record yet
NAMES = ("was", "was_on", "became", "became_on")


@dataclass(frozen=True, slots=True)
class Went:
    """Shown as `was` on one day and as `became` on a later one. A label is a family (with or
    without a type), a family alone, or a type; "" is any."""

    was: str
    on: date
    became: str
    until: date

    @property
    def asks_types(self) -> bool:
        """Whether it asks for more than families: of those left to service that is not told."""
        return any(label not in (*Family.values, NOBODY, "") for label in (self.was, self.became))

    def address(self) -> str:
        """The customer list of these people."""
        given = dict(zip(NAMES, (self.was, self.on, self.became, self.until), strict=True))
        return f"{reverse('customers:list')}?{urlencode({k: v for k, v in given.items() if v})}"

    def words(self, *, frank: bool) -> str:
        """Who these people are, as a sentence."""
        days = {"then": date_format(self.on, "j F Y"), "now": date_format(self.until, "j F Y")}
        now = words(self.became, frank=frank)
        if self.was == NOBODY:
            return _("Not with us yet on %(then)s; on %(now)s: %(became)s.") % (
                days | {"became": now}
            )
        said = days | {"was": words(self.was, frank=frank), "became": now}
        return _("On %(then)s: %(was)s; on %(now)s: %(became)s.") % said


def words(label: str, *, frank: bool) -> str:
    if not label:
        return _("whatever they were")
    if label.endswith(ALONE):
        return _("%s, no type yet") % family_name(label.removesuffix(ALONE), frank=frank)
    named = families_name if label in Family.values else type_name
    return named(label, frank=frank)


def label_of(family_or_type: str, *, frank: bool) -> str:
    """How an address says exactly this shown label: a type, or a family without one."""
    if family_or_type not in Family.values:
        kind = veil.type_of(family_or_type, frank=frank)
        return kind.key if kind else Family.NEGATIVE.value
    if family_or_type == Family.UNDETERMINED or veil.is_veiled(family_or_type, frank=frank):
        return family_or_type
    return family_or_type + ALONE


def read(given: Mapping[str, str], *, frank: bool) -> dict[str, str]:
    """What of an address makes sense to this reader; nothing unless both days do, in their order.

    Of those left to service nobody else can ask more than that they are.
    """
    known = {"", NOBODY, *Family.values, *(kind.key for kind in veil.types(frank=frank))}
    known |= {f + ALONE for f in Family.values if not veil.is_veiled(f, frank=frank)}
    found = {name: given.get(name, "") for name in NAMES}
    try:
        days = [date.fromisoformat(found[name]) for name in ("was_on", "became_on")]
    except ValueError:
        return {}
    is_sense = days[0] < days[1] and found["was"] in known and found["became"] in known - {NOBODY}
    return found if is_sense else {}
