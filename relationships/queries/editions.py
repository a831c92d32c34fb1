"""Editions of the specification, and what a trial of one found, in words and numbers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from customers.models import Customer
from relationships import live, veil
from relationships.engine.typology import arranged, faults, shipped_document
from relationships.models import Edition, Example, Family

# By then the books of another month are closed, and labels have changed by themselves.
TRIAL_HOLDS = timedelta(days=30)


def editions() -> list[Edition]:
    """Newest first. Before anything was adapted: the one that comes with the product."""
    rows = list(Edition.objects.select_related("created_by").defer("document", "trial"))
    return rows or [_shipped()]


def edition(version: int) -> Edition | None:
    found = Edition.objects.filter(version=version).first()
    return found or (_shipped() if version == 1 else None)


def _shipped() -> Edition:
    return Edition(version=1, document={}, note="As it comes with relcrm", state=Edition.State.LIVE)


def in_force(version: int) -> tuple[Edition, list[str]]:
    """The edition that the company's row names and what is wrong with it; one that is gone is
    answered by the shipped one, which serves in its place, and the fault says so."""
    row = edition(version)
    if row is None:
        return _shipped(), [_("Edition %d is not on record any more.") % version]
    return row, broken()


def document_of(row: Edition) -> dict[str, Any]:
    """The whole document, to be read or adapted."""
    return arranged(row.document) if row.document else shipped_document()


def broken() -> list[str]:
    """What is wrong with the live edition, so that the shipped one serves instead; [] when well."""
    row = Edition.objects.filter(state=Edition.State.LIVE).first()
    return faults(row.document) if row and row.document else []


@dataclass(frozen=True, slots=True)
class Move:
    """So many people would be called `after` instead of `before`."""

    before: str
    after: str
    people: int
    examples: list[Customer]


@dataclass(frozen=True, slots=True)
class Trial:
    """What would change by the edition, and by what else; numbers of a sample are made numbers of
    everyone."""

    looked_at: int
    customers: int
    changed: int
    by_figures: int | None  # whom measuring the company anew would change, without the edition
    by_labels: int | None  # whom learning from people's answers anew would change, without it
    in_all: int | None  # of today's labels, once it is live
    share: float
    moves: list[Move]
    mix: list[tuple[str, float, float]]
    steps: list[tuple[str, int, int]]

    @property
    def will_change(self) -> int:
        """Labels that are others than today's once it is live, by the edition or by what else."""
        return self.changed if self.in_all is None else self.in_all

    @property
    def is_sample(self) -> bool:
        return self.looked_at < self.customers


def outdated(row: Edition, now: datetime) -> str:
    """Why what a trial found says nothing any more of going live today; "" while it does."""
    against, in_use = row.trial.get("against"), live.specification().version
    if row.trial and against != in_use:
        told = {"old": against, "new": in_use}
        return _("What would change was seen against edition %(old)s, but edition %(new)s is live "
                 "by now: look again.") % told  # fmt: skip
    if row.trial and row.tried_at and now - row.tried_at > TRIAL_HOLDS:
        told = {"day": f"{row.tried_at:%-d %B %Y}"}
        return _("What would change was seen on %(day)s, and people have moved since: look "
                 "again.") % told  # fmt: skip
    return ""


def moves(row: Edition, *, frank: bool, named: bool) -> list[dict[str, Any]]:
    """What a trial found, as a program may read it: of negative types one name, and nobody in
    them; `named`: with some of the people."""
    people: dict[tuple[str, str], int] = {}
    examples: dict[tuple[str, str], list[int]] = {}
    known = _examples(row) if named else {}
    for move in row.trial["moves"]:
        pair = (veil.label_key(move["from"], frank=frank), veil.label_key(move["to"], frank=frank))
        if pair[0] == pair[1]:
            continue  # between two kinds that few may tell apart
        people[pair] = people.get(pair, 0) + move["people"]
        some = known.get((move["from"], move["to"]), [])
        mine = [] if veil.KEY in pair else [one.pk for one in some]
        examples.setdefault(pair, []).extend(mine)
    return [
        {"from": old, "to": new, "people": n, "examples": examples[old, new]}
        for (old, new), n in people.items()
    ]


def trial(row: Edition) -> Trial | None:
    """The kept outcome with the names of families, types and people; one query."""
    found = row.trial
    if not found:
        return None
    looked, everyone = found["looked_at"], found["customers"]
    scale = everyone / looked if looked else 0.0
    people = _examples(row)
    of_all = lambda name: None if found.get(name) is None else round(found[name] * scale)  # noqa: E731
    return Trial(
        looked_at=looked,
        customers=everyone,
        changed=round(found["changed"] * scale),
        by_figures=of_all("changed_by_figures_alone"),
        by_labels=of_all("changed_by_labels_alone"),
        in_all=of_all("changed_in_all"),
        share=found["changed"] / looked if looked else 0.0,
        moves=[
            Move(_called(m["from"]), _called(m["to"]), round(m["people"] * scale),
                 people.get((m["from"], m["to"]), []))
            for m in found["moves"]
        ],
        mix=[
            (str(Family(name).label), a * scale, b * scale) for name, (a, b) in found["mix"].items()
        ],
        steps=[
            (live.typology().groups[name], round(a * scale), round(b * scale))
            for name, (a, b) in found["steps"].items()
        ],
    )  # fmt: skip


def _examples(row: Edition) -> dict[tuple[str, str], list[Customer]]:
    """Some of those whose label would change, by what it is and what it would be."""
    found: dict[tuple[str, str], list[Customer]] = {}
    rows = Example.objects.filter(edition=row.pk, customer__in=Customer.objects.judgeable())
    for one in rows.select_related("customer").order_by("pk"):
        found.setdefault((one.before, one.after), []).append(one.customer)
    return found


def _called(code: str) -> str:
    return str(Family(code).label) if code in Family.values else live.typology()[code].name
