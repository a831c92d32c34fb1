"""A past that is known, forecast in the ways of the published tables, and their twelve columns."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from relationships.engine.value import PurchaseDays, bgnbd, gammagamma, naive, nbd, paretonbd
from relationships.engine.value.backtest import line, of_known
from relationships.engine.value.gammagamma import GammaGamma
from relationships.engine.value.histories import Floats, Histories
from relationships.engine.value.models import PurchaseModel

PUBLISHED = Path(__file__).parents[2] / "data" / "published_holdouts.csv"
# Half the customers get one forecast here; the tables ranked them as they stood in the file.
RANKED_AS_FILED = {
    "naive: past rate x H", "naive: repeat rate x/T x H", "naive: same as last H", "zero",
    "hiatus rule (active -> past rate)",
}  # fmt: skip
NAMES = {"NBD": " (no dropout) (+GG)"}
FORMULAS = {
    "naive: past rate x H": naive.past_rate,
    "naive: repeat rate x/T x H": naive.repeat_rate,
    "hiatus rule (active -> past rate)": naive.hiatus_rule,
}
SCALED = "Pareto/NBD+GG x backtest scale"
# The factors (purchases, spend) with which the scaled row was published, from its biases.
SCALES = {
    "CDNOW sample": (1.48185, 1.5549),
    "CDNOW master": (1.13896, 1.21825),
    "Online Retail II, 39 weeks": (0.88398, 1.01456),
    "Online Retail II, 13 weeks": (0.8198, 0.88167),
}


def published() -> dict[tuple[str, str], list[float]]:
    """Split and row: transactions' and spend's MAE, RMSE, correlation, bias, top tenth, Gini."""
    with PUBLISHED.open() as lines:
        rows = [list(row) for row in csv.reader(lines)][1:]
    return {(row[0], row[1]): [float(x) for x in row[2:]] for row in rows}


@dataclass(frozen=True)
class Split:
    """What was known on a day, the models of it by maximum likelihood, and what came after."""

    known: PurchaseDays
    h: Histories
    weeks: float
    bought: Floats
    paid: Floats
    models: dict[str, PurchaseModel]
    spend: GammaGamma
    spend_of_repeats: GammaGamma

    @property
    def mean(self) -> Floats:
        """Of each customer's purchases so far, the first included."""
        return self.known.spent() / (self.h.repeats + 1)

    @property
    def each(self) -> Floats:
        """Expected spend, as the product does it."""
        return self.spend.expected_spend(self.h.repeats + 1, self.mean)

    @property
    def each_of_repeats(self) -> Floats:
        """Expected spend as the literature does it: from repeat purchases alone."""
        return self.spend_of_repeats.expected_spend(*repeat_spend(self.known, self.h))

    def same_again(self) -> tuple[Floats, Floats]:
        """Days with a purchase, and money, of as many weeks before the day as are ahead."""
        day = self.h.as_of_day
        lately = self.known.after(day - round(7 * self.weeks), day)
        return of_known(self.known, lately)

    def forecasts(self) -> dict[str, tuple[Floats, Floats]]:
        """Purchases and spend by each row of the tables that the product can make."""
        h, weeks, mean = self.h, self.weeks, self.mean
        ahead = {n: m.expected_repeats(h, weeks) for n, m in self.models.items()}
        rows = {f"{n}{NAMES.get(n, ' (+GG)')}": (x, x * self.each) for n, x in ahead.items()}
        pareto, repeats = ahead["Pareto/NBD"], self.each_of_repeats
        rows["Pareto/NBD +GG(repeat only)"] = (pareto, pareto * repeats)
        rows["naive: same as last H"] = self.same_again()
        rows["zero"] = (np.zeros(len(h)), np.zeros(len(h)))
        for name, formula in FORMULAS.items():
            rows[name] = (x := formula(h, weeks), x * mean)
        return rows

    def columns(self, row: str, forecast: Floats, spend: Floats) -> list[float]:
        """The twelve of the tables; what `line` does not keep is done here."""
        found = line(row, forecast, spend, self.bought, self.paid)
        tx, sp = (forecast, self.bought), (spend, self.paid)
        ginis = [found.gini or 0.0, found.spend_gini or 0.0]
        if row in RANKED_AS_FILED:
            ginis = [_gini_as_filed(*tx), _gini_as_filed(*sp)]
        return [
            *_errors(*tx), _percent(found.purchases_bias), _percent(found.best_tenth_share),
            ginis[0], *_errors(*sp), _percent(found.spend_bias),
            _percent(found.best_tenth_spend), ginis[1],
        ]  # fmt: skip


def split_at(purchases: PurchaseDays, day: int, weeks: float) -> Split:
    """Everything as it was known at the end of `day`."""
    known = purchases.cut(day)
    h = known.histories(day)
    bought, paid = of_known(known, purchases.after(day, day + round(7 * weeks)))
    return Split(
        known=known, h=h, weeks=weeks, bought=bought, paid=paid,
        models={
            "NBD": nbd.fit(h, prior=False),
            "BG/NBD": bgnbd.fit(h, first_may_be_last=False, prior=False),
            "MBG/NBD": bgnbd.fit(h, first_may_be_last=True, prior=False),
            "Pareto/NBD": paretonbd.fit(h, prior=False),
        },
        spend=gammagamma.fit(h.repeats + 1, known.spent() / (h.repeats + 1), prior=False),
        spend_of_repeats=gammagamma.fit(*repeat_spend(known, h), prior=False),
    )  # fmt: skip


def repeat_spend(known: PurchaseDays, h: Histories) -> tuple[Floats, Floats]:
    """Number and mean of each customer's purchases after the first day; nothing without any."""
    later = known.spent() - known.spend[known.starts]
    mean = np.divide(later, h.repeats, out=np.zeros(len(h)), where=h.repeats > 0)
    return h.repeats, np.where(mean > 1e-9, mean, 0.0)


def _errors(forecast: Floats, actual: Floats) -> tuple[float, float, float]:
    off = forecast - actual
    told_apart = np.ptp(forecast) > 0
    corr = float(np.corrcoef(forecast, actual)[0, 1]) if told_apart else float("nan")
    return float(np.mean(np.abs(off))), float(np.sqrt(np.mean(off**2))), corr


def _gini_as_filed(forecast: Floats, actual: Floats) -> float:
    """Normalised Gini where customers with equal forecasts keep their order."""
    reached, best = (
        np.cumsum(actual[np.argsort(-by, kind="stable")]).mean() / actual.sum()
        for by in (forecast, actual)
    )
    even = (len(actual) + 1) / (2 * len(actual))
    return float((reached - even) / (best - even))


def _percent(part: float | None) -> float:
    return float("nan") if part is None else 100 * part
