"""How each score about a person was made, in sentences for that person (article 15 (1) h)."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from customers.models import Customer
from relationships.covariate_words import is_told, off
from relationships.disclosing import FAMILIES, sentence
from relationships.models import Covariate, Forecast
from relationships.queries import explanation
from relcrm.base.models import Company


@dataclass(frozen=True)
class Judged:
    """What we make of them, from what, and what follows from it."""

    is_judged: bool
    why_not: str = ""
    as_of: str = ""
    says: str = ""  # the sentence of the type
    family: str = ""
    sureness: str = ""
    because: list[str] = field(default_factory=list)
    against: list[str] = field(default_factory=list)
    dimensions: list[dict[str, Any]] = field(default_factory=list)
    value: str = ""
    logic: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def judged(customer: Customer, company: Company, as_of: date) -> Judged:
    """From the stored score and the explanation computed afresh from the same evidence."""
    profile = getattr(customer, "profile", None)
    if not customer.is_judgeable:
        return Judged(False, _("You asked us not to judge our relationship by your data."))
    if profile is None:
        return Judged(False, _("There is no judgement of our relationship yet."))
    if profile.is_blank:
        return Judged(False, _(
            "Too little is known: nothing that you did is on record, so that we say neither what "
            "you have with us nor whether you are still here."
        ))  # fmt: skip
    told = explanation(customer, company, as_of)
    return Judged(
        is_judged=True,
        as_of=profile.as_of.isoformat(),
        says=sentence(profile.type),
        family=str(FAMILIES[profile.family]),
        sureness=_("%d of 100") % round(100 * profile.confidence),
        because=told.why,
        against=told.against,
        dimensions=[_dimension(one) for one in told.dimensions],
        value=_value(profile, company),
        logic=_logic(company),
    )


def _dimension(placed: Any) -> dict[str, Any]:
    return {
        "what": placed.label,
        "on a scale from 0 to 100": round(placed.value),
        "likely between": [round(placed.low), round(placed.high)],
        "how sure": placed.sureness,
        "rests on": placed.grounds,
        "because": [words for _direction, words in placed.evidence],
    }


def _value(profile: Any, company: Company) -> str:
    if profile.value is None:
        return _("No forecast of future purchases has been made.")
    forecast = Forecast.objects.filter(pk=profile.pk).first()
    of_contract = forecast.contract + forecast.renewing if forecast else 0.0
    words = {
        "weeks": company.horizon_weeks, "value": profile.value, "currency": company.currency,
        "low": profile.value_low or 0, "high": profile.value_high or 0, "contract": of_contract,
    }  # fmt: skip
    if not of_contract:
        said = _(
            "We expect your purchases of the next %(weeks)d weeks to leave us %(value).0f "
            "%(currency)s, likely between %(low).0f and %(high).0f."
        )
    else:
        said = _(
            "We expect your purchases and your contract to leave us %(value).0f %(currency)s in "
            "the next %(weeks)d weeks, likely between %(low).0f and %(high).0f. The fees of the "
            "contract leave %(contract).0f of it, before later money is counted as worth less."
        )
    return said % words + _covariates(forecast)


def _covariates(forecast: Forecast | None) -> str:
    """What else we know bends it, where that is worth a word."""
    if forecast is None or not is_told(forecast) or not forecast.covariates_because:
        return ""
    said = _("In it are %(off)s of purchases for what else we know of you, mostly: %(what)s.")
    what = Covariate(forecast.covariates_because).label
    return " " + said % {"off": off(forecast), "what": what}


def _logic(company: Company) -> list[str]:
    return [
        _("A program compares what happened between us (purchases, returns, visits, letters, help "
          "you asked for, complaints, answers) with 29 patterns of relationships that research "
          "describes, and says how well each pattern fits."),
        _("Three scales are computed from the same facts: mood, closeness and intensity."),
        _("The forecast of purchases comes from how often and how recently you bought, compared "
          "with all customers; where complaints, promises and what else we know of customers have "
          "proved to tell more, they raise or lower it; that of a contract from how long such "
          "contracts last; a margin of %d %% is assumed to remain of each sale.")
        % round(100 * float(company.margin)),
        _("What follows: how often we write, about what, or that we do not write. Nothing is "
          "refused to you by a program; people decide."),
        _("You may object to this at any time; then the judgement is deleted and none is made."),
    ]  # fmt: skip
