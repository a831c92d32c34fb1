"""How people can be told apart and reached, with addresses that belong to nobody.

Mail addresses end in the domains that RFC 2606 reserves; telephone numbers lie in the ranges that
Ireland, the United Kingdom, Germany and France keep free for films and books.
"""

import unicodedata
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from relationships.engine.simulate.clock import Ints
from relationships.engine.simulate.parameters import Parameters, vocabulary

DOMAINS = ("example.com", "example.org", "example.net")


def households(rng: np.random.Generator, frame: pd.DataFrame, p: Parameters) -> Ints:
    """Move some people in with another; returns each one's household, or −1.

    The second of a pair takes the family name and the place of the first.
    """
    n = len(frame)
    household = np.full(n, -1)
    country = frame["country"].to_numpy()
    pairs = int(n * p.firm["household_share"] / 2)
    mixed = rng.permutation(n)
    mixed = mixed[np.argsort(country[mixed].astype(str), kind="stable")]
    at = rng.choice(np.arange(n // 2), pairs, replace=False) * 2
    one, two = mixed[at], mixed[at + 1]
    same = country[one] == country[two]
    one, two = one[same], two[same]
    for column in ("family_name", "city", "region"):
        values = frame[column].to_numpy().copy()
        values[two] = values[one]
        frame[column] = values
    household[one] = household[two] = np.arange(len(one))
    return household


def identities(rng: np.random.Generator, frame: pd.DataFrame, household: Ints) -> pd.DataFrame:
    """One row per identity; half of the households share one mail address."""
    n = len(frame)
    mail = _mails(rng, frame)
    home = np.flatnonzero(household >= 0)
    home = home[np.argsort(household[home], kind="stable")]
    shares = rng.random(len(home) // 2) < 0.5
    mail[home[1::2][shares]] = mail[home[::2][shares]]
    has_mail = frame["consents_email"].to_numpy() | (rng.random(n) < 0.9)
    phone = _phones(rng, frame["country"].to_numpy())
    has_phone = np.flatnonzero(phone != "")
    with_mail = np.flatnonzero(has_mail)
    customer = np.concatenate([np.arange(n), with_mail, has_phone])
    table = pd.DataFrame(
        {
            "customer": customer.astype(np.int32),
            "kind": np.repeat(
                np.array(["external", "email", "phone"], dtype=object),
                [n, len(with_mail), len(has_phone)],
            ),
            "value": np.concatenate(
                [frame["number"].to_numpy(), mail[with_mail], phone[has_phone]]
            ),
        }
    )
    return table.sort_values("customer", kind="stable", ignore_index=True)


def _mails(rng: np.random.Generator, frame: pd.DataFrame) -> NDArray[Any]:
    """given.family, with a number where the name is taken."""
    domain = rng.choice(DOMAINS, len(frame), p=[0.6, 0.25, 0.15])
    seen: dict[str, int] = {}
    mails = np.empty(len(frame), dtype=object)
    for i, (given, family) in enumerate(
        zip(frame["given_name"], frame["family_name"], strict=True)
    ):
        name = f"{_plain(given)}.{_plain(family)}"
        seen[name] = seen.get(name, 0) + 1
        mails[i] = f"{name}{seen[name] if seen[name] > 1 else ''}@{domain[i]}"
    return mails


def _plain(name: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", name.replace("ı", "i")).encode("ascii", "ignore")
    return "".join(c for c in ascii_only.decode().lower() if c.isalpha())


def _phones(rng: np.random.Generator, country: NDArray[Any]) -> NDArray[Any]:
    """Numbers without repetition, for two in three, while the reserved ranges last."""
    phones = np.full(len(country), "", dtype=object)
    for code, entry in vocabulary("people")["countries"].items():
        ranges = entry["phones"]
        sizes = np.array([10**digits for _, digits in ranges], dtype=np.int64)
        here = np.flatnonzero((country == code) & (rng.random(len(country)) < 0.67))
        here = here[: sizes.sum()]
        drawn = rng.choice(sizes.sum(), len(here), replace=False) if len(here) else here
        for who, number in zip(here, drawn, strict=True):
            block = int(np.searchsorted(np.cumsum(sizes), number, side="right"))
            prefix, digits = ranges[block]
            rest = number - (sizes[:block].sum())
            phones[who] = f"{prefix}{rest:0{digits}d}".replace(" ", "")
    return phones
