"""Survey answers: recommendation twice a year, satisfaction after help, and stated wishes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from relationships.engine.simulate.clock import Ints, hours
from relationships.engine.simulate.complaints import Complaints
from relationships.engine.simulate.log import EMAIL, WEB, Log, names
from relationships.engine.simulate.parameters import Floats, vocabulary
from relationships.engine.simulate.voices import Scene

WAVES = (105, 288)  # days of the year on which the recommendation survey goes out
PACES = ("never", "a few times a year", "monthly", "every two weeks", "weekly or more")


def write(
    rng: np.random.Generator, log: Log, scene: Scene, said: Complaints
) -> tuple[NDArray[Any], Floats]:
    """Log all answers; returns each customer's stated wish (or None) and when it was stated."""
    _recommendations(rng, log, scene)
    _handling(rng, log, scene, said)
    return _wishes(rng, log, scene)


def _recommendations(rng: np.random.Generator, log: Log, scene: Scene) -> None:
    """Nought to ten, from those who are asked and answer."""
    lives, people, clock = scene.stage.lives, scene.stage.people, scene.stage.clock
    waves = np.flatnonzero(np.isin(clock.day_of_year, WAVES))
    customer = np.tile(np.arange(len(people)), len(waves))
    day = np.repeat(waves, len(people)) + rng.integers(0, 9, len(customer)).astype(float)
    known = day > people.joined[customer] + 30
    customer, day = customer[known], day[known]
    stint = lives.at(customer, day)
    willing = rng.random(len(day)) < scene.stage.habit("answers_surveys", stint)
    customer, stint = customer[willing], stint[willing]
    day = _about(rng, scene, customer, day[willing])
    mood = scene.stage.moods(rng, stint)
    score = np.clip(np.round(6.1 + 4.2 * mood + rng.normal(0, 1, len(day))), 0, 10)
    why = rng.choice(np.array(vocabulary("texts")["nps"], dtype=object), len(day))
    told = rng.random(len(day)) < 0.5
    _answer(log, scene, customer, day, "nps", score, mood,
            [{"survey": "nps", "text": w if t else None}
             for w, t in zip(why, told, strict=True)])  # fmt: skip


def _handling(rng: np.random.Generator, log: Log, scene: Scene, said: Complaints) -> None:
    """One to five, from those whose complaint was resolved and who said whether that helped."""
    asked = np.flatnonzero(np.array([s is not None for s in said.satisfied], dtype=bool))
    day = _about(rng, scene, said.customer[asked], np.floor(said.resolved[asked]) + 2)
    content = said.satisfied[asked].astype(bool)
    score = np.where(content, rng.choice([4, 5], len(asked)), rng.choice([1, 2, 3], len(asked)))
    _answer(log, scene, said.customer[asked], day, "csat", score.astype(float),
            np.where(content, 0.4, -0.5) + rng.normal(0, 0.15, len(asked)),
            [{"survey": "csat", "complaint": f"C-{n + 1:06d}"} for n in asked])  # fmt: skip


def _wishes(rng: np.random.Generator, log: Log, scene: Scene) -> tuple[NDArray[Any], Floats]:
    """What some would like us to be; often what they have, and often not: that is the gap."""
    lives, people, firm = scene.stage.lives, scene.stage.people, scene.stage.p.firm
    n = len(people)
    begin = people.joined + 20
    asked = np.flatnonzero(
        (begin < scene.stage.clock.cutoff - 2) & (rng.random(n) < firm["wish_stated"])
    )
    day = _about(
        rng, scene, asked, np.floor(rng.uniform(begin[asked], scene.stage.clock.cutoff - 1))
    )
    day = np.minimum(day, scene.stage.clock.cutoff - 1 / 1440)
    kind = lives.kind[lives.at(asked, day)]
    wish = _wished(rng, scene, kind)
    pace = np.array(PACES)[np.clip(rng.normal(1.7, 1.0, len(asked)).round().astype(int), 0, 4)]
    mood = scene.stage.moods(rng, lives.at(asked, day))
    told = [{"survey": "wish", "q1": w, "q7": str(a), "q11": int(round(3 * m))}
            for w, a, m in zip(wish, pace, mood, strict=True)]  # fmt: skip
    at_length = np.flatnonzero(rng.random(len(asked)) < firm["wish_long_form"])
    for row, more in zip(at_length, _at_length(rng, wish[at_length]), strict=True):
        told[row] |= more
    for row, more in zip(at_length, _today(rng, scene, kind[at_length]), strict=True):
        told[row] |= more
    nothing = np.full(len(asked), np.nan)
    _answer(log, scene, asked, day, "wish", nothing, nothing, told)
    stated, when = np.full(n, None, dtype=object), np.full(n, np.nan)
    stated[asked], when[asked] = wish, day
    return stated, when


def _wished(rng: np.random.Generator, scene: Scene, kind: Ints) -> NDArray[Any]:
    """Most wish for what their type usually wants, the rest for anything."""
    words, p = vocabulary("people"), scene.stage.p
    own = np.array([words["wish_of_type"][code] for code in p.types], dtype=object)[kind]
    other = rng.choice(np.array(words["wishes"], dtype=object), len(kind))
    return np.where(rng.random(len(kind)) < p.firm["wish_matches"], own, other)


def _at_length(rng: np.random.Generator, wish: NDArray[Any]) -> list[dict[str, Any]]:
    """What the long form asks besides, from 1 to 7: people tick about what their wish means."""
    words = vocabulary("people")
    close = np.array([words["wish_closeness"][w] for w in wish], dtype=float)
    tone = np.array([words["wish_tone"][w] for w in wish], dtype=float)

    def ticked(meant: Floats, spread: float) -> Ints:
        return np.clip(np.round(1 + 6 * meant + rng.normal(0, spread, len(wish))), 1, 7).astype(int)

    told = {
        "q3": ticked(close, 1.0), "q5": ticked(tone, 1.0),
        "q6": ticked(1 - tone, 1.0), "q8": ticked(close, 1.5), "q9": ticked(close, 1.5),
        "q10": ticked(np.full(len(wish), 0.25), 1.5),
    }  # fmt: skip
    return [{name: int(column[row]) for name, column in told.items()} for row in range(len(wish))]


def _today(rng: np.random.Generator, scene: Scene, kind: Ints) -> list[dict[str, Any]]:
    """What they say that we are, and how close: of the type they are, but for those who tick
    another answer."""
    words, firm = vocabulary("people"), scene.stage.p.firm
    own = [words["today_of_type"][scene.stage.p.types[one]] for one in kind]
    offered = list(words["today_closeness"])
    other = rng.choice(np.array(offered, dtype=object), len(kind))
    is_other = rng.random(len(kind)) < firm["today_mistaken"]
    near = np.array([words["today_closeness"][one] for one in own], dtype=float)
    ticked = np.clip(np.round(1 + 6 * near + rng.normal(0, 1.0, len(kind))), 1, 7).astype(int)
    said = np.where(is_other, other, np.array(own, dtype=object))
    return [{"q2": q2, "q4": int(q4)} for q2, q4 in zip(said, ticked, strict=True)]


def _about(rng: np.random.Generator, scene: Scene, customer: Ints, day: Floats) -> Floats:
    """A time of that day at which the customer is about."""
    hour = hours(rng, scene.stage.people.hour[customer], opens=8)
    return scene.stage.clock.local(np.floor(day), hour, scene.stage.people.hours_ahead[customer])


def _answer(
    log: Log,
    scene: Scene,
    customer: Ints,
    day: Floats,
    survey: str,
    score: Floats,
    mood: Floats,
    properties: list[dict[str, Any]],
) -> None:
    told = np.flatnonzero(
        (day < scene.stage.clock.cutoff) & (day > scene.stage.people.joined[customer])
    )
    log.add("survey_answer", customer[told], day[told],
            channel=np.where(told % 3 == 0, WEB, EMAIL),
            source=names(survey.upper(), len(told)), rating=score[told],
            sentiment=np.clip(mood[told], -1, 1),
            category=np.full(len(told), survey, dtype=object),
            properties=[properties[i] for i in told])  # fmt: skip
