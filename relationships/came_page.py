"""Value by the way customers came, set against what it cost to win them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.models.interaction import Channel
from relationships.engine.value.payback import WEEKS_PER_STEP, paid_back_at
from relationships.models import Portfolio
from relcrm.base.costs import NOT_RECORDED
from relcrm.lib import charts


@dataclass(frozen=True, slots=True)
class Came:
    """Those who came by one channel; money is of one of them, in the company's currency."""

    key: str  # as costs name it
    name: str
    people: int
    value: float  # of all of them, ahead
    each: float  # ahead
    brought: float | None  # left to us so far
    winning: float | None  # what it cost to win one; None: not said
    times: float | None  # how often that came back, or is expected to
    weeks: int | None  # after which the winning was paid back, in the middle of what happened
    seen_weeks: int  # so long enough of them were seen
    share: str

    @property
    def words(self) -> str:
        """When it is paid back."""
        if self.winning is None:
            return ""
        if self.weeks == 0:
            return _("with the first order")
        if self.weeks is not None:
            return ngettext("after a week", "after %(n)d weeks", self.weeks) % {"n": self.weeks}
        if not self.seen_weeks:
            return _("too few to say")
        return _("not within %(n)d weeks") % {"n": self.seen_weeks}


def came(picture: Portfolio, winning: Mapping[str, float]) -> list[Came]:
    """The most valuable way first."""
    rows = picture.breakdown.get("source") or {}
    top = max((row["value"] for row in rows.values()), default=0.0) or 1.0
    found = [
        _came(channel or NOT_RECORDED, row, winning, row["value"] / top)
        for channel, row in rows.items()
        if row["n"]
    ]
    return sorted(found, key=lambda one: -one.value)


def _came(key: str, row: Mapping[str, Any], winning: Mapping[str, float], share: float) -> Came:
    people, cost, so_far = int(row["n"]), winning.get(key), row.get("so_far") or []
    each = row["value"] / people
    brought = row["brought"] / people if "brought" in row else None
    return Came(
        key=key,
        name=str(Channel(key).label) if key in Channel.values else _("Not recorded"),
        people=people,
        value=float(row["value"]),
        each=each,
        brought=brought,
        winning=cost,
        times=(each + (brought or 0.0)) / cost if cost else None,
        weeks=paid_back_at(so_far, cost) if cost is not None else None,
        seen_weeks=max(len(so_far) - 1, 0) * WEEKS_PER_STEP,
        share=charts.percent(share),
    )
