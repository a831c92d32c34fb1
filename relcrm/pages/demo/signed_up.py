"""A published sign-up form of the demo company, and the handful of people who came by it."""

from datetime import datetime, timedelta

from customers.contact.actions.ledger import add_wording
from customers.models import Customer, Purpose, Reach
from customers.signup.actions.confirming import confirm
from customers.signup.actions.forms import make_form, publish_form
from customers.signup.actions.sign_up import Filled, sign_up
from relcrm.base.models import User

WORDS = "Yes, Larkfell may write to me by e-mail about new boots and what is on in the shop."
MONTHS, CONFIRMED = timedelta(days=70), 6
SAME_DAY = timedelta(hours=2)


def add_sign_up_form(owner: User, now: datetime) -> None:
    """People who are known already, so that nobody new comes into the invented figures. The last
    one never followed the link."""
    start = now - MONTHS
    words = add_wording(
        key="newsletter", text=WORDS, purpose=Purpose.MARKETING, by=owner, now=start
    )
    form = make_form(
        name="Newsletter", title="News about boots", is_double_opt_in=True,
        text="New soles, old paths, and when the workshop is open. Twice a month at most.",
        thanks="See you on the hill.", asks=[(words, Reach.EMAIL)],
        facts=[{"what": "name", "is_required": False, "label": ""}], by=owner, now=start,
    )  # fmt: skip
    publish_form(form, by=owner, now=start)
    people = Customer.objects.present().exclude(email="").order_by("-pk")[: CONFIRMED + 1]
    for number, person in enumerate(people):
        at = start + timedelta(days=11 * number)
        filled = Filled(person.email, {"name": person.name}, [(words.pk, Reach.EMAIL)], way="page")
        made = sign_up(form, filled, by=None, now=at)
        if made is not None and number < CONFIRMED:
            confirm(made, proof={}, now=at + SAME_DAY)
