"""A published form that asks for news by e-mail, and a browser that has looked at it."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from customers.contact.actions.ledger import add_wording
from customers.models import SignUp, SignUpForm, Wording
from customers.signup import tokens
from customers.signup.actions.confirming import take_up
from customers.signup.actions.forms import make_form, publish_form
from tests.conftest import NOW

SHOP = "https://shop.example"


@pytest.fixture(autouse=True)
def fresh_hour(company, settings):
    cache.clear()
    settings.PUBLIC_URL = "https://crm.example"


@pytest.fixture
def words(root) -> Wording:
    return add_wording(
        key="newsletter",
        text="Yes, write to me about boots.",
        purpose="marketing",
        by=root,
        now=NOW,
    )


@pytest.fixture
def form(words, mara) -> SignUpForm:
    """It asks for a name too, must be confirmed, and may be shown on the shop's site."""
    made = make_form(
        name="Spring", title="News about boots", is_double_opt_in=True, sites=[SHOP],
        facts=[{"what": "name", "is_required": False, "label": ""}],
        asks=[(words, "email")], by=mara, now=NOW,
    )  # fmt: skip
    publish_form(made, by=mara, now=NOW)
    return made


@pytest.fixture
def read_at_leisure(monkeypatch):
    """People take a while to read a form; tests do not."""
    monkeypatch.setattr(tokens, "QUICKEST", timedelta(0))


def loaded(browser: Client, path: str) -> dict[str, str]:
    """What the page brings along: its signed token."""
    page = browser.get(path).content.decode()
    return {"seen": re.search(r'name="seen" value="([^"]+)"', page)[1]}


def typed(form: SignUpForm, **more: str) -> dict[str, str]:
    """Ada fills it in and ticks the only box."""
    ask = form.asks.get()
    return {"email": "Ada@Example.com", f"yes.{ask.wording_id}.{ask.channel}": "on"} | more


def asked(now) -> SignUp:
    """The newest sign-up, after the worker took it up."""
    sign_up = SignUp.objects.latest("pk")
    take_up(sign_up.pk, now=now)
    sign_up.refresh_from_db()
    return sign_up


def link(sign_up: SignUp) -> str:
    return f"/s/confirm/{tokens.link_token(sign_up)}/"
