"""The nine wishes side by side: who offers each, how many want it, have it and are treated so."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relationships import veil
from relationships.engine.gap import Wish, held_wishes, terms
from relationships.gap_words import WISHES
from relationships.models import Offer
from relationships.queries.gap.offers import wishes_of
from relationships.veil import is_veiled
from relcrm.lib.charts import percent

FEWEST = 5  # people below whom nothing is called unwanted
LEAST_WANTED = 0.01  # a share below it is hardly anybody
MOST_NAMED = 3  # brands and lines beside a wish
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class WishRow:
    """One wish. Shares of people, each counted once by the likeliest; None: not said, or not
    measured."""

    key: str
    name: str
    family: str
    offered_by: list[Offer]
    is_offered: bool | None  # None: nothing is said of what is offered
    wanting: int
    stated: int  # of them, those who said so
    shares: list[tuple[str, float | None, str]]  # of what, share, width of its bar
    is_wanted: bool  # by more than hardly anybody

    @property
    def where(self) -> str:
        """By which brands and lines, where not by everything we do."""
        if any(offer.is_of_all for offer in self.offered_by):
            return ""
        names = [offer.brand.name if offer.brand else offer.line for offer in self.offered_by]
        more = len(names) - MOST_NAMED
        told = ", ".join(names[:MOST_NAMED])
        return told if more <= 0 else _("%(names)s and %(n)d more") % {"names": told, "n": more}

    @property
    def counted(self) -> str:
        """How many want it, and how many of them said so."""
        words = ngettext("%(n)d wants it", "%(n)d want it", self.wanting) % {"n": self.wanting}
        if self.stated == self.wanting:
            return _("%s, as they said") % words
        return _("%(words)s, %(stated)d said so") % {"words": words, "stated": self.stated}


@dataclass(frozen=True, slots=True)
class ByWish:
    """All nine, what nobody offers though it is wanted, and what is offered in vain."""

    rows: list[WishRow]
    others: float | None  # share of people who have what none of the wishes means
    unoffered: list[WishRow]  # most wanted first
    unwanted: list[WishRow]


def by_wish(sums: Mapping[str, Rows], offers: Sequence[Offer], *, frank: bool) -> ByWish | None:
    """By any of these offers; None where people were added up before wishes were. Whoever may not
    see negative relationships sees nothing that is added up over them."""
    if "wished" not in sums:
        return None
    counts = _counts(sums, frank=frank)
    met = [(offer, {wish.key for wish in wishes_of(offer)}) for offer in offers]
    rows = [
        _row(wish, counts, [offer for offer, keys in met if wish.key in keys] if met else None)
        for wish in terms().wishes
    ]
    missed = [row for row in rows if row.is_offered is False and row.wanting]
    return ByWish(
        rows=rows,
        others=_share(counts.people - sum(counts.held.values()), counts.people),
        unoffered=sorted(missed, key=lambda row: (-row.wanting, -row.stated)),
        unwanted=[row for row in rows if row.is_offered and not row.is_wanted],
    )


@dataclass(frozen=True, slots=True)
class _Counts:
    """People by wish, as this reader may know them."""

    wanting: Counter[str]
    stated: Counter[str]
    treated: Counter[str]
    held: dict[str, float]
    people: float  # of whom it is known what they have


def _counts(sums: Mapping[str, Rows], *, frank: bool) -> _Counts:
    def by(name: str, group: str, added: str = "n") -> Counter[str]:
        found: Counter[str] = Counter()
        for row in sums[name]:
            if row[group] and not is_veiled(row["family"], frank=frank):
                found[row[group]] += row[added]
        return found

    types = _types(sums["holding"], frank=frank)
    return _Counts(
        wanting=by("wished", "wish"),
        stated=by("wished", "wish", "stated"),
        treated=by("suited", "wish"),
        held=held_wishes(types, terms()),
        people=types.total(),
    )


def _types(rows: Rows, *, frank: bool) -> Counter[str]:
    """How many hold each type. Not frank, of those whose label is told: of whom it is too early to
    tell, or of a few, being left out would say what is thought of them."""
    told = [row for row in rows if not veil.is_doubtful(row["family"], frank=frank)]
    found: Counter[str] = Counter()
    if frank or sum(row["n"] for row in told) >= FEWEST:
        known = {kind.key for kind in veil.types(frank=frank)}
        for row in told:
            found[row["type"]] += row["n"] if row["type"] in known else 0
    return +found


def _row(wish: Wish, counts: _Counts, offered_by: list[Offer] | None) -> WishRow:
    wanting, everybody = counts.wanting[wish.key], counts.wanting.total()
    shares = {
        "wanted": _share(wanting, everybody),
        "held": _share(counts.held[wish.key], counts.people),
        "treated": _share(counts.treated[wish.key], counts.treated.total()),
    }
    return WishRow(
        key=wish.key,
        name=str(WISHES.get(wish.key, wish.asked)),
        family=wish.family,
        offered_by=offered_by or [],
        is_offered=None if offered_by is None else bool(offered_by),
        wanting=wanting,
        stated=counts.stated[wish.key],
        shares=[(of, share, percent(share or 0.0)) for of, share in shares.items()],
        is_wanted=everybody < FEWEST or wanting >= LEAST_WANTED * everybody,
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
