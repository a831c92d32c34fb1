"""The three kinds of files: what their columns may mean, and how one is told from another."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from customers.intake import facts, recognise
from customers.intake.dates import looks_like_date
from customers.intake.happenings import kind_of
from customers.intake.recognise import Column, Names, Test
from customers.models import Import
from relcrm.lib.refusals import Refused

Kind = Import.Kind
CUSTOMER = "customer"
NUMBER_NAMES = recognise.NAMES[CUSTOMER]


@dataclass(frozen=True)
class Shape:
    """What the columns of one kind of file may mean."""

    kind: str
    names: Names
    titles: Mapping[str, str]
    tests: Mapping[str, Test]
    enough: Callable[[Mapping[str, str]], None]  # refuses a mapping that says too little

    def recognised(self, columns: Sequence[Column]) -> dict[str, str]:
        loosely = self.kind != Kind.CUSTOMERS
        return recognise.mapping(columns, self.names, self.tests, loosely=loosely)


def shape(kind: str) -> Shape:
    """Refuses a kind that there is none of."""
    if kind not in Kind.values:
        raise Refused(f"There is no import of “{kind}”; choose {', '.join(Kind.values)}.")
    return SHAPES[kind]()


def _purchases() -> Shape:
    return Shape(Kind.PURCHASES, recognise.NAMES, recognise.TITLES, recognise.TESTS, _paid)


def _interactions() -> Shape:
    tests = recognise.TESTS | {"kind": lambda text: kind_of(text) is not None,
                               "rating": recognise.TESTS["amount"],
                               "sentiment": recognise.TESTS["amount"]}  # fmt: skip
    return Shape(Kind.INTERACTIONS, recognise.HAPPENED, recognise.HAPPENED_TITLES, tests, _happened)


def _customers() -> Shape:
    known = facts.known()
    numbers = (*(name for name in NUMBER_NAMES if "email" not in name), "number", "no", "nr")
    return Shape(
        Kind.CUSTOMERS,
        {CUSTOMER: numbers} | {name: fact.names for name, fact in known.items()},
        {CUSTOMER: "Customer number"} | {name: fact.title for name, fact in known.items()},
        {name: fact.looks for name, fact in known.items() if fact.looks}
        | {"birth_on": looks_like_date, "first_seen_on": looks_like_date},
        _somebody,
    )  # fmt: skip


SHAPES: dict[str, Callable[[], Shape]] = {
    Kind.PURCHASES: _purchases, Kind.INTERACTIONS: _interactions, Kind.CUSTOMERS: _customers,
}  # fmt: skip


def _needs(mapping: Mapping[str, str], *meanings: str) -> None:
    for meaning in meanings:
        if meaning not in mapping:
            raise Refused(f"Say which column is the {meaning}.")


def _paid(mapping: Mapping[str, str]) -> None:
    _needs(mapping, "customer", "date")
    if "amount" not in mapping and not {"quantity", "price"} <= mapping.keys():
        raise Refused("Say which column is the amount, or name both quantity and price.")


def _happened(mapping: Mapping[str, str]) -> None:
    _needs(mapping, "customer", "date")


def _somebody(mapping: Mapping[str, str]) -> None:
    if not {"customer", "email", "phone"} & mapping.keys():
        raise Refused("Say which column is the customer number, or the e-mail, or the phone.")


def check_mapping(kind: str, mapping: Mapping[str, str], header: Sequence[str]) -> None:
    """Refuse a mapping that cannot work, naming the column and the remedy."""
    wanted = shape(kind)
    for meaning, name in mapping.items():
        if meaning not in wanted.names:
            known = ", ".join(wanted.titles)
            raise Refused(f"“{meaning}” is not something a column can mean; choose from {known}.")
        if name not in header:
            there = ", ".join(f"“{each}”" for each in header[:12])
            raise Refused(f"The file has no column “{name}” for {meaning}. It has {there}.")
    wanted.enough(mapping)
    doubled = [name for name in set(mapping.values()) if list(mapping.values()).count(name) > 1]
    if doubled:
        raise Refused(f"The column “{doubled[0]}” is used for two things; choose one.")


def kind_of_file(columns: Sequence[Column]) -> str:
    """People when facts about people stand in it and no sums of a sale; purchases when there is
    an amount; else anything that happened. When nothing is plain: purchases."""
    called = {recognise.plain(column.name) for column in columns}
    bought = _purchases().recognised(columns)
    paid = "date" in bought and (
        _exactly("amount", called) or {"quantity", "price"} <= bought.keys()
    )
    about_people = [
        fact.name for fact in facts.OWN
        if fact.name not in ("email", "first_seen_on", "phone", "name")
        and called & set(fact.names)
    ]  # fmt: skip
    if not paid and len(about_people) + len(called & CONTACT) >= 2:
        return Kind.CUSTOMERS
    if about_people and "date" not in bought:  # nothing is bought on no day
        return Kind.CUSTOMERS
    if not paid and _happens(columns, bought):
        return Kind.INTERACTIONS
    return Kind.PURCHASES


NAMING = ("email", "phone", "name", "first_name", "last_name")
CONTACT = {name for fact in facts.OWN if fact.name in NAMING for name in fact.names}


def _exactly(meaning: str, called: set[str]) -> bool:
    return bool(called & set(recognise.NAMES[meaning]))


def _happens(columns: Sequence[Column], bought: Mapping[str, str]) -> bool:
    """Whether a column says what happened, or only such files have it."""
    if "date" not in bought or "customer" not in bought:
        return False
    found = _interactions().recognised(columns)
    return "amount" not in bought and bool(
        {"kind", "channel", "rating", "sentiment", "text"} & found.keys()
    )
