"""The evidence table: every column that the arithmetic reads, from events, complaints, profile.

Event rows have: kind, amount, discount, category, rating, sentiment, reason, online (0/1), novel
(0/1, optional) and these derived fields (and those of `more_columns`):

    log_amount             LN(amount) where amount > 0, else NULL
    sentiment_squared      sentiment * sentiment
    season_share           of a purchase at least 335 days after the customer's first: of their own
                           purchases 183 to 547 days before it, the share of those 335 to 395 days
                           before it; NULL where there are none, and of all else
    chosen_by_other        of a contract begun or renewed that says who chose it (`chosen_by`): 0
                           when the customer did, 1 when somebody else; NULL when not told
    category_rank          place of the category in the company's stored list (0 …), -1 for any
                           other name, NULL without category
    log_reply_hours        of a call for help: LN(hours to our first reply, at least 0.1), NULL when
                           not told

Complaint rows (one per complaint filed up to the as-of day, judged by what was known that day):

    severity      1 minor … 4 critical
    is_open       1 when not resolved on or before the as-of day
    answered      1 when resolved and the customer said whether satisfied
    satisfied     1 / 0 as answered (NULL otherwise)
    weight        {1: .6, 2: 1, 3: 1.6, 4: 2.5}[severity] * LEAST(2.5, 1 + .5 * earlier complaints
                  of this customer on the same topic in the 90 days before)
    credit        recovery credit in 0 … .85, see `complaints.recovery_credit`
    weight_credit weight * credit
    log_reply_hours  LN(hours to our first word, at least 0.1; so far, when none came for a day)
"""

from collections.abc import Iterator

from relationships.engine.typology.column import (
    WINDOW_EDGES_WEEKS,
    WINDOWS,
    Column,
    Rule,
    age,
    by_star,
    cycled,
    ever,
    faded,
    lately,
    recent,
    rule,
    within,
)
from relationships.engine.typology.more_columns import (
    FELT_COLUMNS,
    bought_in,
    promises,
    recommendations,
    tones,
)
from relationships.engine.typology.treatment_words import words

SEASON_DAYS, AROUND_DAYS = (335, 395), (183, 547)  # before a purchase: its season, its year
THEMSELVES = ("customer", "self", "myself", "own", "user", "private")
"""Who chose their contract; any other word names somebody else."""
CONTACT_DAYS, MEASURED_DAYS = 30.0, 180.0
CATEGORIES = 8  # told apart; all others share one column

PURCHASE = (Rule("purchase"),)
RETURN = (Rule("return"),)
PRAISE = (Rule("referral"), Rule("mention", (("sentiment", ">=", 0.3),)))
HOSTILE = (Rule("mention", (("sentiment", "<=", -0.3),)),)
COMPLAINT = (Rule("complaint"),)
SENT = rule("message_sent", *((("category", "!=", word)) for word in words("service")))
SUPPORT = (Rule("support"),)
VISIT = (Rule("visit"),)
SUGGESTION = (Rule("suggestion"),)
CONTRACT = "subscription_started subscription_renewed"
DIALOGUE = rule("support suggestion survey_answer message_replied")
ACTS = rule(
    "purchase return visit message_clicked message_replied unsubscribed support complaint"
    " suggestion review mention referral survey_answer"
    " subscription_started subscription_renewed subscription_cancelled"
)
"""What a customer does; messages sent and opened and our own notes are not acts of theirs."""

COUNTED: dict[str, tuple[Rule, ...]] = {
    "purchases": PURCHASE,
    "visits": VISIT,
    "support": SUPPORT,
    "complaints": COMPLAINT,
    "suggestions": SUGGESTION,
    "advocacy": PRAISE,
    "hostile": HOSTILE,
}
"""The seven channels counted per window."""


def windows() -> Iterator[Column]:
    for channel, rules in COUNTED.items():
        for at in range(WINDOWS):
            low, high = WINDOW_EDGES_WEEKS[at : at + 2]
            text = f"{channel} {low:g} to {high:g} weeks ago (at a cycle of 8 weeks)"
            yield Column(f"{channel}_w{at}", "events", text, rules, from_weeks=low, to_weeks=high)


def relation() -> Iterator[Column]:
    yield age("first_act_age_days", "first thing the customer did", ACTS, "oldest")
    yield age("last_act_age_days", "last thing the customer did", ACTS)
    yield age("first_purchase_age_days", "first purchase", PURCHASE, "oldest")
    yield age("last_purchase_age_days", "last purchase: recency", PURCHASE)
    yield age(
        "subscribed_age_days",
        "last subscription start or renewal",
        rule(CONTRACT),
    )
    yield age("signed_age_days", "last subscription start", rule("subscription_started"))
    for name, text, bit in (("other", "somebody else", 1.0), ("self", "the customer", 0.0)):
        chosen = rule(CONTRACT, ("chosen_by_other", "==", bit))
        yield age(f"chosen_by_{name}_age_days", f"last contract that {text} chose", chosen)
    yield age("cancelled_age_days", "last cancellation", rule("subscription_cancelled"))
    yield age(
        "unsubscribed_age_days",
        "last opt-out from all messages",
        rule("unsubscribed", ("reason", "!=", "one")),
    )
    yield age("hostile_age_days", "last hostile public post", HOSTILE)
    yield age("last_return_age_days", "last return, any reason", RETURN)


def orders() -> Iterator[Column]:
    yield ever("orders", "purchases ever", PURCHASE)
    yield ever("spend", "sum of purchase amounts ever", PURCHASE, "amount")
    yield ever("refunds", "sum of return amounts ever, positive", RETURN, "amount")
    priced = rule("purchase", ("amount", ">", 0.0))
    yield ever("priced_orders", "purchases with an amount above 0", priced)
    yield ever("log_amounts", "sum of natural logs of those amounts", priced, "log_amount")
    yield ever(
        "orders_online", "purchases known to be online", rule("purchase", ("online", "==", 1.0))
    )
    yield ever(
        "orders_offline", "purchases known to be offline", rule("purchase", ("online", "==", 0.0))
    )
    yield cycled("purchases_fast", PURCHASE, 2.0)
    yield cycled("purchases_slow", PURCHASE, 8.0)
    yield faded("purchases_180", PURCHASE, 180.0)
    yield faded("purchases_365", PURCHASE, 365.0)
    yield lately("returns", "returns, any reason", RETURN)
    for name, rules in (
        ("defect", rule("return", ("reason", "==", "defect"))),
        ("changed", rule("return", ("reason", "!=", "defect"))),
    ):
        yield faded(f"returns_{name}_180", rules, 180.0)
        yield faded(f"returns_{name}_amount_180", rules, 180.0, "amount")


def order_marks() -> Iterator[Column]:
    """Shares of orders: how many are known either way, how many are marked."""
    yield lately(
        "orders_discount_known",
        "purchases whose discount is known (0 counts)",
        rule("purchase", ("discount", "known", "")),
    )
    yield lately(
        "orders_discounted", "purchases with a discount", rule("purchase", ("discount", ">", 0.0))
    )
    yield lately(
        "orders_novelty_known",
        "purchases known to be of a new item or not",
        rule("purchase", ("novel", "known", "")),
    )
    yield lately(
        "orders_novel",
        "purchases of an item at most 30 days after its launch",
        rule("purchase", ("novel", "==", 1.0)),
    )
    compared = rule("purchase", ("season_share", "known", ""))
    yield lately(
        "orders_season_known", "purchases with others of the year around a year before", compared
    )
    yield lately(
        "orders_in_season", "how many of those lay a year before", compared, "season_share"
    )
    yield from categories()


def categories() -> Iterator[Column]:
    for rank in range(CATEGORIES):
        yield lately(
            f"category_{rank}", f"purchases in the stored category {rank}", bought_in(float(rank))
        )
    yield lately("category_other", "purchases in any other named category", bought_in(-1.0))


def voices() -> Iterator[Column]:
    """What they say: reviews, answers, texts, posts, help they ask for."""
    yield lately("reviews", "reviews, with stars or without", rule("review"))
    yield from by_star("stars", "review", (), 0.0)
    yield from by_star("stars_365", "review", (), 365.0)
    yield from recommendations()
    yield from by_star("csat_270", "survey_answer", (("category", "==", "csat"),), 270.0)
    yield from tones()
    yield faded("hostile_365", HOSTILE, 365.0)
    yield faded("praise_540", PRAISE, 540.0)
    yield faded("good_reviews_540", rule("review", ("rating", ">=", 3.5)), 540.0)
    yield faded("dialogue_365", DIALOGUE, 365.0)
    yield faded("complaints_365", COMPLAINT, 365.0)
    yield cycled("visits_cycle", VISIT, 1.0)
    yield cycled("support_fast", SUPPORT, 2.0)
    yield cycled("complaints_fast", COMPLAINT, 2.0)
    yield cycled("hostile_fast", HOSTILE, 2.0)


def messages() -> Iterator[Column]:
    yield lately("messages_sent", "messages we sent, without service", SENT)
    yield lately("messages_clicked", "clicks on them", rule("message_clicked"))
    yield lately("messages_replied", "replies to them", rule("message_replied"))
    yield faded("opt_out_one_365", rule("unsubscribed", ("reason", "==", "one")), 365.0)
    yield faded("opt_out_spam_365", rule("unsubscribed", ("reason", "==", "spam")), 365.0)
    yield faded(
        "opt_out_all_365",
        rule("unsubscribed", ("reason", "!=", "one"), ("reason", "!=", "spam")),
        365.0,
    )


def treatment() -> Iterator[Column]:
    """What we did; the kind of message is told by its category (`treatment_words`)."""
    yield within("contacts_30d", CONTACT_DAYS, "messages we sent, without service", SENT)
    for name, kinds in (
        ("messages", ("offer", "selling", "news", "personal")),
        ("offers", ("offer",)),
        ("selling", ("offer", "selling")),
    ):
        chosen = tuple(
            Rule("message_sent", (("category", "==", word),))
            for kind in kinds
            for word in words(kind)
        )
        yield within(f"{name}_180d", MEASURED_DAYS, f"{name} among what we sent", chosen)
    replied = rule("support", ("log_reply_hours", "known", ""))
    yield within("replies_180d", MEASURED_DAYS, "calls for help with a reply", replied)
    yield within(
        "reply_log_hours_180d", MEASURED_DAYS, "log hours to them", replied, "log_reply_hours"
    )


def filed() -> Iterator[Column]:
    """From complaint rows, not from events."""
    every, serious = (Rule(""),), (Rule("", (("severity", ">=", 3.0),)),)
    answered = (Rule("", (("answered", "==", 1.0),)),)
    yield lately("complaints_filed", "complaints filed", every)
    yield ever(
        "complaints_open", "complaints not yet resolved", (Rule("", (("is_open", "==", 1.0),)),)
    )
    yield ever(
        "complaints_open_severe",
        "of those, major or critical",
        (Rule("", (("is_open", "==", 1.0), ("severity", ">=", 3.0))),),
    )
    yield lately("complaints_answered", "resolved, and the customer said how it was", answered)
    unsettled = (Rule("", (("is_open", "==", 1.0),)), Rule("", (("satisfied", "==", 0.0),)))
    yield recent("complaints_unsettled", 52.0, "those open or not put right", unsettled)
    yield lately("complaints_satisfied", "of those, satisfied", answered, "satisfied")
    yield faded("complaint_weight_365", every, 365.0, "weight")
    yield faded("complaint_credit_365", every, 365.0, "weight_credit")
    yield age("severe_complaint_age_days", "last major or critical complaint", serious)
    said = (Rule("", (("log_reply_hours", "known", ""),)),)
    days = MEASURED_DAYS
    yield within("complaint_replies_180d", days, "complaints that had or lacked a reply", said)
    yield within("complaint_reply_log_hours_180d", days, "log hours to it", said, "log_reply_hours")


EVENT_COLUMNS: tuple[Column, ...] = (
    *relation(), *windows(), *orders(), *order_marks(), *voices(), *messages(), *treatment(),
    *promises(),
)  # fmt: skip
COMPLAINT_COLUMNS: tuple[Column, ...] = tuple(filed())
PROFILE_COLUMNS: tuple[Column, ...] = (
    Column("profile_fields", "fields of 10", "voluntary fields filled, NaN: not asked", ()),
)
COLUMNS: tuple[Column, ...] = EVENT_COLUMNS + COMPLAINT_COLUMNS + FELT_COLUMNS + PROFILE_COLUMNS
NAMES: tuple[str, ...] = tuple(column.name for column in COLUMNS)
PLACE: dict[str, int] = {name: place for place, name in enumerate(NAMES)}
NAN_WHEN_EMPTY: frozenset[str] = frozenset(
    [c.name for c in COLUMNS if c.total in ("newest", "oldest")] + [c.name for c in PROFILE_COLUMNS]
)
