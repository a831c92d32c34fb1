"""People on the customer list, judged as scoring stores it, and how its page is read."""

import re

from django.utils import timezone

from customers.models import Customer
from relationships.models import Profile


def judged(customer: Customer, family: str = "friend", value: float | None = 100.0, **more):
    """A judgement of this customer as scoring stores it."""
    now = timezone.now()
    bounds = {} if value is None else {"value_low": value / 2, "value_high": value * 2}
    facts = {"alive": 0.8, "value": value, "next_step": "thank"} | bounds | more
    return Profile.objects.create(
        customer=customer, as_of=now.date(), scored_at=now, family=family, **facts
    )


def people(count: int, **more) -> list[Customer]:
    made = [Customer.objects.create(name=f"Person {n:03}", city="Graz") for n in range(count)]
    for number, customer in enumerate(made):
        judged(customer, value=float(number // 2), **more)  # each value twice
    return made


def names(page: str) -> list[str]:
    return re.findall(r'class="name"[^>]*>([^<]+)<', page)


def read_page(browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode().replace("&amp;", "&")
