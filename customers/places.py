"""Countries and languages as they are stored (ISO 3166-1, BCP 47) and as people read them."""

import json
import re
from functools import cache
from pathlib import Path
from zoneinfo import available_timezones

from django.utils.translation import get_language_info

# A language with script, region and variants: de, en-GB, zh-Hant-TW (RFC 5646, without its
# private and grandfathered forms).
LANGUAGE = re.compile(
    r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*", re.I
)


@cache
def countries() -> dict[str, str]:
    """Code → name, as the tz database spells them, a few put in their usual form."""
    found: dict[str, str] = json.loads(Path(__file__).with_name("countries.json").read_text())
    return found


def country_choices() -> list[tuple[str, str]]:
    """Code and name in the order of their names."""
    return sorted(countries().items(), key=lambda pair: _plain(pair[1]))


def country(written: str) -> str:
    """The code for a code or a name in any case; ValueError when there is no such country."""
    wanted = written.strip()
    if not wanted or wanted.upper() in countries():
        return wanted.upper()
    for code, name in countries().items():
        if name.casefold() == wanted.casefold():
            return code
    raise ValueError(f"There is no country “{wanted}”; write it like Austria or AT.")


def language(written: str) -> str:
    """In its usual spelling: DE_at → de-AT, zh-hant → zh-Hant; ValueError when it is none."""
    wanted = written.strip().replace("_", "-")
    if not wanted:
        return ""
    if not LANGUAGE.fullmatch(wanted):
        raise ValueError(f"“{wanted}” is no language; write it like de or en-GB (BCP 47).")
    first, *rest = wanted.split("-")
    return "-".join([first.lower(), *map(_subtag, rest)])


def language_name(code: str) -> str:
    """As people call it: de → German, de-AT → German (de-AT); the code where no name is known."""
    try:
        known = get_language_info(code.lower())
    except KeyError:
        return code
    name = str(known["name_translated"])
    return name if known["code"] == code.lower() else f"{name} ({code})"


def zone(written: str) -> str:
    """A time zone of the database of zones, however it is capitalised: "europe/vienna"."""
    found = _zones().get(written.strip().replace(" ", "_").casefold())
    if found is None:
        raise ValueError(f"“{written}” is no time zone; write it like Europe/Vienna.")
    return found


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


def _subtag(text: str) -> str:
    if len(text) == 4 and text.isalpha():
        return text.title()
    return text.upper() if len(text) == 2 else text.lower()


def _plain(name: str) -> str:
    """Åland stands at A."""
    return name.translate(str.maketrans("ÅÉÎÔÖÜ", "AEIOOU")).casefold()
