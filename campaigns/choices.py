"""What the targeting form offers, and what of it is chosen."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from campaigns import queries
from campaigns.criteria import Criteria
from customers.queries.segments import names
from customers.segments import Reader
from relationships import veil
from relationships.live import typology
from relationships.models import Family, Persona

PURPOSES = {
    "news": (
        _("News or an offer"),
        _("The everyday message, at the pace each relationship bears."),
    ),
    "win_back": (_("Win back"), _("Only people we may have lost; nobody who left in anger.")),
    "reminder": (
        _("A reminder at the right time"),
        _("Passers-by may get one in 180 days; everyone else at their own pace."),
    ),
}
CHANCES = (("0.2", "20 %"), ("0.5", "50 %"), ("0.8", "80 %"))


@dataclass(frozen=True, slots=True)
class Option:
    """One box to tick."""

    value: str
    label: str
    is_chosen: bool
    family: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything the form offers to this person."""

    purposes: list[Option]
    families: list[Option]
    types: list[tuple[str, list[Option]]]  # by family
    steps: list[Option]
    personae: list[Option]
    at_least: list[Option]  # chance to be with us
    at_most: list[Option]
    countries: list[str]
    segments: list[Option]


def offered(criteria: Criteria, reader: Reader) -> Choices:
    """What this reader may know: negative types by name are not for all."""
    kinds, frank = typology(), reader.frank
    families = veil.families(Family, frank=frank)
    groups = [
        (family, [Option(t.key, t.name, t.key in criteria.types, family, t.summary)
                  for t in kinds.types if t.family == family])
        for family in families
    ]  # fmt: skip
    personae = Persona.objects.filter(is_current=True)
    return Choices(
        purposes=[
            Option(key, str(words), key == criteria.purpose, help=str(help))
            for key, (words, help) in PURPOSES.items()
        ],
        families=[Option(f, str(f.label), f in criteria.families, f) for f in families],
        types=[(str(family.label), options) for family, options in groups if options],
        steps=[Option(key, name, key in criteria.steps) for key, name in kinds.groups.items()],
        personae=[Option(str(p.pk), p.name, p.pk in criteria.personae) for p in personae],
        at_least=_chances(criteria.alive_least),
        at_most=_chances(criteria.alive_most),
        countries=queries.countries(),
        segments=[Option(str(pk), name, pk == criteria.segment) for pk, name in names(reader)],
    )


def _chances(chosen: float | None) -> list[Option]:
    return [Option(value, label, float(value) == chosen) for value, label in CHANCES]
