"""The value of one customer, with its parts."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from customers.models import Customer
from customers.queries import modifiers
from relationships import veil
from relationships.api.profiles import FRANK, judgeable
from relationships.api.value_shapes import ValueOut, WithinOut
from relationships.covariate_words import because, untold
from relationships.models import Forecast, Profile
from relationships.queries.network import Brought
from relationships.queries.opened import Opened, opened
from relationships.turned import turn, turn_out
from relcrm.base.models import Company
from relcrm.base.rest import Resource, Single, operation


class ValueOf(Resource):
    queryset = Customer.objects.none()
    scopes: ClassVar = {"GET": "customers:read"}
    serializer_class = ValueOut

    @operation("What a customer is worth, with the parts", gives=ValueOut, query=Single, one=True,
               tag="profiles")  # fmt: skip
    def retrieve(self, request: Request, pk: int) -> Response:
        """As of the last judgement. 404 for those who have bought nothing or were not judged."""
        customer = judgeable(request, pk)
        profile = Profile.objects.filter(pk=customer.pk).first()
        as_of, viewer = request.viewpoint.as_of, request.user
        hides = bool(modifiers.hidden([pk], viewer, sees_all=self.sees(modifiers.SCOPE)))
        found = profile and opened(
            profile, request.company, as_of, viewer=viewer, hides_goods=hides
        )
        if not profile or found is None:
            raise Http404
        tells_why = not hides and not veil.is_veiled(profile.family, frank=self.sees(FRANK))
        hidden = untold(
            complaints=self.sees("complaints:read"), promises=self.sees("promises:read")
        )
        told = worth_of(found, request.company, tells_why=tells_why, untold=hidden)
        return self.answer_one(told)


def worth_of(
    found: Opened, company: Company, *, tells_why: bool, untold: Collection[str] = ()
) -> dict[str, Any]:
    """One value as JSON; `tells_why`: whether what makes it a loss is for this caller, `untold`:
    what else is known of them that is not."""
    f = found.forecast
    turned = turn(f, company.currency, found.purchases) if tells_why else None
    return {
        "customer": f.pk,
        "as_of": f.as_of,
        "currency": company.currency,
        "horizon_weeks": f.horizon_weeks,
        "model": {"name": f.model.name if f.model else None,
                  "version": f.model.version if f.model else None},
        "low": found.low, "median": found.median, "expected": f.value, "high": found.high,
        "parts": found.parts,
        "within": [
            {name: getattr(row, name) for name in WithinOut._declared_fields}
            for row in found.ahead
        ],
        "months": f.months,
        "renewals": f.renewals,
        "durability": None if f.months is None else 100 * f.months / 36,
        "next_purchase": {
            "chance": f.soon, "from_on": f.next_from_on, "on": f.next_on,
            "until_on": f.next_until_on, "replaces_on": found.choice_on,
            "replaces_chance": found.choice_chance,
        },
        "network": _network(found.brought),
        "won": found.won and {"channel": found.won.channel, "cost": found.won.cost},
        "cause": (tells_why and f.cause) or None,
        "gain": f.gain if tells_why else None,
        "turn": turned and turn_out(turned),
        **_covariates(f, untold),
    }  # fmt: skip


def _covariates(f: Forecast, untold: Collection[str]) -> dict[str, Any]:
    return {
        "covariates_factor": f.covariates_factor,
        "covariates_because": because(f, untold=untold) or None,
    }


def _network(brought: Brought) -> dict[str, Any]:
    return {
        "customers": brought.people, "value": brought.value, "anyway_share": brought.anyway,
        "saved": brought.saved, "worth": brought.worth,
    }  # fmt: skip
