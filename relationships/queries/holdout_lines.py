"""A holdout as lines of text for a terminal."""

from relationships.engine.value.correction import Correction
from relationships.engine.value.holdout import Record
from relationships.queries import model_card
from relationships.queries.holdout import EPOCH, Tried

HEAD = (
    f"  {'forecast':<13}{'off':>8}{'corrected':>11}{'RMSE':>11}{'corrected':>11}"
    f"{'best tenth':>12}{'Gini':>7}{'in band':>9}"
)
NO_MONEY = "Nothing is said of money: no column of amounts was named (--amount)."


def lines(tried: Tried) -> list[str]:
    """Parameters, the backtest before the split, and every forecast's record after it."""
    found = tried.found
    spent = f" and {found.actual_spend:,.2f} spent" if tried.has_money else ""
    return [
        f"{tried.purchases:,} days with a purchase of {tried.customers:,} customers, "
        f"{tried.first_on} to {tried.last_on}",
        f"Learnt from what was known on {tried.split_on}:",
        *model_card.lines(found.models, with_money=tried.has_money),
        "By maximum likelihood, without our prior, as papers print them:",
        *_without_prior(tried),
        f"The {found.weeks:.1f} weeks after {tried.split_on}: {found.actual_purchases:,.0f} days "
        f"with a purchase{spent} by {found.customers:,} customers",
        *_records(tried),
        *([] if tried.has_money else [NO_MONEY]),
    ]


def _without_prior(tried: Tried) -> list[str]:
    rows = []
    for name, model in tried.without_prior.items():
        numbers = "  ".join(f"{key} {x:.5f}" for key, x in model.parameters.items())
        errors = "  ".join(
            "–" if e is None else f"{e * x:.4f}"
            # What was not searched, as sBG's c, has no error and comes last.
            for e, x in zip(model.facts.relative_errors, model.parameters.values(), strict=False)
        )
        fit = model.facts.log_likelihood
        rows.append(f"  {name}: {numbers}  log-likelihood {fit:.3f}  standard errors {errors}")
    return rows


def _records(tried: Tried) -> list[str]:
    found = tried.found
    chosen = found.models.outcome.model
    ordered = sorted(found.records, key=lambda record: record.line.deviance)
    purchases = [_purchases(record) for record in ordered]
    spend = ["Spend", HEAD, *(_spend(record) for record in ordered)] if tried.has_money else []
    by = _corrected(found.models.correction, with_money=tried.has_money)
    return ["Purchases", HEAD, *purchases, *spend, f"Chosen before the split: {chosen}, {by}"]


def _corrected(by: Correction, *, with_money: bool) -> str:
    """What the forecasts are multiplied by, and from where it was learnt."""
    if by.learnt_from_day is None:
        return "not corrected: no window of the past is like the one ahead."
    day = EPOCH.fromordinal(EPOCH.toordinal() + by.learnt_from_day)
    why = "the same season a year before" if by.same_season else "the second half of history"
    spend = f" (spend {by.spend:.3f})" if with_money else ""
    return f"corrected by {by.purchases:.3f}{spend} after {why}, forecast on {day}."


def _purchases(record: Record) -> str:
    line, after = record.line, record.corrected
    return _row(
        line.model, line.purchases_bias, after and after.purchases_bias,
        line.purchases_rmse, after and after.purchases_rmse, line.best_tenth_share, line.gini,
        record.counts_inside,
    )  # fmt: skip


def _spend(record: Record) -> str:
    line, after = record.line, record.corrected
    return _row(
        line.model, line.spend_bias, after and after.spend_bias, line.spend_rmse,
        after and after.spend_rmse, line.best_tenth_spend, line.spend_gini, record.spend_inside,
    )  # fmt: skip


def _row(model: str, *cells: float | None) -> str:
    bias, corrected, rmse, corrected_rmse, best, gini, inside = cells
    return (
        f"  {model:<13}{_share(bias, '+'):>8}{_share(corrected, '+'):>11}{_plain(rmse):>11}"
        f"{_plain(corrected_rmse):>11}{_share(best):>12}{_plain(gini):>7}{_share(inside):>9}"
    )


def _share(part: float | None, sign: str = "") -> str:
    return "–" if part is None else f"{100 * part:{sign}.1f} %"


def _plain(number: float | None) -> str:
    return "–" if number is None else f"{number:,.3f}" if abs(number) < 100 else f"{number:,.1f}"
