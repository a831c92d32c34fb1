"""Judgements as the person may read them: a kind sentence instead of our name for the type."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.disclosure import Row, Telling, register
from relationships.engine.typology import typology

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
MACHINERY = ("posterior", "anchor", "anchor_on", "held", "anchor_held", "model", "next_step")


def register_all() -> None:
    register(
        "relationships.profile",
        Telling(gettext_lazy("How we see our relationship"), PURPOSE, MACHINERY, _judged, False),
    )
    register(
        "relationships.profilechange",
        Telling(
            gettext_lazy("How our view of it changed"),
            PURPOSE,
            ("reason", "is_reconstructed"),
            _changed,
            False,
        ),
    )
    register(
        "relationships.snapshot",
        Telling(
            gettext_lazy("How we saw our relationship at each month's end"),
            PURPOSE,
            ("chances", "held", "turn", "seen", "told", "is_close"),
            _pictured,
            False,
        ),
    )


def sentence(key: str) -> str:
    """What the person reads for a type; nothing for none."""
    return _(typology()[key].customer_reads) if key else ""


def _judged(row: Row) -> Row:
    row = {name: value for name, value in row.items() if not name.startswith("p_")} | {
        f"chance that it is {FAMILIES[family]}": round(row[f"p_{family}"], 3)
        for family in ("fling", "friend", "marriage", "distant", "negative")
        if f"p_{family}" in row
    }
    return row | {"family": str(FAMILIES[row["family"]]), "type": sentence(row["type"])}


def _changed(row: Row) -> Row:
    told = {
        name: str(FAMILIES[row[name]]) if row[name] else "" for name in ("family", "old_family")
    }
    return row | told | {name: sentence(row[name]) for name in ("type", "old_type")}


def _pictured(row: Row) -> Row:
    return row | {"family": str(FAMILIES[row["family"]]), "type": sentence(row["type"])}
