"""The people of the invented world: who they are, where they live, how they like to be reached."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from relationships.engine.simulate.clock import Clock, Ints, hours
from relationships.engine.simulate.lives import Lives
from relationships.engine.simulate.parameters import Floats, Parameters, vocabulary

Strings = NDArray[Any]
PREFERRED_SHARES = (0.5, 0.16, 0.08, 0.1, 0.06, 0.1)
PREFERRED = ("email", "phone", "sms", "chat", "social", "shop")


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """What the rest of the simulation needs to know of each customer, and the frame for readers."""

    joined: Floats  # the instant of first contact
    persona: Ints
    budget: Floats  # 0 buys the cheapest, 1 the dearest
    tastes: Floats  # customers × categories, each row sums to 1
    top: Ints  # the category each likes best
    store: Floats  # share of purchases made in the shop
    hour: Floats  # local hour at which they are about
    hours_ahead: Floats
    mails: NDArray[np.bool_]
    texts: NDArray[np.bool_]
    temper: Floats  # how much sunnier than their type they are
    frame: pd.DataFrame

    def __len__(self) -> int:
        return len(self.joined)


def people(rng: np.random.Generator, lives: Lives, p: Parameters, clock: Clock) -> People:
    """Draw a person for each life; personae lean towards some types, so that both can be found."""
    final = lives.kind[lives.last]
    n = len(final)
    persona = _personae(rng, final, p)
    spec = vocabulary("people")["personae"]
    country = _countries(rng, n)
    hour = np.clip(rng.normal(_of(spec, "hour")[persona], 2.0), 7, 22)
    ahead = _of(list(vocabulary("people")["countries"].values()), "hours_ahead")[country]
    joined = _joined(rng, lives, clock, hour, ahead)
    tastes = _tastes(rng, persona)
    frame, near_shop = _frame(rng, persona, country, hour, clock)
    share = np.where(near_shop, p.firm["store_share_near"], p.firm["store_share_far"])
    mails, texts = (rng.random(n) < p.firm[kind] for kind in ("mail_consent", "sms_consent"))
    return People(
        joined=joined,
        persona=persona,
        budget=np.clip(rng.normal(_of(spec, "budget")[persona], 0.16), 0.02, 0.98),
        tastes=tastes,
        top=tastes.argmax(axis=1),
        store=np.clip(share * _of(spec, "store")[persona] * rng.gamma(4, 0.25, n), 0, 0.95),
        hour=hour,
        hours_ahead=ahead,
        mails=mails,
        texts=texts,
        temper=rng.normal(0, 0.08, n),
        frame=frame.assign(
            joined_at=clock.at(joined), organisation=_organisations(rng, lives, p),
            consents_email=mails, consents_sms=texts,
        ),
    )  # fmt: skip


def _joined(
    rng: np.random.Generator, lives: Lives, clock: Clock, hour: Floats, ahead: Floats
) -> Floats:
    """By day, on the first day of each life."""
    by_day = hours(rng, np.clip(hour, 10.2, 17.5), opens=10, closes=17.9)
    return clock.local(np.floor(lives.start[lives.first]), by_day, ahead)


def _of(spec: list[dict[str, Any]], key: str) -> Floats:
    return np.array([entry[key] for entry in spec], dtype=float)


def pick(rng: np.random.Generator, chances: Floats) -> Ints:
    """One column number for each row of chances."""
    edges = np.cumsum(chances, axis=1)
    drawn = rng.random((len(chances), 1)) * edges[:, -1:]
    chosen: Ints = (drawn > edges[:, :-1]).sum(axis=1)
    return chosen


def _personae(rng: np.random.Generator, final: Ints, p: Parameters) -> Ints:
    spec = vocabulary("people")["personae"]
    leans = np.array([[entry["leans"].get(code, 1.0) for entry in spec] for code in p.types])
    return pick(rng, (leans * _of(spec, "share"))[final])


def _countries(rng: np.random.Generator, n: int) -> Ints:
    shares = np.array([c["share"] for c in vocabulary("people")["countries"].values()])
    return rng.choice(len(shares), n, p=shares / shares.sum())


def _tastes(rng: np.random.Generator, persona: Ints) -> Floats:
    spec = np.array([entry["tastes"] for entry in vocabulary("people")["personae"]], dtype=float)
    drawn = rng.standard_gamma(spec[persona] * 0.5) + 1e-6
    tastes: Floats = drawn / drawn.sum(axis=1, keepdims=True)
    return tastes


def _frame(
    rng: np.random.Generator, persona: Ints, country: Ints, hour: Floats, clock: Clock
) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """What is on record of each person, and who lives near one of the shops."""
    n, spec = len(persona), vocabulary("people")["personae"]
    woman = rng.random(n) < _of(spec, "women")[persona]
    given, family = _names(rng, country, woman)
    city, region, near = _places(rng, country)
    channel = rng.choice(np.array(PREFERRED, dtype=object), n, p=PREFERRED_SHARES)
    frame = pd.DataFrame(
        {
            "number": np.array([f"LF-{100_001 + i}" for i in range(n)], dtype=object),
            "given_name": given,
            "family_name": family,
            **_standing(rng, persona, woman, clock),
            "city": city,
            "region": region,
            "country": np.array(list(vocabulary("people")["countries"]), dtype=object)[country],
            "language": _of_country("language", country),
            "time_zone": _of_country("zone", country),
            "interests": _interests(rng, persona),
            "preferred_channel": _missing(rng, channel, 0.35),
            "hour_from": np.floor(np.clip(hour - 2.5, 6, 20)).astype(np.int8),
            "hour_to": np.floor(np.clip(hour + 2.5, 9, 23)).astype(np.int8),
            "persona": np.array([e["key"] for e in spec], dtype=object)[persona],
        }
    )
    return frame, near


def _standing(
    rng: np.random.Generator, persona: Ints, woman: NDArray[np.bool_], clock: Clock
) -> dict[str, Any]:
    """Age, gender, education, occupation and household, as far as they were told."""
    n, words = len(persona), vocabulary("people")
    spec = words["personae"]
    born = np.round(rng.normal(*np.array([e["born"] for e in spec])[persona].T))
    born = np.clip(born, clock.first.year - 88, clock.first.year - 17)
    level = pick(rng, np.array([e["education"] for e in spec], dtype=float)[persona])
    home = np.where(rng.random(n) < 0.2, np.nan, _household(rng, spec, persona))
    return {
        "birth_year": pd.array(np.where(rng.random(n) < 0.12, np.nan, born), dtype="Int16"),
        "gender": _genders(rng, woman),
        "education": _missing(rng, np.array(words["educations"], dtype=object)[level], 0.3),
        "occupation": _missing(rng, _one_of(rng, spec, "occupations", persona), 0.25),
        "household_size": pd.array(home, dtype="Int8"),
    }


def _of_country(key: str, country: Ints) -> Strings:
    entries = vocabulary("people")["countries"].values()
    return np.array([entry[key] for entry in entries], dtype=object)[country]


def _names(
    rng: np.random.Generator, country: Ints, woman: NDArray[np.bool_]
) -> tuple[Strings, Strings]:
    given, family = np.empty(len(country), object), np.empty(len(country), object)
    for number, entry in enumerate(vocabulary("people")["countries"].values()):
        here = country == number
        family[here] = rng.choice(np.array(entry["families"], object), here.sum())
        for key, who in (("women", here & woman), ("men", here & ~woman)):
            given[who] = rng.choice(np.array(entry[key], object), who.sum())
    return given, family


def _places(rng: np.random.Generator, country: Ints) -> tuple[Strings, Strings, NDArray[np.bool_]]:
    city, region = np.empty(len(country), object), np.empty(len(country), object)
    near = np.zeros(len(country), dtype=bool)
    for number, entry in enumerate(vocabulary("people")["countries"].values()):
        here = np.flatnonzero(country == number)
        weight = np.array([place[2] for place in entry["places"]], dtype=float)
        chosen = rng.choice(len(weight), len(here), p=weight / weight.sum())
        city[here] = np.array([place[0] for place in entry["places"]], object)[chosen]
        region[here] = np.array([place[1] for place in entry["places"]], object)[chosen]
        near[here] = np.array([place[3] for place in entry["places"]], bool)[chosen]
    return city, region, near


def _genders(rng: np.random.Generator, woman: NDArray[np.bool_]) -> Strings:
    spec = vocabulary("people")["genders"]
    gender: Strings = np.where(woman, "woman", "man").astype(object)
    neither = rng.random(len(woman)) < spec["neither_share"]
    gender[neither] = rng.choice(np.array(spec["neither"], object), neither.sum())
    return _missing(rng, gender, spec["missing_share"])


def _missing(rng: np.random.Generator, values: Strings, share: float) -> Strings:
    values = values.copy()
    values[rng.random(len(values)) < share] = None
    return values


def _one_of(
    rng: np.random.Generator, spec: list[dict[str, Any]], key: str, persona: Ints
) -> Strings:
    drawn = rng.random(len(persona))
    return np.array(
        [spec[k][key][int(u * len(spec[k][key]))] for k, u in zip(persona, drawn, strict=True)],
        dtype=object,
    )


def _household(rng: np.random.Generator, spec: list[dict[str, Any]], persona: Ints) -> Ints:
    return 1 + np.minimum(rng.poisson(_of(spec, "household")[persona] - 1), 6)


def _interests(rng: np.random.Generator, persona: Ints) -> Strings:
    """Nought to five interests, four in five of them typical of the persona."""
    words = vocabulary("people")
    everything = words["interests"]
    chosen = np.empty(len(persona), dtype=object)
    counts = rng.binomial(5, 0.48, len(persona))
    for i, (k, count) in enumerate(zip(persona, counts, strict=True)):
        typical = words["personae"][k]["interests"]
        order = rng.random(len(typical)).argsort()[: round(count * 0.8)]
        other = rng.integers(len(everything), size=count - len(order))
        drawn = [typical[j] for j in order] + [everything[j] for j in other]
        chosen[i] = list(dict.fromkeys(drawn))
    return chosen


def _organisations(rng: np.random.Generator, lives: Lives, p: Parameters) -> Any:
    """Business partners and people equipped by their employer belong to an organisation."""
    n, total = len(lives.first), len(vocabulary("people")["organisations"])
    bound = np.isin(lives.kind, [p.number("M3"), p.number("M5")])
    member = np.zeros(n, dtype=bool)
    member[lives.customer[bound]] = True
    member |= rng.random(n) < p.firm["organisation_members"]
    return pd.array(np.where(member, rng.integers(total, size=n), np.nan), dtype="Int32")
