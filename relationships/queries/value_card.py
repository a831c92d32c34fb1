"""What there is to know of a forecast before one trusts it: data, numbers, record, limits."""

from typing import Any

from django.utils.translation import gettext as _

from relationships.engine.value import ModelSet
from relationships.engine.value.challenge import NAME
from relationships.engine.value.discrete import FIXED_DATES, UNDER_CONTRACT, Occasional
from relationships.engine.value.models import Facts, PurchaseModel
from relationships.engine.value.published import PUBLISHED
from relationships.models import FittedModel
from relationships.queries.evidence import day_of
from relationships.queries.model_card import (
    chosen_because,
    corrected,
    formula,
    in_words,
    left_out,
    of_challenge,
    of_reads,
)
from relationships.queries.versions import models_of
from relcrm.base.models import Company


def card(row: FittedModel, company: Company) -> dict[str, Any]:
    """Plain numbers and words, as the page, the file and the API give them."""
    models = models_of(row)
    kept = {name: getattr(row, name) for name in ("version", "name", "state", "is_pinned")}
    told = {
        **kept,
        "because": row.asked_because,
        "fitted_at": row.fitted_at.isoformat(),
        "live_from": row.live_from.isoformat() if row.live_from else None,
        "data_from": row.data_from.isoformat() if row.data_from else None,
        "data_through": row.data_through.isoformat(),
        "customers": row.customers,
        "units": {
            "time": "weeks", "money": company.currency, "purchase": "a day with a purchase",
            "log_likelihood": "natural, of days in weeks, without the prior",
        },
        "left_out": {
            "unconverted": row.report.get("unconverted", 0),
            "said": left_out(row.report.get("unconverted", 0)),
        },
        "published": [one.to_json() for one in PUBLISHED],
        "log_likelihood": row.log_likelihood,
        "compared": row.verdict or None,
        "watched": row.watch or None,
        "proof": _proof(row),
        "limits": limits(),
    }  # fmt: skip
    return told | (_of_models(models) if models else {})


def limits() -> list[str]:
    """What it cannot tell, in words."""
    return [
        _("It supposes that customers go on as they did: a new shop, a new price or a crisis "
          "is not in it."),
        _("One customer’s number is a mean of many like them; the range says how far one may lie "
          "from it."),
        _("Who has never bought has no forecast, and whom they bring is not counted."),
        _("Margin and costs are the company’s settings: the forecast is of purchases and money, "
          "not of them."),
    ]  # fmt: skip


def _of_models(models: ModelSet) -> dict[str, Any]:
    low, high = models.spread.interval(1.0)
    table = [line_of(line) for line in models.table]
    return {
        "repeaters": models.repeaters,
        "outcome": {"kind": models.outcome.kind, "words": in_words(models)},
        "is_mostly_prior": models.is_mostly_prior,
        "chosen": models.outcome.model,
        "chosen_because": chosen_because(models),
        "models": [_model(name, one, models) for name, one in models.models.items()],
        "challenger": _challenger(models),
        "not_applicable": not_applicable(models),
        "occasions": _occasions(models),
        "spend": {"name": "Gamma-Gamma", **_numbers(models.spend)},
        "cost_rates": models.rates.to_json(),
        "levels": models.levels.to_json(),
        "correction": models.correction.to_json() | {"words": corrected(models.correction)},
        "backtest": {
            "origins": [
                {
                    "on": day_of(one.day).isoformat(), "weeks": one.weeks,
                    "customers": one.customers, "repeaters": one.repeaters,
                    "purchases": one.actual_purchases, "spend": one.actual_spend,
                }
                for one in models.origins
            ],
            "table": table,
        },
        "whole": {"low": low, "high": high},
    }  # fmt: skip


def not_applicable(models: ModelSet) -> list[dict[str, str]]:
    """Formulas that this company's past gives nothing to learn from, and why."""
    words = {
        FIXED_DATES: _("Not applicable: people buy at any time, or too little is known to tell."),
        UNDER_CONTRACT: _("Not applicable: no contracts known, or too few to learn from."),
    }
    return [
        {"name": name, "supposes": formula(name), "words": why}
        for name, why in words.items()
        if name not in models.models
    ]


def _challenger(models: ModelSet) -> dict[str, Any]:
    """What trees add to the formula in use, or would; in use only where they won."""
    found = models.challenge
    told = {"name": NAME, "supposes": formula(NAME), "words": of_challenge(models)}
    told |= {"reads_words": of_reads(models), "in_use": models.covariates is not None}
    if found is None:
        return told | {"reads": [], "compared": None}
    compared = found.to_json() | {"trees": line_of(found.trees), "ours": line_of(found.ours)}
    return told | {"reads": compared.pop("reads"), "compared": compared}


def _occasions(models: ModelSet) -> dict[str, float] | None:
    """The fixed dates that were found: how far apart, how long each is open, the next."""
    found = models.models.get(FIXED_DATES)
    if not isinstance(found, Occasional):
        return None
    next_number = float(found.calendar.ahead(models.as_of_day, 60.0)[0])
    opens_on = day_of(round(found.opens_at + next_number * found.period_days))
    return {
        "every_days": found.period_days, "open_days": found.open_days,
        "next_on": opens_on.isoformat(),
    }  # fmt: skip


def line_of(line: Any) -> dict[str, Any]:
    """A forecast's record over all origins, with what its formula supposes."""
    names = ("model", "deviance", "purchases_bias", "purchases_rmse", "spend_bias", "spend_rmse",
             "best_tenth_share", "gini")  # fmt: skip
    return {"supposes": formula(line.model)} | {name: getattr(line, name) for name in names}


def _model(name: str, model: PurchaseModel, models: ModelSet) -> dict[str, Any]:
    return {
        "name": name,
        "supposes": formula(name),
        "is_chosen": name == models.outcome.model,
        **_numbers(model),
    }


def _numbers(model: Any) -> dict[str, Any]:
    facts: Facts = model.facts
    return {
        "parameters": model.parameters,
        "relative_errors": dict(zip(model.parameters, facts.relative_errors, strict=False)),
        "method": facts.method,
        "log_likelihood": facts.log_likelihood,
    }


def _proof(row: FittedModel) -> dict[str, Any] | None:
    kept = row.report.get("proof")
    if not kept:
        return kept
    others = {name: figure for name, figure in kept.items() if name != "day"}
    return {"on": day_of(kept["day"]).isoformat()} | others
