"""An invented world's tables as our rows: people, catalogue, events, complaints."""

from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from customers.actions.ingest import ingest
from customers.events import Events, Line
from customers.identities import normal
from customers.models import (
    Customer,
    Identity,
    Interaction,
    Kind,
    Organisation,
    PointOfContact,
    Product,
)
from feedback.actions import SOURCE as COMPLAINTS
from feedback.models import Complaint
from relationships.engine.simulate import World
from relcrm.base.models import Brand, User
from relcrm.pages.demo.plain import days, instants, money, numbers, shares, texts

SOURCE = "larkfell"  # the invented shop's own system
AT_ONCE = 20_000
BRANDS = {"larkfell": "Larkfell", "little-lark": "Little Lark"}


def add_brands() -> dict[str, int]:
    return {
        slug: Brand.objects.create(slug=slug, name=name, is_default=slug == "larkfell").pk
        for slug, name in BRANDS.items()
    }


def add_people(world: World, now: datetime) -> list[int]:
    """Organisations, customers and how we recognise them; customer ids by row of the world."""
    c = world.customers
    known = world.identities.drop_duplicates(["customer", "kind"])
    first = known.pivot(index="customer", columns="kind", values="value").reindex(c.index)
    behind = Organisation.objects.bulk_create(
        Organisation(name=name) for name in world.organisations["name"]
    )
    columns = {
        "name": [f"{given} {family}" for given, family in zip(
            c["given_name"], c["family_name"], strict=True)],
        "email": [normal("email", text) for text in texts(first["email"])],
        "phone": [normal("phone", text) for text in texts(first["phone"])],
        "organisation": [None if at is None else behind[at] for at in numbers(c["organisation"])],
        "birth_year": numbers(c["birth_year"]),
        "gender": texts(c["gender"]),
        "education": texts(c["education"]),
        "occupation": texts(c["occupation"]),
        "household_size": numbers(c["household_size"]),
        "city": texts(c["city"]),
        "region": texts(c["region"]),
        "country": texts(c["country"]),
        "language": texts(c["language"]),
        "zone": texts(c["time_zone"]),
        "interests": list(c["interests"]),
        "preferences": [_preferences(row) for row in c.to_dict("records")],
    }  # fmt: skip
    made = Customer.objects.bulk_create(
        [Customer(touched_at=now, **row) for row in _rows(columns)], batch_size=500
    )
    ids = [customer.pk for customer in made]
    _recognise(world.identities, ids)
    return ids


def _preferences(row: dict[str, Any]) -> dict[str, Any]:
    stated = {"channel": row["preferred_channel"], "wish": row["wish"]}
    return {name: value for name, value in stated.items() if value} | {
        "hours": [int(row["hour_from"]), int(row["hour_to"])]
    }


def _recognise(known: pd.DataFrame, ids: list[int]) -> None:
    Identity.objects.bulk_create(
        [
            Identity(
                customer_id=ids[customer],
                kind=kind,
                source=SOURCE if kind == "external" else "",
                value=normal(kind, value),
            )
            for customer, kind, value in known.itertuples(index=False)
        ],
        batch_size=1_000,
        ignore_conflicts=True,
    )


def look_after(ids: list[int], expert: User) -> None:
    """Every sixty-fourth customer has the expert as a point of contact."""
    PointOfContact.objects.bulk_create(
        PointOfContact(customer_id=pk, user=expert, role="fits boots") for pk in ids[::64]
    )


def add_catalogue(world: World) -> dict[str, Product]:
    p = world.products
    columns = {
        "sku": texts(p["sku"]),
        "name": texts(p["name"]),
        "category": texts(p["category"]),
        "launched_on": days(p["launched_on"]),
        "expected_life_weeks": numbers(p["expected_life_weeks"]),
    }
    made = Product.objects.bulk_create(Product(**row) for row in _rows(columns))
    return {product.sku: product for product in made}


def add_events(
    world: World,
    ids: list[int],
    brands: dict[str, int],
    products: dict[str, Product],
    now: datetime,
) -> None:
    """Everything that happened, through the one way in, some thousands at a time."""
    lines = world.order_lines
    for start in range(0, len(world.events), AT_ONCE):
        some = world.events.iloc[start : start + AT_ONCE]
        theirs = lines[lines["event"].between(start, start + len(some) - 1)]
        ingest(Events(_columns(some, ids, brands), _lines(theirs, start, products)), now=now)


def _columns(e: pd.DataFrame, ids: list[int], brands: dict[str, int]) -> dict[str, Any]:
    said = (e["kind"] == Kind.COMPLAINT).tolist()
    more = [each or {} for each in e["properties"]]
    rating = [
        each.get("severity") if is_said else given
        for each, is_said, given in zip(more, said, numbers(e["rating"]), strict=True)
    ]
    return {
        "customer_id": [ids[row] for row in e["customer"]],
        "kind": texts(e["kind"]),
        "occurred_at": instants(e["at"]),
        "channel": texts(e["channel"]),
        "is_online": [bool(flag) for flag in e["online"]],
        "brand_id": [brands.get(name) for name in texts(e["brand"])],
        "amount": money(e["amount"]),
        "discount": money(e["discount"]),
        "margin": money(e["margin"]),
        "category": [
            each.get("topic") or text if is_said else text
            for each, is_said, text in zip(more, said, texts(e["category"]), strict=True)
        ],
        "rating": rating,
        "sentiment": shares(e["sentiment"]),
        "reason": [str(each.get("reason") or "") for each in more],
        "properties": [each or None for each in more],
        # A complaint's row is told by its receipt, as when it is filed at the desk.
        "source": [COMPLAINTS if is_said else SOURCE for is_said in said],
        "source_id": [
            each["complaint"] if is_said else key
            for each, is_said, key in zip(more, said, e["source_id"], strict=True)
        ],
    }


def _lines(lines: pd.DataFrame, start: int, products: dict[str, Product]) -> list[tuple[int, Line]]:
    return [
        (
            event - start,
            Line(
                quantity=quantity,
                unit_price=price,
                discount=discount,
                product_id=products[sku].pk,
                category=products[sku].category,
            ),
        )
        for event, sku, quantity, price, discount in zip(
            lines["event"], lines["sku"], numbers(lines["quantity"]),
            money(lines["unit_price"]), money(lines["discount"]), strict=True,
        )
    ]  # fmt: skip


def add_complaints(world: World, ids: list[int], owner: User) -> None:
    """Complaints as they stand on the last day; those still open belong to the service agent."""
    c = world.complaints
    told = dict(
        Interaction.objects.filter(source=COMPLAINTS).values_list("source_id", "pk").iterator()
    )
    columns = {
        "number": texts(c["receipt"]),
        "customer_id": [ids[row] for row in c["customer"]],
        "interaction_id": [told[receipt] for receipt in c["receipt"]],
        "channel": texts(c["channel"]),
        "topic": texts(c["topic"]),
        "subject": texts(c["subject"]),
        "text": texts(c["text"]),
        "remedy_sought": texts(c["remedy_sought"]),
        "severity": numbers(c["severity"]),
        "filed_at": instants(c["at"]),
        "acknowledged_at": instants(c["acknowledged_at"]),
        "resolved_at": instants(c["resolved_at"]),
        "resolution": [text.capitalize() for text in texts(c["resolution"])],
        "is_satisfied": [None if pd.isna(flag) else bool(flag) for flag in c["satisfied"]],
    }
    Complaint.objects.bulk_create(
        [
            Complaint(
                owner=owner if row["acknowledged_at"] else None,
                due_at=row["filed_at"]
                + timedelta(hours=Complaint.HOURS_TO_ANSWER[row["severity"]]),
                **row,
            )
            for row in _rows(columns)
        ],
        batch_size=500,
    )


def _rows(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
