"""The personae as the page shows them: groups in words, families in shares, who is best."""

from dataclasses import dataclass
from typing import Any

from relationships.engine.personae import Trait
from relationships.models import Persona, Picture
from relationships.naming import ORDER, families_name
from relationships.picture_words import attribute_name, phrase
from relcrm.base.models import Job
from relcrm.lib.charts import percent


@dataclass(frozen=True, slots=True)
class Said:
    """One trait in words, with how much commoner it is and where that likely lies."""

    words: str
    attribute: str
    lift: float
    low: float
    high: float
    share: float
    overall: float
    people: int
    width: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One persona with its portrait in words."""

    persona: Persona
    share: float  # of everyone
    traits: list[Said]
    rarer: list[Said]
    families: list[tuple[str, str, float, str, str]]  # key, name, share, x, width


def latest() -> Picture | None:
    return Picture.objects.order_by("-id").first()


def running() -> Job | None:
    """The look that is under way or waiting."""
    return Job.objects.active().filter(kind="personae").first()


def shown(*, frank: bool) -> list[Shown]:
    """All personae, the largest first."""
    rows = list(Persona.objects.filter(is_current=True))
    everyone = sum(row.customers for row in rows) or 1
    return [picture(row, everyone, frank=frank) for row in rows]


def picture(persona: Persona, everyone: int, *, frank: bool) -> Shown:
    """`frank`: whether the negative family is called by its name."""
    start, families = 0.0, []
    for family in ORDER:
        part = float(persona.families.get(family, 0))
        families.append(
            (str(family), families_name(family, frank=frank), part, percent(start), percent(part))
        )
        start += part
    return Shown(
        persona,
        persona.customers / everyone,
        said(persona.portrait.get("traits", [])),
        said(persona.portrait.get("rarer", [])),
        families,
    )


def said(traits: list[dict[str, Any]]) -> list[Said]:
    return [
        Said(
            words=phrase(Trait(each["attribute"], each["level"])),
            attribute=attribute_name(each["attribute"]),
            width=percent(each["share"]),
            **{name: each[name] for name in
               ("lift", "low", "high", "share", "overall", "people")},
        )
        for each in traits
    ]  # fmt: skip
