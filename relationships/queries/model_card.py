"""How good the forecast is: the fitted models and their record, in lines and in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from relationships.engine.value import ModelSet, NoChurnYet, NotTestedYet, TooLittleHistory
from relationships.engine.value.backtest import Line
from relationships.engine.value.challenge import NAME, TRAITS
from relationships.engine.value.choice import CANDIDATES, WHERE_POSSIBLE
from relationships.engine.value.correction import Correction
from relationships.engine.value.discrete import FIXED_DATES, UNDER_CONTRACT
from relationships.engine.value.gammagamma import GammaGamma
from relationships.engine.value.models import PurchaseModel

SUPPOSES = {
    "NBD": gettext_lazy("Nobody leaves"),
    "BG/NBD": gettext_lazy("May leave after buying again"),
    "MBG/NBD": gettext_lazy("May leave after any purchase"),
    "Pareto/NBD": gettext_lazy("May leave at any time"),
    FIXED_DATES: gettext_lazy("Buys at fixed occasions, may leave before any of them"),
    UNDER_CONTRACT: gettext_lazy("Under contract: stays as contracts do; others may leave unseen"),
    NAME: gettext_lazy("A computer’s own rules, from all that happened"),
    "Past rate": gettext_lazy("As often as so far"),
    "Repeat rate": gettext_lazy("As often as so far, the first purchase left out"),
    "Hiatus rule": gettext_lazy("As often as so far, unless silent for too long"),
}


def formula(name: str) -> str:
    """What a formula supposes of customers, for who does not know it by its name."""
    return str(SUPPOSES.get(name, name))


def lines(models: ModelSet, *, with_money: bool = True) -> list[str]:
    """Every model's parameters, the record of every forecast, and the choice, as plain text."""
    found = [f"{models.customers:,} customers bought, {models.repeaters:,} of them again"]
    found += [_fitted(name, model) for name, model in models.models.items()]
    if with_money:
        found.append(_fitted("Gamma-Gamma", models.spend))
    return [*found, *_table(models, with_money), f"{models.outcome.model}: {in_words(models)}"]


def _fitted(name: str, model: PurchaseModel | GammaGamma) -> str:
    numbers = "  ".join(f"{key} {x:.5f}" for key, x in model.parameters.items())
    fit = model.facts.log_likelihood
    record = "" if fit is None else f"  log-likelihood {fit:.3f}"
    return f"  {name:<11} {numbers}{record}  ({model.facts.method})"


def left_out(unconverted: int) -> list[str]:
    """What was not learned from, and what would mend it; nothing where all was."""
    if not unconverted:
        return []
    return [
        ngettext(
            "%(n)d purchase, return or fee in another currency without a rate is left out: "
            "tell its rate.",
            "%(n)d purchases, returns or fees in other currencies without a rate are left out: "
            "tell their rates.",
            unconverted,
        )
        % {"n": unconverted}
    ]


def _table(models: ModelSet, with_money: bool) -> list[str]:
    """What each forecast would have said about the company's own past."""
    if not models.origins:
        return []
    head = f"  {'forecast':<22}{'deviance':>10}{'purchases off':>15}"
    head += f"{'spend off':>12}" if with_money else ""
    rows = [_record(line, with_money) for line in models.table]
    trees = _trees(models, with_money)
    return [f"Checked on {len(models.origins)} moments of the past:", head, *rows, *trees]


def _record(line: Line, with_money: bool) -> str:
    off = f"{_off(line.spend_bias):>12}" if with_money else ""
    return f"  {line.model:<22}{line.deviance:>10.4f}{_off(line.purchases_bias):>15}{off}"


def _trees(models: ModelSet, with_money: bool) -> list[str]:
    """The challenger, on the customers and moments on which it could learn."""
    found = models.challenge
    if found is None:
        return ["  Boosted trees: too few customers, or too little history, to learn from."]
    rows = [_record(line, with_money) for line in (found.trees, found.ours)]
    return [
        f"Challenged on {found.moments} of them, {found.customers:,} customers:", *rows,
        f"  nearer by {found.gain:.4f}, standard error {found.gain_se:.4f}: "
        + ("the trees bend it" if models.covariates else "the formula stays alone"),
    ]  # fmt: skip


def of_challenge(models: ModelSet) -> str:
    """In a sentence for a person: whether trees would come nearer than the formula in use."""
    found = models.challenge
    if found is None:
        return _("Not tried: too few customers, or too little history, to learn from.")
    if found.wins and models.covariates is None:
        return _("Came nearer in the past, but finds nothing today: the formula forecasts alone.")
    if found.wins:
        return _(
            "Came nearer than the formula alone on the same customers, by more than chance and at "
            "two moments or more. So the formula says how much all will buy, and these rules who "
            "of them buys more and who less."
        )
    if found.gain > found.gain_se and not found.is_nearer_twice:
        return _("Came nearer at one moment only, which may be luck: the formula forecasts alone.")
    if found.gain > found.gain_se:
        return _("Came nearer customer by customer, but was further off in total.")
    return _("Came no nearer than the formula in use, on the same customers and moments.")


def of_reads(models: ModelSet) -> str:
    """What the trees read beside purchases, in words; nothing where none were tried."""
    found = models.challenge
    if found is None or not found.reads:
        return ""
    if set(TRAITS) <= set(found.reads):
        return _(
            "Beside purchases it read complaints, promises, and, as the settings allowed when it "
            "was learned, age, gender and household size."
        )
    return _("Beside purchases it read complaints and promises; of who people are, nothing.")


def _off(error: float | None) -> str:
    return "–" if error is None else f"{100 * error:+.1f} %"


def chosen_because(models: ModelSet) -> str:
    """Why this formula forecasts, though another may have come nearest."""
    table = {line.model: line for line in models.table}
    mine = table.get(models.outcome.model)
    if mine is None:
        return in_words(models)
    candidates = [table[name] for name in (*CANDIDATES, *WHERE_POSSIBLE) if name in table]
    nearest = min(candidates, key=lambda line: line.deviance)
    if nearest.model == mine.model:
        return _("Of the formulas that may forecast it came nearest, customer by customer.")
    return _(
        "“%(nearest)s” came %(off).1f %% nearer, too little to tell them apart: which of them "
        "does changes from time to time. Of those that are level, the one in use puts "
        "customers in the best order."
    ) % {"nearest": formula(nearest.model), "off": 100 * (1 - nearest.deviance / mine.deviance)}


def corrected(by: Correction) -> str:
    """What every forecast is multiplied by, and why; nothing where it is left as it is."""
    if by.learnt_from_day is None:
        return ""
    words = {"purchases": f"{by.purchases:.2f}", "money": f"{by.spend:.2f}"}
    if by.same_season:
        return (
            _(
                "Purchases are multiplied by %(purchases)s and money by %(money)s because of the "
                "same weeks last year."
            )
            % words
        )
    return (
        _(
            "Purchases are multiplied by %(purchases)s and money by %(money)s because the second "
            "half of what is known came out so, forecast from the first."
        )
        % words
    )


def in_words(models: ModelSet) -> str:
    """The outcome as a sentence for a person, who need not know what formulas are called."""
    outcome = models.outcome
    if isinstance(outcome, TooLittleHistory):
        return _("Too little history to learn from yet: the numbers are mostly our prior.")
    if isinstance(outcome, NoChurnYet):
        return _("No evidence yet that anybody leaves for good, so nobody is expected to.")
    if isinstance(outcome, NotTestedYet):
        return _("There is not yet enough past to check the forecast on.")
    return _("Of all formulas tried, the one in use did best on the company’s own past.")
