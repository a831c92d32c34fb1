"""The behaviour specification: what each type is expected to do, as readable, versioned data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from relationships.engine.typology.column import WINDOW_EDGES_WEEKS
from relationships.engine.typology.evidence import CHANNELS
from relationships.engine.typology.reading import Field, document
from relationships.engine.typology.typology import Typology, typology

Floats = npt.NDArray[np.float64]

RATES = {  # field → channel whose multiplier it takes
    "purchases_per_cycle": "purchases",
    "visits_per_week": "visits",
    "support_per_order": "support",
    "complaints_per_order": "complaints",
    "suggestions_per_year": "suggestions",
    "praise_per_year": "advocacy",
    "hostile_posts_per_year": "hostile",
}
BREADTH = "categories"
"""The channel whose multiplier `category_breadth` takes."""

SHARES = {  # field → voice whose logit shift it takes
    "returned_share": "returns",
    "discounted_share": "promo",
    "novel_share": "novelty",
    "review_share": "reviews",
    "in_season_share": "season",
    "click_share": "messages",
    "satisfied_recovery": "recovery",
    "profile_filled": "profile",
    "under_contract": "contract",
    "chosen_by_another": "third",
    "opted_out": "opt_out",
    "unsettled_failure": "unsettled",
}
LATER = ("unsettled_failure",)
"""Fields that documents of an earlier release do not know; these take what comes with the product.
"""

OTHERS = {  # field → lowest and highest sensible value
    "mean_stars": (1.0, 5.0),
    "mean_nps": (0.0, 10.0),
    "category_breadth": (0.01, 100.0),
    "tenure_weeks": (0.1, 5_000.0),
    "log_spend_shift": (-5.0, 5.0),
    "base_rate": (1e-6, 1e6),
}
CONSTANTS = {
    "heterogeneity": (0.1, 1_000.0),
    "share_precision": (0.1, 10_000.0),
    "star_precision": (0.1, 10_000.0),
    "nps_sd": (0.2, 20.0),
    "log_tenure_sd": (0.05, 10.0),
    "log_spend_sd_between": (0.01, 10.0),
    "log_spend_sd_within": (0.01, 10.0),
    "least_rhythm": (1e-4, 1.0),
    "temperature": (1.0, 20.0),
    "temperature_calibrated": (1.0, 20.0),
    "smoothing_weight": (0.01, 1.0),
    "switch_margin": (0.0, 0.5),
    "shown_probability": (0.5, 1.0),
    "shown_confidence": (0.0, 1.0),
}


@dataclass(frozen=True)
class Spec:
    """Expected behaviour of the K types as arrays; `fields` by name, one number a type.

    `rhythm` is K × 7: how the purchase rate in each window relates to the type's own rate.
    """

    version: int
    fields: dict[str, Floats]
    rhythm: Floats
    constants: dict[str, float]
    flat_channels: frozenset[str]

    def __getitem__(self, name: str) -> Floats:
        return self.fields[name]

    @property
    def base_rates(self) -> Floats:
        rates = self.fields["base_rate"]
        return np.asarray(rates / rates.sum())

    def shifted(
        self,
        multipliers: dict[str, float],
        shifts: dict[str, float],
        means: dict[str, float],
        own: Mapping[str, Sequence[float]] | None = None,
    ) -> "Spec":
        """The same types in this company: channel multipliers, logit shifts, shifts of means; and
        `own`, by field each type's own shift in logs, log odds or points."""
        fields = self._with_own(own or {})
        for name, channel in RATES.items():
            fields[name] = fields[name] * multipliers.get(channel, 1.0)
        fields["category_breadth"] = fields["category_breadth"] * multipliers.get(BREADTH, 1.0)
        for name, channel in SHARES.items():
            fields[name] = expit(logit(fields[name]) + shifts.get(channel, 0.0))
        fields["mean_stars"] = np.clip(fields["mean_stars"] + means.get("reviews", 0.0), 1.05, 4.95)
        fields["mean_nps"] = fields["mean_nps"] + means.get("nps", 0.0)
        return replace(self, fields=fields)

    def _with_own(self, own: Mapping[str, Sequence[float]]) -> dict[str, Floats]:
        """Of another number of types they say nothing: the company must be calibrated again."""
        fields = dict(self.fields)
        for name, by_type in own.items():
            if len(by_type) != len(self.rhythm):
                continue
            shift = np.asarray(by_type)
            if name in RATES:
                fields[name] = fields[name] * np.exp(shift)
            elif name in SHARES:
                fields[name] = expit(logit(fields[name]) + shift)
            else:
                fields[name] = fields[name] + shift
        return fields


def read_spec(source: Any, types: Typology, name: str = "spec") -> Spec:
    """Check a document and make a specification; raises BrokenSpecification naming the field."""
    root = Field(source, name)
    root.only({"version", "types", "rhythm_windows_weeks", "flat_channels", *CONSTANTS})
    rows = root["types"]
    rows.only(set(types.keys))
    for key in types.keys:
        rows[key].only({"rhythm", *RATES, *SHARES, *OTHERS})
    constants = {one: root[one].number(*bounds) for one, bounds in CONSTANTS.items()}
    centres = _centres(root["rhythm_windows_weeks"])
    coarse = [_rhythm(rows[key]["rhythm"], len(centres)) for key in types.keys]
    fields = {one: _across(rows, types, one, low, high) for one, (low, high) in _bounds().items()}
    flat = frozenset(item.choice(tuple(CHANNELS)) for item in root["flat_channels"].items())
    rhythm = np.maximum(refined(np.array(coarse), centres), constants["least_rhythm"])
    return Spec(root["version"].whole(1, 10**6), fields, rhythm, constants, flat)


def refined(coarse: Floats, centres_weeks: Floats) -> Floats:
    """Multipliers of a coarse table at our windows' middles, straight lines in log time."""
    edges = np.array(WINDOW_EDGES_WEEKS)
    middles = np.log((edges[:-1] + edges[1:]) / 2.0)
    return np.array([np.interp(middles, np.log(centres_weeks), row) for row in coarse])


def _centres(field: Field) -> Floats:
    edges = np.array([item.number(0, 10_000) for item in field.items()])
    if len(edges) < 3 or not np.all(np.diff(edges) > 0):
        raise field.fail("a growing list of at least three week numbers")
    return np.asarray((edges[:-1] + edges[1:]) / 2.0)


def _rhythm(field: Field, count: int) -> list[float]:
    values = [item.number(0, 100) for item in field.items()]
    if len(values) != count or not any(values):
        raise field.fail(f"{count} numbers, not all zero")
    return values


def _bounds() -> dict[str, tuple[float, float]]:
    rates = dict.fromkeys(RATES, (1e-4, 1_000.0))
    return rates | dict.fromkeys(SHARES, (1e-4, 0.9999)) | OTHERS


def _across(rows: Field, types: Typology, name: str, low: float, high: float) -> Floats:
    return np.array([rows[key][name].number(low, high) for key in types.keys])


@cache
def default_spec() -> Spec:
    """The specification that comes with the product."""
    path = Path(__file__).with_name("spec.json")
    return read_spec(document(path), typology(), path.name)
