"""One customer's value opened: its parts, its bounds by years, whom they brought, when next."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from customers.models import Customer
from relationships.engine.value import PARTS, Histories, ModelSet, Terms
from relationships.engine.value.discrete import UNDER_CONTRACT, Contracted
from relationships.engine.value.discrete.fees import Fees, fees
from relationships.engine.value.outlook import One, Outlook, median, nothing, outlook, with_more
from relationships.engine.value.replacing import Replacing
from relationships.engine.value.rhythm import SURE_ENOUGH
from relationships.models import YEARS_KEPT, Forecast, Profile
from relationships.queries.came import channels_of
from relationships.queries.contracts import contracts
from relationships.queries.evidence import day_number
from relationships.queries.judging import default_models, terms
from relationships.queries.network import Brought, brought_by
from relationships.queries.versions import models_of
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
    choice_chance: float | None  # that they buy around such a day; one is told from .6 on


def opened(
    profile: Profile, company: Company, as_of: date, *, viewer: User, hides_goods: bool = False
) -> Opened | None:
    """As this person may see it; half a dozen queries. None where nothing was bought. Where goods
    are hidden, nothing by which they could be guessed: no margin, no day of replacement."""
    forecast = Forecast.objects.select_related("model", "customer").filter(pk=profile.pk).first()
    if forecast is None or profile.value_low is None or profile.value_high is None:
        return None
    on, chance = choice(forecast, as_of, hides_goods=hides_goods)
    ahead, middle = ahead_of(forecast, profile, company)
    return Opened(
        forecast=forecast,
        low=profile.value_low,
        high=profile.value_high,
        median=middle,
        purchases=profile.expected_orders,
        parts=parts_of(forecast, hides_goods=hides_goods),
        ahead=ahead,
        brought=brought_by(forecast.customer, company, viewer),
        won=won(forecast.customer),
        choice_on=on,
        choice_chance=chance,
    )


def parts_of(forecast: Forecast, *, hides_goods: bool) -> dict[str, float]:
    """Where goods are hidden, sales after what they cost: their margin would say which they are."""
    parts: dict[str, float] = {name: getattr(forecast, name) for name in PARTS}
    if hides_goods:
        parts |= {"sales": parts["sales"] + parts["goods"], "goods": 0.0}
    return parts


def ahead_of(
    forecast: Forecast, profile: Profile, company: Company
) -> tuple[list[Outlook], float | None]:
    """By years, and the middle over the horizon: by the model that gave the forecast, on what was
    known that day; nothing where another version of relcrm stored it, or where what is in it of a
    contract cannot be told apart any more."""
    models = models_of(forecast.model) if forecast.model else default_models(forecast.as_of)
    if models is None:
        return [], None
    ahead, middle, rows = terms(company), 0.0, nothing()
    history, paid = _known(forecast, profile, models, ahead)
    if paid is None and _is_paid(forecast):
        return [], None
    expected = np.array([getattr(forecast, name) for name in YEARS_KEPT])
    if paid is not None:
        expected = expected - paid.years[0]
    if forecast.purchase_days:
        one = _one(forecast, profile, history)
        rows, middle = outlook(models, ahead, one, expected), median(models, ahead, one)
    if paid is None:
        return (rows, middle) if forecast.purchase_days else ([], None)
    return with_more(rows, paid.bounds[0], paid.years[0]), middle + float(paid.middle[0])


def _one(forecast: Forecast, profile: Profile, history: Histories) -> One:
    purchases = profile.expected_orders or 0.0
    kept_money = forecast.sales + forecast.goods + forecast.returned
    return One(
        history=history,
        spent=forecast.spent,
        gain=kept_money / forecast.sales if forecast.sales > 0 else 0.0,
        cost=-sum(getattr(forecast, name) for name in COSTS) / purchases if purchases > 0 else 0.0,
        factor=forecast.covariates_factor,
    )  # fmt: skip


def _known(
    forecast: Forecast, profile: Profile, models: ModelSet, ahead: Terms
) -> tuple[Histories, Fees | None]:
    """What had happened by that day, and what is left of the fees of their contract, if it brings
    any; the contract is asked for only where the forecast goes by it."""
    day = day_number(forecast.as_of)
    goes_by = models.outcome.model == UNDER_CONTRACT
    spells = contracts(forecast.as_of, [forecast.pk]) if goes_by or _is_paid(forecast) else None
    one = np.array([forecast.pk])
    plans = spells.plans(one, day) if spells else None
    history = _history(forecast, profile, day, plans if goes_by else None)
    model = models.models.get(UNDER_CONTRACT)
    if not _is_paid(forecast) or spells is None or not isinstance(model, Contracted):
        return history, None
    found = fees(model, replace(history, plans=plans), spells.fees(one, day), ahead)
    plain = float(found.plain[0])
    left = forecast.contract + forecast.renewing
    return history, found.times(left / plain) if plain > 0 else None


def _is_paid(forecast: Forecast) -> bool:
    """Whether a contract is in the value."""
    return bool(forecast.contract or forecast.renewing)


def _history(forecast: Forecast, profile: Profile, day: int, plans: np.ndarray | None) -> Histories:
    """Who has bought nothing stands as one who bought today."""
    first, last = profile.first_order_on, profile.last_order_on
    if first is None or last is None:
        return Histories.of(0.0, 0.0, 0.0, as_of_day=day, plans=plans)
    repeats = max(forecast.purchase_days - 1, 0)
    return Histories.of(
        repeats, (last - first).days / 7 if repeats else 0.0, (forecast.as_of - first).days / 7,
        as_of_day=day, plans=plans,
    )  # fmt: skip


def won(customer: Customer) -> Won | None:
    """None where nobody said what winning by that way costs. Never part of the value."""
    costs = winning()
    if not costs:
        return None
    channel = channels_of([customer.pk]).get(customer.pk) or NOT_RECORDED
    return Won(channel, costs[channel]) if channel in costs else None


def choice(
    forecast: Forecast, as_of: date, *, hides_goods: bool
) -> tuple[date | None, float | None]:
    """The first day on which something they have reaches the end of its usual life and of which
    people here can be relied on to buy around it, and how often they do; without such a day how
    often they do around those of all products, None where too few were due."""
    stored = forecast.model.report.get("replacing") if forecast.model else None
    if stored is None:
        return None, None
    found = Replacing.from_json(stored)
    if hides_goods or found.most < SURE_ENOUGH:
        return None, found.share
    held = forecast.customer.owned.held().filter(since_on__lte=as_of, next_choice_on__gte=as_of)
    due = held.order_by("next_choice_on").values_list("next_choice_on", "product__category")
    sure = ((on, found.of(kind)) for on, kind in due if found.of(kind) >= SURE_ENOUGH)
    return next(sure, (None, found.share))
