"""The words of a statement in the language of whoever is asked."""

from customers.models import Wording

OTHERWISE = "en"


def named(key: str, language: str) -> Wording | None:
    """The newest version in this language, else in English, else in any; None: no such words."""
    versions = list(Wording.objects.filter(key=key).order_by("-version", "language"))
    for wanted in (language, _base(language), OTHERWISE):
        for each in versions:
            if each.language == wanted or (wanted and _base(each.language) == wanted):
                return each
    return versions[0] if versions else None


def in_language(wording: Wording, language: str) -> Wording:
    """The same statement in this language where it exists in it, else as it is."""
    if not language or _base(wording.language) == _base(language):
        return wording
    found = named(wording.key, language)
    if found is None or _base(found.language) != _base(language):
        return wording
    return found if found.purpose == wording.purpose else wording


def _base(language: str) -> str:
    """de-AT → de"""
    return language.replace("_", "-").partition("-")[0].lower()
