"""Judgements as the person may read them: a kind sentence instead of our name for the type."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.disclosure import Row, Telling, register
from relationships.live import typology

PURPOSE = gettext_lazy("to write and offer what suits you, and to leave you alone where that does")
# Our families have names for colleagues; a person reads what they mean.
FAMILIES = {
    "fling": gettext_lazy("light: now and then, for the pleasure of it"),
    "friend": gettext_lazy("friendly: known to each other, both glad of it"),
    "marriage": gettext_lazy("close: bound to each other for long"),
    "distant": gettext_lazy("distant: seldom, and fine so"),
    "negative": gettext_lazy("something stands between us"),
    "undetermined": gettext_lazy("too early to tell"),
}
MACHINERY = (
    "posterior", "anchor", "anchor_on", "held", "anchor_held", "model", "next_step",
    "own_next_step",
)  # fmt: skip

UNTOLD = ("close", "contact", "promo", "service", "tone", "confidence", "is_contradictory")
LABELS = {
    "in_tune": gettext_lazy("what we do seems to be what you want"),
    "neglected": gettext_lazy("you may want more of us than you get"),
    "crowded": gettext_lazy("you may want less of us than you get"),
    "cheapened": gettext_lazy("we may be sending you too many offers"),
    "unheard": gettext_lazy("we may be answering you too slowly"),
    "wrong_tone": gettext_lazy("we may be writing to you in the wrong tone"),
}
# The nine answers as somebody reads them who never chose one: a sentence about us, not about them.
WISHES = {
    "new to enjoy": gettext_lazy("something new to enjoy for a while"),
    "special occasions": gettext_lazy("to be there for special occasions"),
    "good deals": gettext_lazy("good deals, nothing more"),
    "friendly face": gettext_lazy("a friendly face who does the job and lets you be"),
    "knows my taste": gettext_lazy("somebody who knows your taste"),
    "close friend": gettext_lazy("a close friend you can be frank with"),
    "steady partner": gettext_lazy("a steady partner for years"),
    "fair business partner": gettext_lazy("a fair business partner"),
    "keep your distance": gettext_lazy("to keep our distance"),
}


def sentence(key: str) -> str:
    """What the person reads for a type; nothing for none."""
    return _(typology()[key].customer_reads) if key else ""


def _judged(row: Row) -> Row:
    row = {name: value for name, value in row.items() if not name.startswith("p_")} | {
        f"chance that it is {FAMILIES[family]}": round(row[f"p_{family}"], 3)
        for family in ("fling", "friend", "marriage", "distant", "negative")
        if f"p_{family}" in row
    }
    if row.get("own_family"):
        row["own_family"] = str(FAMILIES[row["own_family"]])
        row["own_type"] = sentence(row["own_type"])
    return row | {"family": str(FAMILIES[row["family"]]), "type": sentence(row["type"])}


def _would_be(row: Row) -> Row:
    return {name: _label(row[name]) for name in ("before", "after")}


def _label(code: str) -> str:
    return str(FAMILIES[code]) if code in FAMILIES else sentence(code)


def _wanted(row: Row) -> Row:
    told = {
        "label": str(LABELS.get(row["label"], "")),
        "wish": str(WISHES.get(row["wish"], row["wish"])),
        "treated": str(FAMILIES.get(row["treated"], "")),
        "treated_wish": str(WISHES.get(row["treated_wish"], "")),
    }
    return row | told


def _set(row: Row) -> Row:
    return row | {"family": str(FAMILIES[row["family"]]), "type": sentence(row["type"])}


def _changed(row: Row) -> Row:
    told = {
        name: str(FAMILIES[row[name]]) if row[name] else "" for name in ("family", "old_family")
    }
    return row | told | {name: sentence(row[name]) for name in ("type", "old_type")}


def _pictured(row: Row) -> Row:
    return row | {"family": str(FAMILIES[row["family"]]), "type": sentence(row["type"])}


# Title, columns about our machinery, and the person's words for the rest.
TOLD = {
    "profile": (gettext_lazy("How we see our relationship"), MACHINERY, _judged),
    "override": (
        gettext_lazy("What a colleague of ours said it is"), ("next_step", "set_by"), _set,
    ),
    "forecast": (gettext_lazy("What we expect you to bring and cost us"), ("model",), None),
    "example": (
        gettext_lazy("What you would be called if we told relationships apart otherwise"),
        ("edition",), _would_be,
    ),
    "gap": (gettext_lazy("What we think you want of us"), UNTOLD, _wanted),
    "profilechange": (
        gettext_lazy("How our view of it changed"), ("reason", "is_reconstructed"), _changed,
    ),
    "snapshot": (
        gettext_lazy("How we saw our relationship at each month's end"),
        ("chances", "held", "turn", "seen", "told", "is_close"), _pictured,
    ),
}  # fmt: skip


def register_all() -> None:
    """Call from `AppConfig.ready`."""
    for name, (title, left_out, words) in TOLD.items():
        register(f"relationships.{name}", Telling(title, PURPOSE, left_out, words, False))
