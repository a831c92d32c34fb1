"""One customer's value opened: its parts, its bounds by years, whom they brought, when next."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from customers.models import Customer
from relationships.engine.value import PARTS, Histories, ModelSet
from relationships.engine.value.discrete import UNDER_CONTRACT
from relationships.engine.value.outlook import One, Outlook, median, outlook
from relationships.engine.value.reach import YEARS
from relationships.engine.value.rhythm import SURE_ENOUGH
from relationships.models import Forecast, Profile
from relationships.queries.came import channels_of
from relationships.queries.contracts import contracts
from relationships.queries.evidence import day_number
from relationships.queries.judging import default_models, terms
from relationships.queries.network import Brought, brought_by
from relcrm.base.costs import NOT_RECORDED, winning
from relcrm.base.models import Company, User

COSTS = ("orders", "handling", "service", "remedies", "messages")


@dataclass(frozen=True, slots=True)
class Won:
    """By which channel they came, and what it costs to win one who does."""

    channel: str
    cost: float


@dataclass(frozen=True, slots=True)
class Opened:
    """What one customer is worth, from every side."""

    forecast: Forecast
    low: float
    high: float
    median: float | None
    purchases: float | None  # expected over the horizon
    parts: dict[str, float]
    ahead: list[Outlook]
    brought: Brought
    won: Won | None
    choice_on: date | None  # the life of something they have ends
    choice_chance: float | None  # that they buy around that day; a day is told from .6 on


def opened(profile: Profile, company: Company, as_of: date, *, viewer: User) -> Opened | None:
    """As this person may see it; half a dozen queries. None where nothing was bought."""
    forecast = Forecast.objects.select_related("model", "customer").filter(pk=profile.pk).first()
    if forecast is None or profile.value_low is None or profile.value_high is None:
        return None
    choice = choice_chance(forecast)
    is_sure = choice is not None and choice >= SURE_ENOUGH
    ahead, middle = ahead_of(forecast, profile, company)
    return Opened(
        forecast=forecast,
        low=profile.value_low,
        high=profile.value_high,
        median=middle,
        purchases=profile.expected_orders,
        parts={name: getattr(forecast, name) for name in PARTS},
        ahead=ahead,
        brought=brought_by(forecast.customer, company, viewer),
        won=won(forecast.customer),
        choice_on=next_choice(forecast.customer, as_of) if is_sure else None,
        choice_chance=choice,
    )


def ahead_of(
    forecast: Forecast, profile: Profile, company: Company
) -> tuple[list[Outlook], float | None]:
    """By years, and the middle over the horizon: by the model that gave the forecast, on what was
    known that day."""
    kept = forecast.model
    models = ModelSet.from_json(kept.parameters) if kept else default_models(forecast.as_of)
    one = _one(forecast, profile, models)
    if one is None:
        return [], None
    expected = [forecast.one_year, forecast.two_years, forecast.three_years, forecast.lifetime]
    ahead = terms(company)
    return (
        outlook(models, ahead, one, np.array(expected[: len(YEARS)])), median(models, ahead, one)
    )  # fmt: skip


def _one(forecast: Forecast, profile: Profile, models: ModelSet) -> One | None:
    first, last = profile.first_order_on, profile.last_order_on
    if first is None or last is None:
        return None
    repeats = forecast.purchase_days - 1
    since = (forecast.as_of - first).days / 7
    purchases = profile.expected_orders or 0.0
    kept_money = forecast.sales + forecast.goods + forecast.returned
    return One(
        history=Histories.of(
            repeats, (last - first).days / 7 if repeats else 0.0, since,
            as_of_day=day_number(forecast.as_of), plans=_plans(forecast, models),
        ),
        spent=forecast.spent,
        gain=kept_money / forecast.sales if forecast.sales > 0 else 0.0,
        cost=-sum(getattr(forecast, name) for name in COSTS) / purchases if purchases > 0 else 0.0,
    )  # fmt: skip


def _plans(forecast: Forecast, models: ModelSet) -> np.ndarray | None:
    """Their contract on that day, where the forecast goes by it."""
    if models.outcome.model != UNDER_CONTRACT:
        return None
    spells = contracts(forecast.as_of, [forecast.pk])
    return spells and spells.plans(np.array([forecast.pk]), day_number(forecast.as_of))


def won(customer: Customer) -> Won | None:
    """None where nobody said what winning by that way costs. Never part of the value."""
    costs = winning()
    if not costs:
        return None
    channel = channels_of([customer.pk]).get(customer.pk) or NOT_RECORDED
    return Won(channel, costs[channel]) if channel in costs else None


def choice_chance(forecast: Forecast) -> float | None:
    """How often people here bought when something of theirs was due; None where too few were."""
    found = forecast.model.report.get("replacing") if forecast.model else None
    return found["share"] if found else None


def next_choice(customer: Customer, as_of: date) -> date | None:
    """When the first of what they have reaches the end of its usual life."""
    held = customer.owned.held().filter(since_on__lte=as_of, next_choice_on__gte=as_of)
    return held.order_by("next_choice_on").values_list("next_choice_on", flat=True).first()
