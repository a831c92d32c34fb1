"""How a relationship is called to the person who looks: negative ones by name to few."""

from dataclasses import dataclass

from customers.models import Customer
from relationships.engine.typology.typology import TypeSpec
from relationships.live import typology
from relationships.models import Family, Profile
from relationships.naming import family_name
from relationships.veil import KEY, is_veiled


@dataclass(frozen=True, slots=True)
class Label:
    """The family (for its colour and shape, or the sign of those left to service) and the word
    beside it."""

    family: str
    words: str
    type: TypeSpec | None = None  # None: only the family is known, or may be known


def judged(customer: Customer) -> Profile | None:
    """Our judgement of them; none of who objected a moment ago, before the scorer took it away."""
    return getattr(customer, "profile", None) if customer.is_judgeable else None


def label(profile: Profile | None, *, frank: bool) -> Label:
    """The type when it is shown, else the family; `frank` for those who may see negative types."""
    if profile is None or not profile.family:
        return Label(Family.UNDETERMINED, str(Family.UNDETERMINED.label))
    if is_veiled(profile.family, frank=frank):
        return Label(KEY, family_name(profile.family, frank=frank))
    if not profile.type:
        return Label(profile.family, family_name(profile.family, frank=frank))
    spec = typology()[profile.type]
    return Label(profile.family, spec.name, spec)
