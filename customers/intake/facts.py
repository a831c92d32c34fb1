"""What a file can say about a person: how such a column is called, and how its cells are read.

Other sources of facts (custom fields) enter themselves with `register`; where their values are
kept is said to `customers.actions.keepers`.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from customers import places
from customers.intake.dates import NotADate
from customers.intake.numbers import NotANumber, number

if TYPE_CHECKING:
    from customers.intake.lines import Plan

OLDEST = 1880
SPLIT = re.compile(r"[;|,]")
MOST_INTERESTS = 50


class Unfit(ValueError):
    """The cell cannot be this fact."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy


Reader = Callable[[str, "Plan"], Any]


@dataclass(frozen=True)
class Fact:
    """One thing a file can say about a person. Values are plain JSON; None is "not known"."""

    name: str  # in a mapping: "gender", "custom.shoe_size"
    title: str
    names: tuple[str, ...]  # how people call such a column, as `recognise.plain` writes
    read: Reader
    looks: Callable[[str], bool] | None = None  # whether a cell may be one, for recognition


Source = Callable[[], Iterable[Fact]]
SOURCES: list[Source] = []


def register(source: Source) -> None:
    """More facts, asked for whenever a file of customers is looked at."""
    SOURCES.append(source)


def known() -> dict[str, Fact]:
    """Every fact that a file may bring today, by its name."""
    return {fact.name: fact for source in [lambda: OWN, *SOURCES] for fact in source()}


def text(longest: int) -> Reader:
    def read(cell: str, plan: "Plan") -> str:
        if len(cell) > longest:
            raise Unfit("is too long", f"At most {longest} characters are kept.")
        return cell

    return read


def day(cell: str, plan: "Plan") -> str:
    try:
        found, _at = plan.days.read(cell)
    except NotADate as problem:
        raise Unfit("is no date", f"Write it like {plan.today:%Y-%m-%d}.") from problem
    if found > plan.latest:
        raise Unfit("lies in the future", "Check the year.")
    return found.isoformat()


def _year(cell: str, plan: "Plan") -> int:
    year = whole(cell, plan)
    if not OLDEST <= year <= plan.today.year:
        raise Unfit("is no year of birth", f"Write a year from {OLDEST} to {plan.today.year}.")
    return year


def whole(cell: str, plan: "Plan") -> int:
    try:
        found = number(cell, plan.decimal)
    except NotANumber as problem:
        raise Unfit("is no number", "Write a whole number.") from problem
    if found != found.to_integral_value():
        raise Unfit("is no whole number", "Write a whole number.")
    return int(found)


def _household(cell: str, plan: "Plan") -> int:
    people = whole(cell, plan)
    if not 1 <= people <= 50:
        raise Unfit("is no number of people", "Write how many live there, 1 to 50.")
    return people


def _email(cell: str, plan: "Plan") -> str:
    if "@" not in cell[1:-1] or any(mark.isspace() for mark in cell) or len(cell) > 254:
        raise Unfit("is no e-mail address", "Write it like ada@example.com, or leave it empty.")
    return cell


def _phone(cell: str, plan: "Plan") -> str:
    if not 5 <= sum(mark.isdigit() for mark in cell) <= 20:
        raise Unfit("is no phone number", "Write it like +43 660 1234567, or leave it empty.")
    return cell


def _country(cell: str, plan: "Plan") -> str:
    try:
        return places.country(cell)
    except ValueError as problem:
        raise Unfit("is no country we know", "Write it like AT or Austria.") from problem


def _language(cell: str, plan: "Plan") -> str:
    try:
        return places.language(cell)
    except ValueError as problem:
        raise Unfit("is no language", "Write it like de or en-GB.") from problem


def _organisation(cell: str, plan: "Plan") -> str:
    return str(text(200)(" ".join(cell.split()), plan))


def _zone(cell: str, plan: "Plan") -> str:
    try:
        return places.zone(cell)
    except ValueError as problem:
        raise Unfit("is no time zone", "Write it like Europe/Vienna.") from problem


def _interests(cell: str, plan: "Plan") -> list[str]:
    words = (word.strip()[:60] for word in SPLIT.split(cell))
    return list(dict.fromkeys(word for word in words if word))[:MOST_INTERESTS]


YES, NO = {"yes", "y", "true", "1", "ja", "x"}, {"no", "n", "false", "0", "nein"}


def _flag(cell: str, plan: "Plan") -> bool:
    if cell.casefold() not in YES | NO:
        raise Unfit("is neither yes nor no", "Write yes or no.")
    return cell.casefold() in YES


def _may_be_phone(cell: str) -> bool:
    return sum(mark.isdigit() for mark in cell) >= 5


def _is_year(cell: str) -> bool:
    return cell.strip().isdigit() and OLDEST <= int(cell) <= date.max.year


def put_together(said: dict[str, Any]) -> dict[str, Any]:
    """First and last name make the name, unless it is there."""
    parts = [said.pop(part) for part in ("first_name", "last_name") if part in said]
    if parts and "name" not in said:
        said["name"] = " ".join(parts)[:200]
    return said


OWN = [
    Fact("name", "Name", ("name", "fullname", "customername", "kundenname"), text(200)),
    Fact("first_name", "First name", ("firstname", "givenname", "forename", "vorname"), text(100)),
    Fact("last_name", "Last name", ("lastname", "surname", "familyname", "nachname"), text(100)),
    Fact("email", "E-mail", ("email", "emailaddress", "mail", "customeremail"), _email,
         lambda cell: "@" in cell),
    Fact("phone", "Phone", ("phone", "phonenumber", "telephone", "mobile", "tel", "telefon",
                            "handy", "cell"), _phone, _may_be_phone),
    Fact("birth_on", "Date of birth", ("birthdate", "dateofbirth", "birthday", "dob", "born",
                                       "geburtsdatum"), day),
    Fact("birth_year", "Year of birth", ("yearbirth", "birthyear", "yearofbirth", "geburtsjahr"),
         _year, _is_year),
    Fact("gender", "Gender", ("gender", "sex", "geschlecht"), text(40)),
    Fact("education", "Education", ("education", "degree", "schooling", "ausbildung"), text(60)),
    Fact("occupation", "Occupation", ("occupation", "job", "profession", "jobtitle", "beruf"),
         text(80)),
    Fact("household_size", "Household size", ("householdsize", "household", "persons"),
         _household),
    Fact("city", "City", ("city", "town", "stadt", "ort", "customercity"), text(100)),
    Fact("region", "Region", ("region", "state", "province", "county", "customerstate",
                              "bundesland"), text(100)),
    Fact("country", "Country", ("country", "countrycode", "land"), _country),
    Fact("language", "Language", ("language", "lang", "locale", "sprache"), _language),
    Fact("zone", "Time zone", ("timezone", "zone", "tz", "zeitzone"), _zone),
    Fact("organisation", "Organisation", ("organisation", "organization", "company",
                                          "companyname", "employer", "firma", "unternehmen"),
         _organisation),
    Fact("interests", "Interests", ("interests", "hobbies", "interessen"), _interests),
    Fact("first_seen_on", "Customer since", ("dtcustomer", "customersince", "since", "joined",
                                             "joinedon", "enrolledon", "signupdate",
                                             "registeredat", "createdat", "membersince"), day),
    Fact("objects_to_profiling", "Objects to profiling", ("objectstoprofiling",), _flag),
]  # fmt: skip
