"""Whether the gap matters: what followed in tenths of people, the narrowest gaps first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
OUTCOMES = ("unsubscribed", "stayed_away", "mood_fell", "bought_again")
TENTHS, FIFTHS = 10, 5
ENOUGH, LEAST = 500, 100  # people for tenths, for fifths
EIGHT_IN_TEN, NINETEEN_IN_TWENTY = 1.2816, 1.96


@dataclass(frozen=True)
class Followed:
    """One entry a person: the gap then, for each outcome 1, 0 or NaN (it could not happen), and by
    how much the mood has changed since, from −2 to 2 (NaN: not known)."""

    gap: Floats
    happened: Mapping[str, Floats]
    mood: Floats

    @classmethod
    def joined(cls, parts: Sequence["Followed"]) -> "Followed":
        return cls(
            np.concatenate([part.gap for part in parts]),
            {name: np.concatenate([part.happened[name] for part in parts]) for name in OUTCOMES},
            np.concatenate([part.mood for part in parts]),
        )


def groups(found: Followed) -> dict[str, Any]:
    """Equal groups by width with the share of each outcome, the mean change of mood and their
    likely ranges (8 of 10), and the widest third against the narrowest with a range that is wrong
    once in twenty times."""
    n = len(found.gap)
    if n < LEAST:
        return {"state": "few", "n": n}
    order = np.argsort(found.gap, kind="stable")
    parts = np.array_split(order, TENTHS if n >= ENOUGH else FIFTHS)
    thirds = np.array_split(order, 3)
    return {
        "state": "found",
        "n": n,
        "groups": [
            {
                "n": len(rows),
                "least": float(found.gap[rows].min()),
                "most": float(found.gap[rows].max()),
                **{name: share(found.happened[name][rows]) for name in OUTCOMES},
                "mood": trend(found.mood[rows]),
            }
            for rows in parts
        ],
        "thirds": {name: _contrast(found.happened[name], thirds) for name in OUTCOMES},
    }


def share(happened: Floats) -> dict[str, float | int] | None:
    """Share with Wilson's interval; None where it could have happened to nobody."""
    could = happened[~np.isnan(happened)]
    n = len(could)
    if not n:
        return None
    p, z = float(could.mean()), EIGHT_IN_TEN
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return {"n": n, "share": p, "low": max(centre - reach, 0.0),
            "high": min(centre + reach, 1.0)}  # fmt: skip


def trend(changes: Floats) -> dict[str, float | int] | None:
    """Mean change with its interval; None of fewer than two people, which have no spread."""
    known = changes[~np.isnan(changes)]
    n = len(known)
    if n < 2:
        return None
    mean, error = float(known.mean()), float(known.std(ddof=1)) / np.sqrt(n)
    reach = EIGHT_IN_TEN * error
    return {"n": n, "mean": mean, "low": mean - reach, "high": mean + reach}


def _contrast(happened: Floats, thirds: Sequence[Any]) -> dict[str, float | bool] | None:
    """More than chance when the interval of the difference leaves out 0 (Agresti and Caffo 2000:
    one success and one failure added to each third)."""
    narrow, wide = (happened[rows][~np.isnan(happened[rows])] for rows in (thirds[0], thirds[2]))
    if not len(narrow) or not len(wide):
        return None
    shares = [(part.sum() + 1) / (len(part) + 2) for part in (narrow, wide)]
    spread = np.sqrt(
        sum(p * (1 - p) / (len(part) + 2) for p, part in zip(shares, (narrow, wide), strict=True))
    )
    apart = shares[1] - shares[0]
    return {"narrow": float(narrow.mean()), "wide": float(wide.mean()),
            "is_clear": bool(abs(apart) > NINETEEN_IN_TWENTY * spread)}  # fmt: skip
