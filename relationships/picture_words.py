"""Traits and personae in everyday words; a persona's name says what they do, not who they are."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.places import countries
from relationships.engine.personae import Trait

BANDS = {
    ("age", "-24"): gettext_lazy("are under 25"),
    ("age", "25-34"): gettext_lazy("are 25 to 34"),
    ("age", "35-44"): gettext_lazy("are 35 to 44"),
    ("age", "45-54"): gettext_lazy("are 45 to 54"),
    ("age", "55-64"): gettext_lazy("are 55 to 64"),
    ("age", "65-"): gettext_lazy("are 65 or older"),
    ("household_size", "1"): gettext_lazy("live alone"),
    ("household_size", "2"): gettext_lazy("live as two"),
    ("household_size", "3-"): gettext_lazy("live with three or more"),
    ("online_share", "online"): gettext_lazy("buy online"),
    ("online_share", "shop"): gettext_lazy("come to the shop"),
    ("discount_share", "deals"): gettext_lazy("wait for deals"),
    ("discount_share", "full"): gettext_lazy("pay the full price"),
    ("weekend_share", "weekend"): gettext_lazy("buy at weekends"),
    ("weekend_share", "weekday"): gettext_lazy("buy on weekdays"),
}
ATTRIBUTES = {
    "age": gettext_lazy("age"),
    "household_size": gettext_lazy("household"),
    "online_share": gettext_lazy("online or shop"),
    "discount_share": gettext_lazy("price paid"),
    "weekend_share": gettext_lazy("day of the week"),
    "education": gettext_lazy("education"),
    "region": gettext_lazy("region"),
    "country": gettext_lazy("country"),
    "gender": gettext_lazy("gender"),
    "category": gettext_lazy("favourite category"),
    "interests": gettext_lazy("interests"),
}
# What a name may be made of: habits, likings and, when nothing else stands out, the place.
NAMING = ("online_share", "discount_share", "category", "interests", "weekend_share", "region")
COMMON_ENOUGH = 0.25  # of the group, to stand for it
# Countries that a sentence calls "the …".
WITH_ARTICLE = {
    "AE", "BQ", "BS", "CF", "DO", "FK", "FO", "GB", "GM", "IM", "KM", "KY", "MH", "MP",
    "MV", "NL", "PH", "SB", "SC", "TC", "US", "VG", "VI",
}  # fmt: skip
LONGEST = 120  # letters that the name of a persona may have


def phrase(trait: Trait, *, is_compared: bool = False) -> str:
    """The trait as what such people do: "wait for deals", "love running". Compared with others
    they buy something, alone they mostly buy it."""
    if (trait.attribute, trait.level) in BANDS:
        return str(BANDS[trait.attribute, trait.level])
    template = {
        "interests": _("love %s"),
        "category": _("buy %s") if is_compared else _("mostly buy %s"),
        "region": _("live in %s"),
        "country": _("live in %s"),
        "education": _("education: %s"),
        "gender": _("gender: %s"),
    }[trait.attribute]
    level = trait.level
    if trait.attribute == "category":
        level = level.lower()
    elif trait.attribute == "country":
        level = _country(level)
    return template % level


def _country(code: str) -> str:
    """IE → Ireland, NL → the Netherlands; whatever is no code stays as it is."""
    name = countries().get(code.upper(), code)
    return f"the {name}" if code.upper() in WITH_ARTICLE else name


def attribute_name(attribute: str) -> str:
    return str(ATTRIBUTES.get(attribute, attribute))


def name(portrait: list[dict[str, Any]], taken: set[str], number: int) -> str:
    """Up to two traits that stand out most and are common in the group; never age or gender.

    Failing these what they do sooner than others; a number only parts those alike in all that.
    """
    telling = [each for each in portrait if each["attribute"] in NAMING and each["lift"] > 1]
    common = _first_of_each([each for each in telling if each["share"] >= COMMON_ENOUGH])
    some = [common[:2], common[:3], common[1:3], common[:1], common[1:2]]
    found = [joined[0].upper() + joined[1:] for words in some if (joined := ", ".join(words))]
    found += [
        _("More likely than most to %s") % words
        for words in _first_of_each(telling, is_compared=True)
    ]
    found = [words[:LONGEST] for words in (*found, _("No habits of their own"))]
    return next(
        (words for words in found if words not in taken), f"{found[0][: LONGEST - 4]} {number}"
    )


def _first_of_each(portrait: list[dict[str, Any]], *, is_compared: bool = False) -> list[str]:
    """The trait of each attribute that stands out most, in words."""
    first: dict[str, str] = {}
    for each in portrait:
        trait = Trait(each["attribute"], each["level"])
        first.setdefault(each["attribute"], phrase(trait, is_compared=is_compared))
    return list(first.values())
