"""What if margins, prices, leaving or the discount were other? From sums kept when scoring."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relationships.engine.value.whatif import Change, Stream, changed, margin_of
from relationships.models import Portfolio
from relationships.naming import ORDER, families_name

FAMILIES = (*ORDER, "undetermined")
CALLED = {
    "stay": gettext_lazy("Fewer who leave (%)"),
    "margin": gettext_lazy("Margin (%)"),
    "off": gettext_lazy("Off every price (%)"),
    "discount": gettext_lazy("Later money is worth less, a year (%)"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for, in per cent; `wrong` says of each field that cannot be why not."""

    stay: float
    margin: float
    off: float
    discount: float
    wrong: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> list[tuple[str, str, str, str]]:
        """Name, label, what stands in the field, and what is wrong with it."""
        return [
            (name, str(label), self.typed.get(name) or _said(getattr(self, name)),
             self.wrong.get(name, ""))
            for name, label in CALLED.items()
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Other:
    """The value under other terms, of all or of a family."""

    family: str
    name: str
    now: float
    then: float

    @property
    def more(self) -> float:
        return self.then - self.now


@dataclass(frozen=True, slots=True)
class Outcome:
    """All together with the likely range, each family, and the margin that holds now."""

    whole: Other
    low: float
    high: float
    families: list[Other]
    is_changed: bool


def holding(picture: Portfolio | None, company: Any) -> dict[str, float]:
    """The terms as they are, in per cent: the margin is what is left of the sales of all these
    people, whose orders may carry margins of their own; the company's where none is expected."""
    parts = (picture.breakdown.get("parts") or {}) if picture else {}
    sums = {name: sum(row[name] for row in parts.values()) for name in ("sales", "goods")}
    margin = margin_of(sums)
    return {
        "stay": 0.0,
        "margin": 100 * (float(company.margin) if margin is None else margin),
        "off": 0.0,
        "discount": 100 * float(company.discount_rate),
    }


def wish(asked: Mapping[str, str], picture: Portfolio | None, company: Any) -> Wish:
    """What was typed; what holds where nothing was, or where it cannot be."""
    holds = holding(picture, company)
    most = {"stay": 100.0, "margin": 100.0, "off": 95.0, "discount": max(100.0, holds["discount"])}
    found, wrong, typed = dict(holds), {}, {}
    for name, usual in holds.items():
        text = (asked.get(name) or "").strip()
        if not text or text == _said(usual):  # as the field came: to the last digit as it is
            continue
        typed[name] = text
        number = _number(text)
        least = min(0.0, usual)
        if number is None or not least <= number <= most[name]:
            wrong[name] = _("%(field)s: write a number from %(least)s to %(most)s.") % {
                "field": CALLED[name], "least": _said(least), "most": _said(most[name]),
            }  # fmt: skip
        else:
            found[name] = number
    return Wish(**found, wrong=wrong, typed=typed)


def _said(percent: float) -> str:
    return f"{percent:.1f}".removesuffix(".0")


def _number(text: str) -> float | None:
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        return None
    return found if found == found else None  # not a number is not equal to itself


def what_if(picture: Portfolio, asked: Wish, company: Any, *, frank: bool) -> Outcome | None:
    """Set at once from the stored sums; None where nothing was stored."""
    parts = picture.breakdown.get("parts") or {}
    kept = picture.breakdown.get("stream")
    if not parts or not kept:
        return None
    own = picture.breakdown.get("streams") or {}  # none in sums kept by an earlier version
    holds = holding(picture, company)
    change = Change(
        margin=(asked.margin - holds["margin"]) / 100,
        stay=asked.stay / 100,
        off=asked.off / 100,
        discount=asked.discount / 100,
    )
    fee_margin = picture.breakdown.get("fee_margin")

    def other(family: str) -> Other:
        of = Stream(**own.get(family, kept))
        now, then = (changed(parts[family], of, one, fee_margin) for one in (Change(), change))
        return Other(family, families_name(family, frank=frank), now, then)

    rows = [other(str(family)) for family in FAMILIES if family in parts]
    whole = Other("", "", sum(one.now for one in rows), sum(one.then for one in rows))
    usual = picture.value["expected"] or 1.0
    low, high = (whole.then * picture.value[end] / usual for end in ("low", "high"))
    differs = any(abs(getattr(asked, name) - now) > 1e-6 for name, now in holds.items())
    return Outcome(whole, min(low, high), max(low, high), rows, differs)
