"""How well we know, put together for a page: figures of trials beside what was aimed at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relationships import quality_words
from relationships.engine.evaluation import measured
from relationships.engine.evaluation.pairs import AS_ONE
from relationships.engine.typology import CHANNELS
from relationships.engine.typology.spec import BREADTH
from relationships.quality_real import Real, real
from relationships.queries.quality import Quality

FEWEST_ANSWERS = 30  # for agreement to say anything
# Check → what it says to a marketer. The ones under ALWAYS hold in every world.
CHECKS = {
    "macro-F1 of 5 families": gettext_lazy("Families told apart, each family counting alike"),
    "macro-F1 of 29 types": gettext_lazy("Kinds told apart, each kind counting alike"),
    f"macro-F1 of types{AS_ONE}": gettext_lazy(
        "The same, the kinds that are hardest to tell apart as one"
    ),
    "shown type right": gettext_lazy("Right of the kinds that pages show"),
    f"shown type right{AS_ONE}": gettext_lazy("The same, the hardest as one"),
    "shown type, share of customers": gettext_lazy("Customers of whom a kind is shown"),
    "type at p >= 0.6 right": gettext_lazy("Right where a kind is likelier than 6 in 10"),
    f"type at p >= 0.6 right{AS_ONE}": gettext_lazy("The same, the hardest as one"),
    "type at p >= 0.6, share of customers": gettext_lazy("Customers with so likely a kind"),
    f"type at p >= 0.6, share of customers{AS_ONE}": gettext_lazy("The same, the hardest as one"),
    "calibration error of families": gettext_lazy("How far our sureness is off, families"),
    "calibration error of types": gettext_lazy("How far our sureness is off, kinds"),
    f"calibration error of types{AS_ONE}": gettext_lazy("The same, the hardest as one"),
    "Brier skill": gettext_lazy("Better than telling everyone the usual mix"),
}
ASKED = {
    "macro-F1 of 29 types": gettext_lazy("Kinds told apart after %(n)s people said what they are"),
    "calibration error of types": gettext_lazy(
        "How far our sureness is off after %(n)s did, kinds"
    ),
}
ALWAYS = {
    "labels changed by 10,000 strangers": gettext_lazy(
        "Labels that change when 10,000 strangers are judged with them"
    ),
    "gated types assigned without their channel": gettext_lazy(
        "Kinds shown although their source was taken away"
    ),
    "one more purchase lowers intensity": gettext_lazy("People whom one more purchase makes "
                                                       "cooler"),
    "a complaint settled well, against left open, lowers valence": gettext_lazy(
        "People in a worse mood when a complaint is settled well than while it is open"
    ),
    "a reply lowers closeness": gettext_lazy("People whom an answer to us makes more distant"),
    "a reply lowers intensity": gettext_lazy("People whom an answer to us makes cooler"),
}  # fmt: skip
CHANGING = "shown labels that change in a month"
MULTIPLES = (1.5, 1 / 1.5)  # from here on a source differs from the book


@dataclass(frozen=True, slots=True)
class Figure:
    words: str
    is_reached: bool | None


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of both trials, with what it should be."""

    words: str
    aim: str
    drawn: Figure | None
    shop: Figure | None

    @property
    def both(self) -> tuple[Figure | None, Figure | None]:
        return self.drawn, self.shop


@dataclass(frozen=True, slots=True)
class Page:
    quality: Quality
    measured_on: date
    is_current: bool  # the trials used the specification that comes with relcrm, as it is now
    is_ours: bool  # and the company judges by just that
    rows: list[Row]
    always: list[tuple[str, int]]
    commands: list[str]
    usual: list[str]  # where the company differs from the book
    says_enough: bool  # enough people said what they are
    uses: list[str]
    misuses: list[str]
    factors: list[str]
    tried_on: list[str]
    guards: list[str]
    limits: list[str]
    real: Real
    most_changed: float | None  # share of labels a month, as aimed at


def page(found: Quality, channels: frozenset[str], *, frank: bool) -> Page:
    kept = measured.kept()
    answers = found.agreement or {}
    return Page(
        quality=found,
        measured_on=date.fromisoformat(kept["measured_on"]),
        is_current=kept["specification"] == measured.fingerprint(),
        is_ours=not found.edition.document,
        rows=_rows(kept["runs"]),
        always=_always(kept["runs"][0]["checks"]),
        commands=[one["command"] for one in kept["runs"]],
        usual=_usual(found.calibration.multipliers),
        says_enough=answers.get("people", 0) >= FEWEST_ANSWERS,
        uses=quality_words.uses(),
        misuses=quality_words.misuses(),
        factors=quality_words.factors(),
        tried_on=quality_words.tried_on(),
        guards=quality_words.guards(frank=frank),
        limits=quality_words.limits(channels, has_answers=bool(answers)),
        real=real(frank=frank),
        most_changed=_most_changed(kept),
    )


def _most_changed(kept: Mapping[str, Any]) -> float | None:
    """As the real files are held to it: "<= 0.1"."""
    checks = [one for file in kept.get("files", []) for one in file["checks"]]
    aims = [one["target"] for one in checks if one["check"] == CHANGING and one["target"]]
    return float(aims[0].split()[1]) if aims else None


def _rows(runs: list[dict[str, Any]]) -> list[Row]:
    """The world that differs from the book, first without a word from anybody, then with some."""
    asked = [run for run in runs if run["labels"]]
    checks = _by_name(asked[0])
    rows = [_row(str(words), "", name, checks) for name, words in CHECKS.items()]
    for run in asked:
        n = f"{run['labels']:,}"
        rows += [
            _row(str(words) % {"n": n}, f", {n} labels", name, _by_name(run))
            for name, words in ASKED.items()
        ]
    return rows


def _by_name(run: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["check"]: one for one in run["checks"]}


def _row(words: str, suffix: str, name: str, checks: Mapping[str, dict[str, Any]]) -> Row:
    both = [checks.get(f"{where}{suffix}: {name}") for where in ("drawn", "shop")]
    aim = next((one["target"] for one in both if one and one["target"]), None)
    return Row(words, _aim(aim), *(one and _figure(one) for one in both))


def _figure(one: dict[str, Any]) -> Figure:
    return Figure(_per_cent(one["figure"]), one["reached"])


def _aim(target: str | None) -> str:
    """ ">= 0.74" → "at least 74 %"."""
    if target is None:
        return ""
    sign, bound = target.split()
    words = {">=": _("at least %s"), "<=": _("at most %s"), "=": "%s"}[sign]
    return words % _per_cent(float(bound))


def _per_cent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _always(checks: list[dict[str, Any]]) -> list[tuple[str, int]]:
    found = {one["check"]: int(one["figure"]) for one in checks}
    return [(str(words), found[name]) for name, words in ALWAYS.items() if name in found]


def _usual(multipliers: Mapping[str, float]) -> list[str]:
    """Where things happen clearly more or less often in this company than the book says."""
    high, low = MULTIPLES
    often = _("%(what)s: %(times).1f times as often as the book says")
    wide = _("Customers choose %(times).1f times as widely as the book says")
    return [
        (wide if channel == BREADTH else often)
        % {"what": CHANNELS[channel].capitalize(), "times": times}
        for channel, times in multipliers.items()
        if channel in CHANNELS and (times >= high or times <= low)
    ]
