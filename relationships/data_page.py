"""The page of data richness: sources, what they let us tell, what one more would add."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relationships import veil
from relationships.engine.evaluation import measured
from relationships.engine.typology import CHANNELS
from relationships.engine.typology.typology import TypeSpec
from relationships.live import typology
from relationships.naming import ORDER, families_name
from relationships.queries.richness import Richness, Source, gains, impossible, lacking
from relcrm.lib.charts import percent

STALE_DAYS = 30  # behind the newest of all sources: then it looks as if something broke off
# What several sources can give, as a gate asks for it.
ANY_OF = {
    "hurt": gettext_lazy("complaints, reviews or public posts"),
    "let down": gettext_lazy("promises and whether they were kept"),
    "glad": gettext_lazy("praise, reviews or good endings of complaints"),
    "opted out": gettext_lazy("messages sent and opt-outs"),
}
HOW = {
    "purchases": gettext_lazy("A file with customer, date and amount; or interactions of the "
                              "kind purchase."),
    "returns": gettext_lazy("Rows or interactions of the kind return, with a reason where there "
                            "is one."),
    "promo": gettext_lazy("A column discount in the file of purchases: 0 where there was none."),
    "novelty": gettext_lazy("Order lines with a product, and the day on which each product was "
                            "launched."),
    "season": gettext_lazy("Nothing to send: we work it out once purchases go back 78 weeks and "
                           "something beside purchases comes in."),
    "categories": gettext_lazy("A column category or product in the file of purchases."),
    "visits": gettext_lazy("Interactions of the kind visit, from site or shop."),
    "messages": gettext_lazy("What you send, as interactions of the kind message_sent with its "
                             "sort as category; then clicked, replied and unsubscribed."),
    "support": gettext_lazy("Interactions of the kind support, from your help desk."),
    "complaints": gettext_lazy("File complaints here, or send them over the API."),
    "promises": gettext_lazy("State your promises here; what is recorded tests them, or you say "
                             "how each went."),
    "suggestions": gettext_lazy("Interactions of the kind suggestion."),
    "advocacy": gettext_lazy("Interactions of the kind referral, or mention with a friendly tone."),
    "hostile": gettext_lazy("Interactions of the kind mention, with their tone from −1 to 1."),
    "reviews": gettext_lazy("Interactions of the kind review, with 1 to 5 stars as rating."),
    "nps": gettext_lazy("Interactions of the kind survey_answer, category nps, with 0 to 10 as "
                        "rating."),
    "profile": gettext_lazy("Fields that people fill in themselves: sign-up forms, or a file of "
                            "people."),
    "contract": gettext_lazy("Interactions of the kind subscription_started, _renewed and "
                             "_cancelled."),
    "third": gettext_lazy("In the properties of subscriptions: chosen_by, as in employer."),
}  # fmt: skip
WAY = {  # where it is connected, when not by a file or over the API
    "complaints": "feedback:complaints",
    "promises": "feedback:promises",
    "profile": "customers:signup_forms",
}


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source that comes in; `days_behind` the newest of all, None where it keeps up."""

    source: Source
    label: str
    share: float | None
    bar: str
    days_behind: int | None


@dataclass(frozen=True, slots=True)
class Missing:
    """A source that does not come in: the kinds it alone would add, and how to connect it."""

    key: str
    label: str
    adds: list[str]
    veiled: int  # how many more that this reader may not see by name
    how: str
    way: str
    trial: list[tuple[int, int]]  # of 100 families right without and with it: by the book, a shop


@dataclass(frozen=True, slots=True)
class Shut:
    """A kind that nobody can be called yet, and what it waits for."""

    kind: TypeSpec
    needs: str


@dataclass(frozen=True, slots=True)
class FamilyTold:
    family: str
    name: str
    told: list[TypeSpec]
    shut: list[Shut]


@dataclass(frozen=True, slots=True)
class Step:
    """One more rung: what is added, and how many of 100 families and kinds are right then."""

    label: str
    figures: list[tuple[int, int, str]]  # families, kinds, the bar of families; for each trial
    is_ours: bool  # all of it comes in


@dataclass(frozen=True, slots=True)
class Page:
    rich: Richness
    possible: int
    types: int
    last_on: date | None
    connected: list[SourceRow]
    missing: list[Missing]
    families: list[FamilyTold]
    steps: list[Step]
    measured_on: date
    is_current: bool  # the figures were measured with the specification that comes with relcrm


def page(rich: Richness, *, frank: bool) -> Page:
    found = measured.kept()
    lasts = [one.last_on for one in rich.sources if one.last_on]
    last = max(lasts, default=None)
    return Page(
        rich=rich,
        possible=_possible(rich.connected, frank),
        types=len(veil.types(frank=frank)),
        last_on=last,
        connected=[_row(one, rich, last) for one in rich.sources if one.is_connected],
        missing=missing(rich.connected, frank=frank),
        families=[_family(family, rich.connected, frank) for family in
                  veil.families(ORDER, frank=frank)],
        steps=_steps(found["sources"]["told"], rich.connected),
        measured_on=date.fromisoformat(found["measured_on"]),
        is_current=found["specification"] == measured.fingerprint(),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Summary:
    """The same in short, for the overview."""

    possible: int
    types: int
    connected: list[str]
    missing: list[Missing]


def summary(channels: frozenset[str], *, frank: bool) -> Summary:
    return Summary(
        possible=_possible(channels, frank),
        types=len(veil.types(frank=frank)),
        connected=[CHANNELS[channel] for channel in CHANNELS if channel in channels],
        missing=[one for one in missing(channels, frank=frank) if one.adds or one.veiled],
    )


def _possible(channels: frozenset[str], frank: bool) -> int:
    """Kinds that somebody can be called by now, of those that this reader may know."""
    shut = impossible(channels)
    return sum(kind.key not in shut for kind in veil.types(frank=frank))


def _row(source: Source, rich: Richness, last: date | None) -> SourceRow:
    share = rich.share(source)
    behind = (last - source.last_on).days if last and source.last_on else 0
    return SourceRow(
        source, label(source.key), share, percent(share or 0.0),
        behind if behind > STALE_DAYS else None,
    )  # fmt: skip


def label(channel: str) -> str:
    words = str(CHANNELS[channel])
    return words[0].upper() + words[1:]


def missing(channels: frozenset[str], *, frank: bool) -> list[Missing]:
    """What does not come in, whatever adds most first; what only we can work out comes last."""
    adds = gains(channels)
    rows = [
        _missing(channel, adds.get(channel, []), frank)
        for channel in CHANNELS
        if channel not in channels
    ]
    return sorted(rows, key=lambda one: (one.key not in adds, -(len(one.adds) + one.veiled)))


def _missing(channel: str, kinds: list[TypeSpec], frank: bool) -> Missing:
    named = [kind.name for kind in kinds if not veil.is_veiled(kind.family, frank=frank)]
    return Missing(
        channel, label(channel), named, len(kinds) - len(named), str(HOW[channel]),
        WAY.get(channel, ""), _trial(channel),
    )  # fmt: skip


def _trial(channel: str) -> list[tuple[int, int]]:
    """Families right without and with it, beside purchases alone, in both invented companies."""
    told = measured.kept()["sources"]["told"]
    found = []
    for where in ("drawn", "shop"):
        before = next(one for one in told if one["where"] == where and one["step"] == "ladder")
        after = [one for one in told if (one["where"], one["step"], one["adds"])
                 == (where, "beside", [channel])]  # fmt: skip
        if after:
            found.append((_of_100(before["families_right"]), _of_100(after[0]["families_right"])))
    return found


def _of_100(share: float) -> int:
    return round(100 * share)


def _family(family: str, channels: frozenset[str], frank: bool) -> FamilyTold:
    shut = impossible(channels)
    kinds = [kind for kind in typology().types if kind.family == family]
    return FamilyTold(
        family=str(family),
        name=families_name(family, frank=frank),
        told=[kind for kind in kinds if kind.key not in shut],
        shut=[Shut(kind, needs(kind, channels)) for kind in kinds if kind.key in shut],
    )


def needs(kind: TypeSpec, channels: frozenset[str]) -> str:
    """What would have to be recorded before anybody can be called so; "" for nothing."""
    marks = lacking(kind, channels)
    return _("needs %s") % ", ".join(words(mark) for mark in marks) if marks else ""


def words(mark: str) -> str:
    """A mark of a gate as a person reads it."""
    return str(ANY_OF.get(mark) or CHANNELS[mark])


def _steps(told: list[dict[str, Any]], channels: frozenset[str]) -> list[Step]:
    by_where = {
        where: [one for one in told if one["where"] == where and one["step"] == "ladder"]
        for where in ("drawn", "shop")
    }
    return [
        Step(
            _step_label(drawn["adds"]),
            [(_of_100(one["families_right"]), _of_100(one["types_right"]),
              percent(one["families_right"])) for one in (drawn, played)],
            channels.issuperset(set(drawn["adds"])),
        )
        for drawn, played in zip(by_where["drawn"], by_where["shop"], strict=True)
    ]  # fmt: skip


def _step_label(adds: list[str]) -> str:
    names = ", ".join(CHANNELS[one] for one in adds)
    return names[0].upper() + names[1:]
