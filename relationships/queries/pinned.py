"""By what everyone is judged in one run, as numbers that another worker can take up."""

from copy import copy
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from typing import Any

from relationships import live
from relationships.models import FittedModel
from relationships.queries.judging import Standard, in_use, standard
from relationships.queries.sources import Sources
from relcrm.base.costs import Prices, prices
from relcrm.base.models import Company

Pin = dict[str, Any]
TERMS = (
    "margin_rate", "discount_rate", "cost_per_order", "cost_per_return", "cost_per_renewal",
    "horizon_weeks",
)  # fmt: skip


def pin(company: Company, as_of: date) -> Pin:
    """Day, edition of the specification, models, terms, and what the company records."""
    found = standard(company, as_of, afresh=True).found
    firsts = {kind: day.isoformat() for kind, day in found.firsts.items()}
    return rules(company, as_of) | {"found": found.to_json() | {"firsts": firsts}}


def rules(company: Company, as_of: date) -> Pin:
    """What people or fitting can change in the middle of a run."""
    return {
        "as_of": as_of.isoformat(),
        "specification": company.specification_version,
        "models": {kind: model.pk for kind, model in in_use(company, as_of).items()},
        "terms": {name: _text(getattr(company, name)) for name in TERMS},
        "prices": asdict(prices(company)),
    }


def differs(pin: Pin, company: Company) -> bool:
    """Whether everyone would be judged by something else now."""
    here = rules(company, date.fromisoformat(pin["as_of"]))
    return any(pin[name] != value for name, value in here.items())


def pinned(pin: Pin, company: Company) -> Standard:
    """The same for every worker, whatever was changed since."""
    specification = live.at(pin["specification"])
    models = {
        model.kind: model for model in FittedModel.objects.filter(pk__in=pin["models"].values())
    }
    terms, told = _on_terms(company, pin["terms"]), Prices(**pin["prices"])
    return Standard.of(terms, _found(pin), models, specification, told)


def _found(pin: Pin) -> Sources:
    facts = pin["found"]
    found = Sources.from_json(facts, as_of=date.fromisoformat(pin["as_of"]))
    firsts = {kind: date.fromisoformat(day) for kind, day in facts["firsts"].items()}
    return replace(found, firsts=firsts)


def _on_terms(company: Company, terms: dict[str, str | None]) -> Company:
    """Not to be saved."""
    then = copy(company)
    for name, written in terms.items():
        number = None if written is None else Decimal(written)
        setattr(then, name, int(number) if name == "horizon_weeks" and number else number)
    return then


def _text(value: Any) -> str | None:
    return None if value is None else f"{Decimal(str(value)).normalize():f}"
