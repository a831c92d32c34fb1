"""Somebody fills in a form: kept apart from everything we know, until it is confirmed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from customers import identities
from customers.actions.customers import one_at_a_time
from customers.models import Identity, SignUp, SignUpForm
from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.lib.refusals import Refused

# For one address: one mail of a form in an hour, and few of all forms in a day, whoever asks.
A_WHILE, A_DAY, MOST_A_DAY = timedelta(hours=1), timedelta(days=1), 3


@dataclass(frozen=True, slots=True)
class Filled:
    """What was typed and ticked, checked by the form; `way` is how it came in."""

    email: str
    told: dict[str, Any]
    said: list[tuple[int, str]]  # (number of a wording, channel)
    way: str  # "page", "embedded", "site", "api"
    proof: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def sign_up(form: SignUpForm, filled: Filled, *, by: Actor, now: datetime) -> SignUp | None:
    """Keep it for the worker, which asks the owner of the address. None when the same address
    came just now: nothing more is sent then, and the caller says the same to everybody.

    Nobody is looked up here, so neither the answer nor its time tells whom we know.
    """
    if not form.is_open:
        raise Refused(_("This form is closed."))
    email = identities.normal(Identity.Kind.EMAIL, filled.email)
    if "@" not in email or identities.is_cut(email):
        raise Refused(_("Write the e-mail address as in anna@example.com."))
    one_at_a_time(Identity.Kind.EMAIL)
    if _came_just_now(form, email, now):
        return None
    made = SignUp.objects.create(
        form=form, version=form.version, email=email, told=filled.told,
        said=[list(pair) for pair in filled.said], proof=filled.proof | {"way": filled.way},
        at=now,
    )  # fmt: skip
    audit.record("sign_up.received", made, by=by, at=now, form=form.pk, way=filled.way)
    return made


def _came_just_now(form: SignUpForm, email: str, now: datetime) -> bool:
    lately = SignUp.objects.filter(email=email, at__gt=now - A_DAY)
    if lately.filter(form=form, at__gt=now - A_WHILE).exists():
        return True
    return lately.count() >= MOST_A_DAY
