"""Customers drawn from a behaviour specification, true types known: evidence without events.

The drawing reads the specification's figures and none of the classifier's likelihoods, so that
what the classifier makes of it can be held against the best that anyone could.
"""

from math import inf

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from relationships.engine.evaluation.known import Known
from relationships.engine.typology import CHANNELS, COLUMNS, Evidence, default_spec, typology
from relationships.engine.typology.column import HABIT_WINDOWS, WINDOW_EDGES_WEEKS
from relationships.engine.typology.columns import CATEGORIES, PLACE
from relationships.engine.typology.spec import LATER, RATES, SHARES, Spec

CYCLE_WEEKS = 8.0
TENURE_SPREAD = 0.6
"""Of log tenure within a type."""
Floats = npt.NDArray[np.float64]


def bent(spec: Spec, by: float, rng: np.random.Generator) -> Spec:
    """A world in which a firm as a whole and each type differ from the specification."""

    def noise(size: int) -> Floats:
        whole = rng.normal(0, by / np.sqrt(2))
        return np.asarray(whole + rng.normal(0, by / np.sqrt(2), size))

    fields = dict(spec.fields)
    for name in RATES:
        fields[name] = fields[name] * np.exp(noise(len(fields[name])))
    for name in (name for name in SHARES if name not in LATER):
        fields[name] = expit(logit(fields[name]) + noise(len(fields[name])))
    fields["mean_nps"] = np.clip(fields["mean_nps"] + noise(len(spec.rhythm)), 0.5, 9.9)
    fields["mean_stars"] = np.clip(fields["mean_stars"] + noise(len(spec.rhythm)) / 2, 1.1, 4.9)
    for name in LATER:  # last, so that worlds stay what they were
        fields[name] = expit(logit(fields[name]) + noise(len(fields[name])))
    return Spec(spec.version, fields, spec.rhythm, spec.constants, spec.flat_channels)


class Drawing:
    """One column after the other, all from one random stream."""

    def __init__(self, spec: Spec, count: int, rng: np.random.Generator) -> None:
        self.spec, self.rng, self.n = spec, rng, count
        self.type = rng.choice(len(spec.rhythm), count, p=spec.base_rates)
        self.values = np.zeros((count, len(COLUMNS)))
        for name in ("cancelled", "subscribed", "signed", "unsubscribed", "hostile", "last_return",
                     "severe_complaint", "promise_unsettled"):  # fmt: skip
            self.put(f"{name}_age_days", np.full(count, np.nan))

    def put(self, name: str, value: Floats) -> Floats:
        self.values[:, PLACE[name]] = value
        return value

    def of(self, field: str) -> Floats:
        return self.spec[field][self.type]

    def counts(self, expected: Floats) -> Floats:
        own = self.rng.gamma(4.0, 0.25, self.n)
        shape = (-1,) + (1,) * (expected.ndim - 1)
        return self.rng.poisson(own.reshape(shape) * expected).astype(float)

    def hits(self, field: str, trials: Floats) -> Floats:
        share = self.of(field)
        own = self.rng.beta(12.0 * share, 12.0 * (1.0 - share))
        return self.rng.binomial(trials.astype(int), own).astype(float)

    def dated(self, name: str, marked: npt.NDArray[np.bool_]) -> None:
        age = self.rng.integers(0, 90, self.n).astype(float)
        self.put(name, np.where(marked, age, np.nan))

    def relation(self) -> None:
        weeks = np.clip(
            self.of("tenure_weeks") * np.exp(self.rng.normal(0, TENURE_SPREAD, self.n)), 0.2, 400
        )
        age = np.floor(weeks * 7)
        self.put("first_act_age_days", age)
        self.put("first_purchase_age_days", age)
        edges = np.array(WINDOW_EDGES_WEEKS)
        self.exposure = np.clip((age[:, None] + 1) / 7, edges[:-1], edges[1:]) - edges[:-1]
        rates = self.spec["purchases_per_cycle"][:, None] * self.spec.rhythm
        self.repeats = self.counts(rates[self.type] * self.exposure / CYCLE_WEEKS)
        bought = self.repeats.copy()
        first = np.searchsorted(edges * 7, age, side="right") - 1
        inside = np.flatnonzero(first < len(edges) - 1)
        bought[inside, first[inside]] += 1
        start = PLACE["purchases_w0"]
        self.values[:, start : start + 7] = bought
        self.bought = bought.sum(axis=1)
        self.put("orders", self.repeats.sum(axis=1) + 1)

    def counted(self) -> None:
        years, orders = self.exposure.sum(axis=1) / 52.0, self.bought + 0.5
        for channel, field, exposure in (
            ("visits", "visits_per_week", self.exposure[:, :HABIT_WINDOWS].sum(axis=1)),
            ("support", "support_per_order", orders),
            ("complaints", "complaints_per_order", orders),
            ("suggestions", "suggestions_per_year", years),
            ("advocacy", "praise_per_year", years),
            ("hostile", "hostile_posts_per_year", years),
        ):
            self.put(f"{channel}_w2", self.counts(self.of(field) * exposure))
        self.dated("hostile_age_days", self.values[:, PLACE["hostile_w2"]] > 0)
        answered = self.rng.binomial(self.values[:, PLACE["complaints_w2"]].astype(int), 0.8)
        self.put("complaints_answered", answered.astype(float))
        self.put("complaints_satisfied", self.hits("satisfied_recovery", answered.astype(float)))

    def shares(self) -> None:
        later = np.clip(1 - 26 / np.maximum(self.exposure.sum(axis=1), 26), 0, 1)
        season = self.rng.binomial(self.repeats.sum(axis=1).astype(int), later).astype(float)
        sent = self.put("messages_sent", np.rint(self.exposure.sum(axis=1) / 2))
        for hits, field, known in (
            ("returns", "returned_share", self.bought),
            ("orders_discounted", "discounted_share", self.bought),
            ("orders_novel", "novel_share", self.bought),
            ("reviews", "review_share", self.bought),
            ("orders_in_season", "in_season_share", season),
            ("messages_clicked", "click_share", sent),
            ("profile_fields", "profile_filled", np.full(self.n, 10.0)),
        ):
            self.put(hits, self.hits(field, known))
        self.put("orders_discount_known", self.bought)
        self.put("orders_novelty_known", self.bought)
        self.put("orders_season_known", season)
        self.dated("last_return_age_days", self.values[:, PLACE["returns"]] > 0)
        for name, field in (("subscribed", "under_contract"), ("unsubscribed", "opted_out")):
            self.dated(f"{name}_age_days", self.rng.random(self.n) < self.of(field))
        third = self.rng.random(self.n) < self.of("chosen_by_another")
        for name, chosen in (("other", third), ("self", ~third)):
            self.put(f"chosen_by_{name}_age_days", np.where(chosen, 30.0, np.nan))

    def voices(self) -> None:
        kind = (self.of("mean_stars") - 1) / 4
        reviews = self.values[:, PLACE["reviews"]].astype(int)
        shares = np.array([self.rng.dirichlet(4 * _star_shares(one)) for one in kind])
        start = PLACE["stars_1"]
        self.values[:, start : start + 5] = self.rng.multinomial(reviews, shares)
        asked = (self.rng.random(self.n) < 0.4).astype(float)
        answer = np.clip(np.rint(self.rng.normal(self.of("mean_nps"), 2.0)), 0, 10)
        self.put("nps_answers", asked)
        self.put("nps_sum", asked * answer)
        self.put("nps_low", asked * (answer <= 6))
        self.put("nps_nine_365", asked * (answer >= 9))

    def baskets(self) -> None:
        breadth = np.maximum(self.of("category_breadth"), 0.02)[:, None] * np.ones(CATEGORIES)
        gammas = self.rng.gamma(breadth) + 1e-12
        shares = gammas / gammas.sum(axis=1, keepdims=True)
        start = PLACE["category_0"]
        orders = self.bought.astype(int)
        self.values[:, start : start + CATEGORIES] = self.rng.multinomial(orders, shares)
        n = self.values[:, PLACE["orders"]]
        own = self.of("log_spend_shift") + self.rng.normal(0, 0.35, self.n)
        mean = 3.7 + own + self.rng.normal(0, 0.7, self.n) / np.sqrt(n)
        self.put("priced_orders", n)
        self.put("log_amounts", n * mean)
        self.put("spend", n * np.exp(mean))

    def moods(self) -> None:
        """The faded sums, as if nothing were older than its half-life allows for."""

        def now(name: str) -> Floats:
            return self.values[:, PLACE[name]]

        windows = np.cumsum([now(f"purchases_w{at}") for at in range(7)], axis=0)
        for name, upto in (("fast", 3), ("180", 4), ("365", 5), ("slow", 6)):
            self.put(f"purchases_{name}", windows[upto])
        for star in range(1, 6):
            self.put(f"stars_365_{star}", now(f"stars_{star}"))
        self.put("complaint_weight_365", now("complaints_w2"))
        self.put("complaint_credit_365", 0.7 * now("complaints_satisfied"))
        self.put("hostile_365", now("hostile_w2"))
        self.put("praise_540", now("advocacy_w2"))
        self.put("dialogue_365", now("support_w2") + now("suggestions_w2"))

    def failures(self) -> None:
        unsettled = self.rng.random(self.n) < self.of("unsettled_failure")
        self.put("complaints_unsettled", unsettled.astype(float))


def _star_shares(kind: float) -> Floats:
    at = np.arange(5.0)
    shape = np.array([1, 4, 6, 4, 1]) * kind**at * (1 - kind) ** (4 - at)
    return np.asarray(0.9 * shape + 0.02)


def drawn(count: int, *, by: float = 0.0, seed: int = 1, spec: Spec | None = None) -> Known:
    """Customers whose evidence on all channels follows the specification; `by` bends the world."""
    rng = np.random.default_rng(seed)
    truth = bent(spec or default_spec(), by, rng)
    drawing = Drawing(truth, count, rng)
    for part in (
        drawing.relation, drawing.counted, drawing.shares, drawing.voices, drawing.baskets,
        drawing.moods, drawing.failures,
    ):  # fmt: skip
        part()
    everything = dict.fromkeys(CHANNELS, inf)
    evidence = Evidence(np.arange(count), drawing.values, 20_000, CYCLE_WEEKS, everything)
    codes = np.array(typology().keys)[drawing.type]
    return Known(codes, evidence, tuple("abcdefgh")[:CATEGORIES], truth)


def draw(
    count: int, *, by: float = 0.0, seed: int = 1, spec: Spec | None = None
) -> tuple[npt.NDArray[np.intp], Evidence]:
    """Places of the true types, and the evidence."""
    found = drawn(count, by=by, seed=seed, spec=spec)
    return found.places, found.evidence
