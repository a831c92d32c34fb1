"""Customers as people: what they told us and how they buy, a row each, in five queries a block."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
from django.db.models import Count, Q, QuerySet

from customers.models import Customer, Interaction, Kind, OrderLine
from relationships.models import Profile

BLOCK = 5_000
LOOKUP = 500  # ids in one IN (…)
FEWEST_PURCHASES = 3  # for a share to say anything about habits
ASKED = ("pk", "birth_on", "birth_year", "gender", "education", "household_size", "country",
         "region", "interests")  # fmt: skip
JUDGED = ("p_fling", "p_friend", "p_marriage", "p_distant", "p_negative", "value")
SATURDAY, SUNDAY = 7, 1  # as Django's week_day counts


def everyone() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Ids of all judged customers, ascending, with their value (NaN: unknown)."""
    rows = Profile.objects.order_by("pk").values_list("pk", "value").iterator(chunk_size=20_000)
    pairs = np.array([(pk, np.nan if value is None else value) for pk, value in rows]).reshape(
        -1, 2
    )
    return pairs[:, 0].astype(np.int64), pairs[:, 1]


def blocks(ids: npt.NDArray[np.int64]) -> Iterator[npt.NDArray[np.int64]]:
    for start in range(0, len(ids), BLOCK):
        yield ids[start : start + BLOCK]


def people(ids: npt.NDArray[np.int64], as_of: date) -> pd.DataFrame:
    """One row per id, in their order; what is not known is NaN, "" or []."""
    parts = [_few(ids[start : start + LOOKUP], as_of) for start in range(0, len(ids), LOOKUP)]
    return pd.concat(parts) if parts else _few(ids, as_of)


def _few(ids: npt.NDArray[np.int64], as_of: date) -> pd.DataFrame:
    these = ids.tolist()
    told = pd.DataFrame(
        Customer.objects.filter(pk__in=these).values_list(*ASKED), columns=list(ASKED)
    ).set_index("pk")
    judged = pd.DataFrame(
        Profile.objects.filter(pk__in=these).values_list("pk", *JUDGED), columns=["pk", *JUDGED]
    ).set_index("pk")
    table = told.join(judged.astype(float)).join(_habits(these, as_of)).reindex(these)
    table["age"] = _ages(table, as_of)
    table["household_size"] = pd.to_numeric(table["household_size"])
    table["interests"] = [_words(value) for value in table["interests"]]
    return table


def _habits(these: list[int], as_of: date) -> pd.DataFrame:
    """Shares of purchases by each customer, and the category they buy most often."""
    bought = Interaction.objects.filter(
        customer__in=these, kind=Kind.PURCHASE, occurred_on__lte=as_of
    ).order_by()
    weekend = Q(occurred_on__week_day__in=[SATURDAY, SUNDAY])
    counts = bought.values("customer_id").annotate(
        n=Count("pk"),
        told=Count("is_online"),
        online=Count("pk", filter=Q(is_online=True)),
        priced=Count("discount"),
        reduced=Count("pk", filter=Q(discount__gt=0)),
        weekend=Count("pk", filter=weekend),
    )
    names = ["customer_id", "n", "told", "online", "priced", "reduced", "weekend"]
    table = pd.DataFrame(counts.values_list(*names), columns=names).set_index("customer_id")
    found = pd.DataFrame(index=table.index)
    for share, part, whole in (
        ("online_share", "online", "told"),
        ("discount_share", "reduced", "priced"),
        ("weekend_share", "weekend", "n"),
    ):
        known = table[whole] >= FEWEST_PURCHASES
        found[share] = (table[part] / table[whole].where(known)).astype(float)
    return found.join(_most_bought(bought))


def _most_bought(bought: QuerySet[Interaction]) -> "pd.Series[str]":
    """Each customer's category of most purchases, by name where equal; a purchase of several
    counts in each of its lines'."""
    own = bought.exclude(category="").values_list("customer_id", "category")
    lines = OrderLine.objects.filter(interaction__in=bought.filter(category="")).order_by()
    several = lines.exclude(category="").values_list("interaction__customer_id", "category")
    rows = [
        *own.annotate(n=Count("pk")),
        *several.annotate(n=Count("interaction_id", distinct=True)),
    ]
    names = ["customer_id", "category"]
    counts = pd.DataFrame(rows, columns=[*names, "n"]).groupby(names, as_index=False)["n"].sum()
    first = counts.sort_values(["customer_id", "n", "category"], ascending=[True, False, True])
    return first.drop_duplicates("customer_id").set_index("customer_id")["category"]


def _ages(table: pd.DataFrame, as_of: date) -> "pd.Series[float]":
    years = [born.year if born else year for born, year in
             zip(table["birth_on"], table["birth_year"], strict=True)]  # fmt: skip
    return as_of.year - pd.to_numeric(pd.Series(years, index=table.index)).astype(float)


def _words(value: object) -> list[str]:
    return [str(word) for word in value] if isinstance(value, list) else []
