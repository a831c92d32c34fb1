"""The figures of record: each shop split on its day, forecast, corrected, and held to the goals."""

from collections.abc import Callable

import numpy as np

from benchmarks.value.shops import Shop, number
from relationships.engine.value import holdout
from relationships.engine.value.holdout import Record

Goal = Callable[[Record], bool]


def _within(purchases: float, spend: float) -> Goal:
    def reached(record: Record) -> bool:
        line = record.corrected
        assert line is not None
        off, spend_off = line.purchases_bias, line.spend_bias
        return None not in (off, spend_off) and abs(off or 0) <= purchases and (
            abs(spend_off or 0) <= spend
        )  # fmt: skip

    return reached


def _cdnow(record: Record) -> bool:
    line = record.corrected
    assert line is not None
    return (
        _within(0.05, 0.05)(record)
        and line.purchases_rmse <= 1.73
        and line.spend_rmse <= 94.5
        and (line.best_tenth_share or 0) >= 0.459
    )


def _bands(record: Record) -> bool:
    inside = (record.counts_inside, record.spend_inside)
    return all(share is not None and 0.75 <= share <= 0.85 for share in inside)


GOALS: dict[str, dict[str, Goal]] = {
    "CDNOW sample": {"80 % bands hold 75 to 85 %": _bands},
    "CDNOW master": {
        "purchases RMSE ≤ 1.73, spend RMSE ≤ 94.5, biases within 5 %, best tenth ≥ 45.9 %": _cdnow,
        "80 % bands hold 75 to 85 %": _bands,
    },
    "Online Retail II": {
        "purchases within 5 %, spend within 15 %": _within(0.05, 0.15),
        "80 % bands hold 75 to 85 %": _bands,
    },
}


def test(shops: list[Shop]) -> int:
    """Prints every shop's chosen model, as fitted and corrected; how many goals were missed."""
    missed = 0
    for shop in shops:
        last = int(shop.purchases.day.max())
        for split in shop.splits:
            found = holdout.check(
                shop.purchases, split_day=number(split), through_day=last,
                rng=np.random.default_rng(1),
            )  # fmt: skip
            record = found.record(found.models.outcome.model)
            print(f"{shop.name}, {found.weeks:.0f} weeks after {split}: {_said(record)}")
            for goal, reached in GOALS[shop.name].items():
                is_reached = reached(record)
                missed += not is_reached
                print(f"  {'reached' if is_reached else 'MISSED '}  {goal}", flush=True)
    return missed + _not_measured({*GOALS} - {shop.name for shop in shops})


def _not_measured(names: set[str]) -> int:
    """Goals of shops that are not there count as missed."""
    goals = [f"{name}: {goal}" for name in sorted(names) for goal in GOALS[name]]
    for goal in goals:
        print(f"  NOT MEASURED  {goal}")
    return len(goals)


def _said(record: Record) -> str:
    line, after = record.line, record.corrected
    assert after is not None
    return (
        f"{line.model}\n  off by {_share(line.purchases_bias)}, spend {_share(line.spend_bias)}; "
        f"corrected {_share(after.purchases_bias)}, {_share(after.spend_bias)}\n"
        f"  RMSE {after.purchases_rmse:.3f}, {after.spend_rmse:,.1f}; best tenth "
        f"{_share(after.best_tenth_share)}; Gini {line.gini:.3f}, {line.spend_gini:.3f}; "
        f"in their band {_share(record.counts_inside)}, {_share(record.spend_inside)}"
    )


def _share(part: float | None) -> str:
    return "–" if part is None else f"{100 * part:.1f} %"
