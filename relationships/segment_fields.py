"""What we make of a relationship, as fields that segments may ask about."""

from typing import Any

from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from customers.segments import Field, Kind, Reader
from customers.segments.fields import Words
from customers.segments.left_out import objecting
from relationships import veil
from relationships.gap_words import WISHES
from relationships.live import typology
from relationships.models import Family, GapLabel, Persona
from relationships.queries.gap.sums import WANTED as WANTABLE

HELD, WORTH = _("What they have"), _("What they are worth")
WANTED = _("What they want, and get")


def fields() -> list[Field]:
    return [*_held(), *_wanted(), *_worth()]


def _left_to_service() -> Q:
    return Q(profile__family=Family.NEGATIVE)


TOLD_OF_SOME: dict[str, Any] = {"veil": _left_to_service, "withheld": objecting}


def _held() -> list[Field]:
    """Of those left to service none of this is told (docs/decisions/left-to-service.md)."""
    return [
        Field(key="family", label=_("Relationship"), kind=Kind.CHOICE, group=HELD,
              path="profile__family", choices=_families, **TOLD_OF_SOME),
        Field(key="type", label=_("Type of relationship"), kind=Kind.CHOICE, group=HELD,
              path="profile__type", choices=_types, **TOLD_OF_SOME),
        Field(key="next_step", label=_("Next step"), kind=Kind.CHOICE, group=HELD,
              path="profile__next_step", choices=_steps, **TOLD_OF_SOME),
        Field(key="mood", label=_("Mood, −1 to 1"), kind=Kind.NUMBER, group=HELD,
              path="profile__valence", **TOLD_OF_SOME),
        Field(key="closeness", label=_("Closeness"), kind=Kind.SHARE, group=HELD,
              path="profile__closeness", **TOLD_OF_SOME),
        Field(key="intensity", label=_("Intensity"), kind=Kind.SHARE, group=HELD,
              path="profile__intensity", **TOLD_OF_SOME),
        Field(key="persona", label=_("Persona"), kind=Kind.CHOICE, group=HELD,
              value=lambda moment: Cast("profile__persona_id", CharField()), choices=_personae,
              withheld=objecting, names_goods=True),
    ]  # fmt: skip


def _wanted() -> list[Field]:
    return [
        Field(key="gap", label=_("What the gap consists of"), kind=Kind.CHOICE, group=WANTED,
              path="gap__label", choices=_gaps, **TOLD_OF_SOME),
        Field(key="gap_width", label=_("Width of the gap, 0 to 2"), kind=Kind.NUMBER, group=WANTED,
              path="gap__gap", **TOLD_OF_SOME),
        Field(key="wish", label=_("Wish"), kind=Kind.CHOICE, group=WANTED,
              path="gap__wish", choices=_wishes, **TOLD_OF_SOME),
        Field(key="wish_stated", label=_("Said what they want"), kind=Kind.YES_NO, group=WANTED,
              path="gap__is_stated", **TOLD_OF_SOME),
        Field(key="treated_as", label=_("Treated as"), kind=Kind.CHOICE, group=WANTED,
              path="gap__treated", choices=_treated, **TOLD_OF_SOME),
    ]  # fmt: skip


def _worth() -> list[Field]:
    return [
        Field(key="value", label=_("Expected value"), kind=Kind.NUMBER, group=WORTH,
              path="profile__value", withheld=objecting),
        Field(key="alive", label=_("Chance to be with us"), kind=Kind.SHARE, group=WORTH,
              path="profile__alive", withheld=objecting),
        Field(key="expected_orders", label=_("Expected orders"), kind=Kind.NUMBER, group=WORTH,
              path="profile__expected_orders", withheld=objecting),
        Field(key="months_ahead", label=_("Months we expect to keep them, of 36"),
              kind=Kind.NUMBER, group=WORTH, path="forecast__months", withheld=objecting),
        Field(key="buys_soon", label=_("Chance to buy within two of their cycles"),
              kind=Kind.SHARE, group=WORTH, path="forecast__soon", withheld=objecting),
        Field(key="next_on", label=_("Probably buys next"), kind=Kind.DATE, group=WORTH,
              path="forecast__next_on", withheld=objecting),
        Field(key="lifetime", label=_("Expected value, ten years"), kind=Kind.NUMBER, group=WORTH,
              path="forecast__lifetime", withheld=objecting),
        Field(key="orders", label=_("Orders so far"), kind=Kind.NUMBER, group=WORTH,
              path="profile__orders"),
        Field(key="revenue", label=_("Money so far"), kind=Kind.NUMBER, group=WORTH,
              path="profile__revenue"),
        Field(key="first_order_on", label=_("First order"), kind=Kind.DATE, group=WORTH,
              path="profile__first_order_on"),
        Field(key="last_order_on", label=_("Last order"), kind=Kind.DATE, group=WORTH,
              path="profile__last_order_on"),
    ]  # fmt: skip


def _families(reader: Reader) -> list[tuple[str, Words]]:
    return [(each.value, each.label) for each in veil.families(Family, frank=reader.frank)]


def _types(reader: Reader) -> list[tuple[str, Words]]:
    return [(kind.key, kind.name) for kind in veil.types(frank=reader.frank)]


def _gaps(reader: Reader) -> list[tuple[str, Words]]:
    return [(each.value, each.label) for each in GapLabel]


def _wishes(reader: Reader) -> list[tuple[str, Words]]:
    return [*WISHES.items()]


def _treated(reader: Reader) -> list[tuple[str, Words]]:
    return [(each.value, each.label) for each in Family if each.value in WANTABLE]


def _steps(reader: Reader) -> list[tuple[str, Words]]:
    return [*typology().groups.items()]


def _personae(reader: Reader) -> list[tuple[str, Words]]:
    return [(str(pk), name) for pk, name in
            Persona.objects.filter(is_current=True).values_list("pk", "name")]  # fmt: skip
