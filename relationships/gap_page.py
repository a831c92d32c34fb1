"""Wanted and treated, as one page shows it: offered, wanted, held, treated; who is in which gap."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from relationships.gap_words import LABEL_ORDER, MEANS
from relationships.live import typology
from relationships.models import Family, GapLabel
from relationships.naming import families_name
from relationships.veil import is_veiled
from relcrm.base.templatetags.words import share
from relcrm.lib.charts import percent

ORDER = (Family.MARRIAGE, Family.FRIEND, Family.FLING, Family.DISTANT)
LEAST_APART = 0.05  # below this two shares are the same
SMALLEST = 0.005  # a share below it would be written as none
FEWEST = 5  # people below whom nothing is a finding
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Compared:
    """One family: shares of people by what we offer, they want, they have, and how we treat them.
    None: not said, or not measured."""

    family: str
    name: str
    shares: list[tuple[str, float | None, str]]  # of what, share, width of its bar


@dataclass(frozen=True, slots=True)
class Told:
    """One label with its people."""

    label: str
    name: str
    n: int
    share: float
    width: str
    means: str = ""

    @property
    def of_all(self) -> str:
        """The share; of some, never nothing."""
        return _("under 1 %") if 0 < self.share < SMALLEST else share(self.share)


@dataclass(frozen=True, slots=True)
class Line:
    """One family or type: its people by label, and the share of them in a wide gap."""

    family: str
    type: str
    name: str
    counts: list[tuple[str, int]]
    n: int
    wide: float


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the page says of some people."""

    people: int  # with a gap that is known
    stated: int
    wanting: int  # of whom a wish is known or inferred
    wide: float
    labels: list[Told]
    lines: list[Line]
    compared: list[Compared]
    finding: str

    @property
    def answered(self) -> str:
        """The share of them who said it themselves; of some, never nothing."""
        part = _share(self.stated, self.wanting)
        return _("under 1 %") if 0 < part < SMALLEST else share(part)


def page(
    sums: Mapping[str, Rows], mix: Mapping[str, float] | None, *, by_type: bool, frank: bool
) -> Page:
    """Whoever may not see negative relationships sees nothing that is added up over them."""
    told = {
        name: [row for row in rows if not is_veiled(row["family"], frank=frank)]
        for name, rows in sums.items()
    }
    gaps = told["gaps"]
    people = sum(row["n"] for row in gaps)
    compared = _compared(told, mix, frank=frank)
    return Page(
        people=people,
        stated=sum(row["stated"] for row in told["wishes"]),
        wanting=sum(row["n"] for row in told["wishes"]),
        wide=_share(sum(row["wide"] for row in gaps), people),
        labels=_labels(gaps, people),
        lines=_lines(gaps, by_type=by_type, frank=frank),
        compared=compared,
        finding=finding(compared, people),
    )


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _labels(gaps: Rows, people: int) -> list[Told]:
    counts: Counter[str] = Counter()
    for row in gaps:
        counts[row["label"]] += row["n"]
    return [
        Told(label, str(GapLabel(label).label), counts[label], _share(counts[label], people),
             percent(_share(counts[label], max(counts.values()))), str(MEANS[GapLabel(label)]))
        for label in LABEL_ORDER
        if counts[label]
    ]  # fmt: skip


def _lines(gaps: Rows, *, by_type: bool, frank: bool) -> list[Line]:
    grouped: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in gaps:
        key = (row["family"], row["type"] if by_type else "")
        grouped.setdefault(key, []).append(row)
    places = {family: at for at, family in enumerate([*Family])}
    found = [_line(family, kind, rows, frank=frank) for (family, kind), rows in grouped.items()]
    return sorted(found, key=lambda line: (places[Family(line.family)], line.type, -line.n))


def _line(family: str, kind: str, rows: Rows, *, frank: bool) -> Line:
    n = sum(row["n"] for row in rows)
    counts = Counter({row["label"]: 0 for row in rows})
    for row in rows:
        counts[row["label"]] += row["n"]
    name = _(typology()[kind].name) if kind else families_name(family, frank=frank)
    return Line(
        family, kind, name, [(label, counts[label]) for label in LABEL_ORDER], n,
        _share(sum(row["wide"] for row in rows), n),
    )  # fmt: skip


def _compared(
    told: Mapping[str, Rows], mix: Mapping[str, float] | None, *, frank: bool
) -> list[Compared]:
    wishes, held = told["wishes"], told["held"]
    treated: Counter[str] = Counter()
    for row in told["treated"]:
        treated[row["as"]] += row["n"]
    known = sum(n for family, n in treated.items() if family)
    families = [*ORDER, Family.NEGATIVE] if frank else ORDER
    people = sum((row[str(f)] or 0.0) for row in held for f in families)
    if not frank and sum(row["n"] for row in held) < FEWEST:
        people = 0.0  # of so few, shares of what they have would be somebody's own chances
    wanting = sum(row["n"] for row in wishes)
    found = []
    for family in families:
        name = str(family)
        is_wanted = family != Family.NEGATIVE
        shares = [
            ("offered", mix.get(name, 0) / 100 if mix and is_wanted else None),
            ("wanted", _sum(wishes, name) / wanting if wanting and is_wanted else None),
            ("held", _sum(held, name) / people if people else None),
            ("treated", treated[name] / known if known and is_wanted else None),
        ]
        found.append(
            Compared(name, families_name(family, frank=frank),
                     [(of, share, percent(share or 0.0)) for of, share in shares])
        )  # fmt: skip
    return found


def _sum(rows: Rows, name: str) -> float:
    return float(sum(row.get(name) or 0.0 for row in rows))


def finding(compared: Sequence[Compared], people: int) -> str:
    """The widest step from what is wanted to how we treat people; nothing when there is none."""
    if people < FEWEST:
        return ""
    steps = []
    for row in compared:
        shares = {of: share for of, share, _width in row.shares}
        if shares["wanted"] is not None and shares["treated"] is not None:
            steps.append((shares["treated"] - shares["wanted"], row, shares))
    if not steps:
        return ""
    apart, row, shares = max(steps, key=lambda step: abs(step[0]))
    if abs(apart) < LEAST_APART:
        return _("We treat people much as they want to be treated")
    words = {
        "family": row.name.lower(),
        "treated": round(100 * (shares["treated"] or 0)),
        "wanted": round(100 * (shares["wanted"] or 0)),
    }
    return _("We treat %(treated)d %% as %(family)s; %(wanted)d %% want that") % words
