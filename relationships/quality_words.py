"""What a card of the judgement says in words: meant for what, tried on what, guarded how."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from relationships import live
from relationships.engine.evaluation import measured
from relationships.engine.typology.typology import TypeSpec
from relcrm.base import roles
from relcrm.base.models import User

BARE = {"purchases", "returns", "promo", "novelty", "season", "categories"}
"""Sources that come with purchases and tell nothing of mood or words."""


def uses() -> list[str]:
    return [
        _("To choose how to treat somebody: what to say, how often, with which offer, or not at "
          "all."),
        _("To see the mix of relationships, how it moves, and where it differs from what people "
          "want."),
        _("To find people for a campaign, and those to be left alone."),
    ]  # fmt: skip


def misuses() -> list[str]:
    return [
        _("No price, credit, refusal or end of a relationship is decided by it: a person decides."),
        _("It says nothing of health, belief, origin or any other trait that law protects."),
        _("It does not say what somebody will do; of that the forecast of value speaks."),
    ]  # fmt: skip


def factors() -> list[str]:
    return [
        _("Which sources come in: a kind whose sign is not on record is never shown."),
        _("How long somebody has been with us: of the new hardly anything is sure."),
        _("How far the company behaves like the book: measured from its own data, by source and "
          "kind."),
        _("Age, gender, country and income are not looked at; only how many fields somebody "
          "filled in."),
    ]  # fmt: skip


def tried_on() -> list[str]:
    return [
        _("6,000 invented customers whose behaviour follows our book, with every rate and share "
          "bent."),
        _("3,000 customers of an invented shop, written without looking at the book: three "
          "years of "
          "orders, letters, complaints and reviews."),
        _("Real purchases of two shops that are public (CDNOW, Online Retail), their later part "
          "held back."),
    ]  # fmt: skip


def guards(*, frank: bool) -> list[str]:
    """Who sees what, and what is never done; figures from the edition in force and the roles."""
    seers = _listed(str(User.Role(role).label) for role in User.Role.values
                    if role in roles.TABLE["see_negative_types"])  # fmt: skip
    return [
        _("Difficult relationships are named to these roles only: %s. To others they are left "
          "to service.")
        % seers,
        *_expiries(live.typology().types, frank=frank),
        _("No edition of the book can make difficult kinds easier to reach or longer to last."),
        _("Whoever objects has no judgement left, nor their past; service stays the same."),
        _("Every change of what is shown is kept with its reason; a colleague may overrule it, "
          "with a "
          "reason and for a time."),
        _("Each kind has a sentence that the customer may read; what they say of themselves is "
          "learned "
          "from."),
    ]  # fmt: skip


def _expiries(kinds: Iterable[TypeSpec], *, frank: bool) -> list[str]:
    """What lapses; a reader who may not see such kinds by name is told how long they last."""
    ends = [(kind, kind.expiry.days) for kind in kinds if kind.expiry]
    if not frank:
        longest = max((days for _kind, days in ends), default=0)
        return [_("What is left to service for a sign lapses at most %d days after it.") % longest]
    return [
        _("“%(kind)s” lapses %(days)d days after its sign was last seen.")
        % {"kind": kind.name, "days": days}
        for kind, days in ends
    ]


def limits(channels: frozenset[str], *, has_answers: bool) -> list[str]:
    """What the figures do not show, the company's own case first."""
    found = []
    if channels <= BARE:
        found.append(_("From purchases alone the families are what experience backs; the kinds "
                       "below "
                       "them are a way of speaking."))  # fmt: skip
    if not has_answers:
        found.append(_("Nobody here has said yet what we are to them: ask, and this page says how "
                       "often we agree."))  # fmt: skip
    return [
        *found,
        _("Invented customers show which way of judging is better, not how often we are right "
          "about "
          "people."),
        _("In a shop that behaves otherwise than our book we are too sure of ourselves until some "
          "hundred people have said what they are."),
        *_shown_right(),
        _("Mood and closeness have not been tested on public data; there is none that holds both."),
        _("Best friend and devoted partner; acquaintance, casual buddy, one-room friend and good "
          "friend; old friend and drifting apart: these are most often taken for each other, and "
          "count as one where a row of the trials says so."),
    ]  # fmt: skip


def _shown_right() -> list[str]:
    """Of what pages show, how much is right where the truth is known; of the trial without labels
    in the world that differs from the book."""
    run = next((one for one in measured.kept()["runs"] if one["world"] == measured.WORLD), None)
    found = {one["check"]: one["figure"] for one in run["checks"]} if run else {}
    told = {name: found.get(f"{where}: shown type right")
            for name, where in (("book", "drawn"), ("shop", "shop"))}  # fmt: skip
    if None in told.values():
        return []
    return [
        _("Of 100 kinds that pages show, %(book).0f are right by the book and %(shop).0f in a shop "
          "that behaves otherwise.")
        % {name: 100 * share for name, share in told.items()}
    ]  # fmt: skip


def _listed(names: Iterable[str]) -> str:
    *most, last = [name.lower() for name in names]
    return _("%(most)s and %(last)s") % {"most": ", ".join(most), "last": last} if most else last
