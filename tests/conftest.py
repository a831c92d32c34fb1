"""The cast. Every test meets the same few people; read this page once and you know them all.

Customers
  Ada   buys every month for two years and is happy.     Bo    bought once, last week.
  Cyd   bought often, then went quiet.                   Dan   is angry: a complaint is open.
Colleagues
  Mara  is a marketer.   Sam  is a service agent.   Root  is the admin.
  Nils  is an analyst: no personal data.   Eve  is an expert: Ada is her only customer.
  Pia   is the privacy officer.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from customers.models import Customer, Interaction, Kind, PointOfContact
from relcrm.base.models import Company, User

pytest_plugins = ["tests.markers", "tests.browser", "tests.keys", "tests.listener"]

TODAY = date(2026, 3, 2)
NOW = datetime.combine(TODAY, time(12), UTC)


def event(customer: Customer, kind: str, on: date, amount: int | None, number: int, **more: object):
    """Something at nine in the morning, not stored yet."""
    return Interaction(
        customer=customer,
        kind=kind,
        occurred_at=datetime.combine(on, time(9), UTC),
        occurred_on=on,
        amount=None if amount is None else Decimal(amount),
        source="test",
        source_id=str(number),
        **more,
    )


def happened(customer: Customer, kind: str, on: date, amount: int | None = None, **more: object):
    """Something happened to this customer at nine in the morning."""
    stored = event(customer, kind, on, amount, Interaction.objects.count() + 1, **more)
    stored.save()
    return stored


def bought(customer: Customer, amount: int, days: Iterable[date]) -> None:
    """Purchases in one statement: most tests begin with Ada."""
    first = Interaction.objects.count() + 1
    Interaction.objects.bulk_create(
        event(customer, Kind.PURCHASE, day, amount, number)
        for number, day in enumerate(days, first)
    )


@pytest.fixture
def company(db) -> Company:
    return Company.objects.create(name="Alpine Shoes", currency="EUR", zone="Europe/Vienna")


@pytest.fixture
def ada(db) -> Customer:
    ada = Customer.objects.create(name="Ada Novak", email="ada@example.com", city="Graz")
    bought(ada, 40, (TODAY - timedelta(days=10 + 30 * month) for month in range(24)))
    return ada


@pytest.fixture
def bo(db) -> Customer:
    bo = Customer.objects.create(name="Bo Lind", email="bo@example.com")
    happened(bo, Kind.PURCHASE, TODAY - timedelta(days=7), 15)
    return bo


@pytest.fixture
def cyd(db) -> Customer:
    cyd = Customer.objects.create(name="Cyd Moreau", email="cyd@example.com")
    bought(cyd, 60, (TODAY - timedelta(weeks=60 + 3 * week) for week in range(20)))
    return cyd


@pytest.fixture
def dan(db) -> Customer:
    dan = Customer.objects.create(name="Dan Okafor", email="dan@example.com")
    bought(dan, 80, (TODAY - timedelta(weeks=2 + 4 * week) for week in range(6)))
    return dan


def colleague(name: str, role: str) -> User:
    return User.objects.create_user(
        f"{name.lower()}@example.com", "correct horse", name=name, role=role
    )


@pytest.fixture
def mara(db) -> User:
    return colleague("Mara", User.Role.MARKETER)


@pytest.fixture
def sam(db) -> User:
    return colleague("Sam", User.Role.SERVICE)


@pytest.fixture
def nils(db) -> User:
    return colleague("Nils", User.Role.ANALYST)


@pytest.fixture
def pia(db) -> User:
    return colleague("Pia", User.Role.PRIVACY)


@pytest.fixture
def eve(db, ada) -> User:
    eve = colleague("Eve", User.Role.EXPERT)
    PointOfContact.objects.create(customer=ada, user=eve, role="fits her shoes")
    return eve


@pytest.fixture
def root(db) -> User:
    return User.objects.create_superuser("root@example.com", "correct horse", name="Root")


@pytest.fixture
def as_(db):
    """`as_(mara)` is a browser in which Mara is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
