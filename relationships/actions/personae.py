"""Looking for personae: find groups in a sample, place everyone, draw each group's portrait."""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import connection, transaction

from relationships import picture_words
from relationships.engine import personae as engine
from relationships.engine.personae import Groups, Lift, Trait
from relationships.models import Persona, Picture, Profile
from relationships.queries import people as facts
from relationships.queries.people import JUDGED
from relcrm.base import audit
from relcrm.base.actions import jobs
from relcrm.base.audit import Actor
from relcrm.base.models import Job
from relcrm.base.runners import Progress
from relcrm.lib import bulk

BEST_SHARE = 0.2  # of customers, by expected value
SHOWN, RARER = 10, 5
FAMILIES = tuple(name.removeprefix("p_") for name in JUDGED if name.startswith("p_"))


def ask_for_personae(*, by: Actor, as_of: date) -> Job:
    """Put looking for personae in line; while one look is active, no second one."""
    return jobs.ask_for(
        "personae",
        "Look for personae",
        by=by,
        payload={"as_of": as_of.isoformat()},
        unit="customers",
        once_key="personae",
    )


def picture_customers(
    *, as_of: date, now: datetime, rng: np.random.Generator, progress: Progress
) -> Picture:
    """Find the groups, place everyone in one, replace the personae of before. Safe to run twice."""
    ids, values = facts.everyone()
    progress(0, total=len(ids))
    chosen = np.sort(rng.choice(ids, min(len(ids), engine.SAMPLE), replace=False))
    sample = facts.people(chosen, as_of)
    found = engine.find_groups(sample, rng)
    groups = found if isinstance(found, Groups) else None
    some = engine.traits(sample)
    new = _new_rows(len(groups.centres) if groups else 0, as_of)
    tally = Tally.empty(len(new), len(some))
    least = _least_of_the_best(values)
    done = 0
    for block in facts.blocks(ids):
        table = facts.people(block, as_of)
        labels = groups.assign(table) if groups else np.full(len(block), -1)
        tally.count(table, labels, some, least)
        if groups:
            _place(block, [new[label].pk for label in labels])
        done += len(block)
        progress(done)
    return _keep(found, new, tally, some, least, as_of=as_of, now=now)


@dataclass
class Tally:
    """Counts of people by group and trait; the last row is the best customers."""

    has: Any
    known: Any
    people: Any
    families: Any
    value: Any
    all_has: Any
    all_known: Any
    best_people: int = field(default=0)

    @classmethod
    def empty(cls, groups: int, traits: int) -> "Tally":
        many, zeros = (groups + 1, traits), np.zeros
        return cls(zeros(many), zeros(many), zeros(groups), zeros((groups, len(FAMILIES))),
                   zeros((groups, 2)), zeros(traits), zeros(traits))  # fmt: skip

    def count(self, table: Any, labels: Any, some: list[Trait], least: float) -> None:
        marks = engine.marks(table, some)
        families = table[[f"p_{family}" for family in FAMILIES]].to_numpy(float)
        value = table["value"].to_numpy(float)
        self.all_has += marks.has.sum(axis=0)
        self.all_known += marks.known.sum(axis=0)
        for group in range(len(self.people)):
            mine = labels == group
            self.has[group] += marks.has[mine].sum(axis=0)
            self.known[group] += marks.known[mine].sum(axis=0)
            self.people[group] += mine.sum()
            self.families[group] += np.nan_to_num(families[mine]).sum(axis=0)
            known = mine & ~np.isnan(value)
            self.value[group] += (value[known].sum(), known.sum())
        best = value >= least
        self.has[-1] += marks.has[best].sum(axis=0)
        self.known[-1] += marks.known[best].sum(axis=0)
        self.best_people += int(best.sum())

    def lifts(self, row: int) -> list[Lift | None]:
        return engine.lifts(self.has[row], self.known[row], self.all_has, self.all_known)


def _new_rows(groups: int, as_of: date) -> list[Persona]:
    """Rows to place people in, not shown before all of them are placed."""
    Persona.objects.filter(is_current=False).delete()  # what an interrupted look left
    return [
        Persona.objects.create(name="", found_on=as_of, is_current=False) for _ in range(groups)
    ]


@transaction.atomic
def _place(ids: Any, rows: list[int]) -> None:
    staged = {"customer_id": ids.tolist(), "persona_id": rows}
    bulk.stage(connection, "persona_stage", "relationships_profile", staged, len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE relationships_profile SET persona_id = s.persona_id FROM persona_stage s "
            "WHERE relationships_profile.customer_id = s.customer_id"
        )


@transaction.atomic
def _keep(
    found: Any, new: list[Persona], tally: Tally, some: list[Trait], least: float,
    *, as_of: date, now: datetime,
) -> Picture:  # fmt: skip
    """Show the new personae, forget the old ones, write down what was tried."""
    taken: set[str] = set()
    for rank, row in enumerate(np.argsort(-tally.people, kind="stable"), start=1):
        persona = new[row]
        portrait = _portrait(tally.lifts(int(row)), some, SHOWN)
        persona.name = picture_words.name(portrait["traits"], taken, rank)
        taken.add(persona.name)
        persona.rank, persona.customers = rank, int(tally.people[row])
        persona.portrait, persona.is_current = portrait, True
        mix = tally.families[row] / max(tally.families[row].sum(), 1e-12)
        persona.families = dict(zip(FAMILIES, mix.round(4).tolist(), strict=True))
        total, known = tally.value[row]
        persona.value_each = float(total / known) if known else None
        persona.save()
    current = {persona.pk for persona in new}
    if not new:
        Profile.objects.exclude(persona=None).update(persona=None)
    Persona.objects.exclude(pk__in=current).delete()
    picture = _picture(found, tally, some, least, as_of=as_of, now=now)
    audit.record("personae.found", picture, by=None, at=now, groups=len(new))
    return picture


def _picture(
    found: Any, tally: Tally, some: list[Trait], least: float, *, as_of: date, now: datetime
) -> Picture:
    outcomes = {
        "Groups": Picture.Outcome.FOUND,
        "Nothing": Picture.Outcome.NOTHING,
        "TooLittle": Picture.Outcome.TOO_LITTLE,
    }
    best: dict[str, Any] = {}
    if tally.best_people:
        best = _portrait(tally.lifts(-1), some, SHOWN)
        best |= {"people": tally.best_people, "least": least}
    return Picture.objects.create(
        as_of=as_of,
        outcome=outcomes[type(found).__name__],
        people=found.people,
        attributes=found.attributes,
        tried=[asdict(one) for one in getattr(found, "tried", [])],
        best=best,
        found_at=now,
    )


def _portrait(found: list[Lift | None], some: list[Trait], most: int) -> dict[str, Any]:
    """The traits that stand out, commonest beyond the rest first, and those that are rarer."""
    out = [
        {"attribute": trait.attribute, "level": trait.level, **asdict(lift)}
        for trait, lift in zip(some, found, strict=True)
        if lift is not None and lift.stands_out
    ]
    out.sort(key=lambda each: each["lift"], reverse=True)
    return {
        "traits": [each for each in out if each["lift"] > 1][:most],
        "rarer": [each for each in reversed(out) if each["lift"] < 1][:RARER],
    }


def _least_of_the_best(values: Any) -> float:
    """The value from which on a customer belongs to the best fifth; infinite without values."""
    known = values[~np.isnan(values)]
    return float(np.quantile(known, 1 - BEST_SHARE)) if len(known) else float("inf")
