"""What introspection cannot know of the tables of facts when they are handed out."""

from django.utils.translation import gettext_lazy as _

from customers.disclosure import Row, Telling, register
from customers.segments.fields import Reader
from customers.segments.naming import says_what_is_veiled


def _own_value(row: Row) -> Row:
    """Of the columns of all types the one that is filled."""
    filled = (row[name] for name in ("text", "number", "day", "flag") if row[name] is not None)
    return {"what": row["field"], "value": next(filled, None)}


def _having(row: Row) -> Row:
    return {name: row[name] for name in ("product", "since_on", "gone_on", "next_choice_on")}


def _label(row: Row) -> Row:
    return {"tag": row["tag"], "since": row["tagged_at"], "by": row["tagged_by"]}


def _kept_in_mind(row: Row) -> Row:
    names = ("kind", "reason", "until", "set_at", "set_by", "ended_at")
    return {name: row[name] for name in names}


def _list(row: Row) -> Row:
    """A name that is a word of ours for a difficult relationship is not handed to the person: what
    we make of it they read as a sentence."""
    nobody = Reader(frozenset())
    is_said = not says_what_is_veiled(str(row["segment"]), nobody)
    return {
        "list": row["segment"] if is_said else _("a list of our team"), "since": row["added_at"],
    }  # fmt: skip


OURS = {
    "customers.customer": Telling(
        _("Who you are"),
        _("to know, reach and serve you"),
        leave_out=("touched_at", "corrected_from_on"),
    ),
    "customers.identity": Telling(_("How we recognise you"), _("to know you again")),
    "customers.interaction": Telling(
        _("What happened between us"),
        _("to deliver, to keep our books, and to understand our relationship"),
    ),
    "customers.tally": Telling(
        _("What happened between us, put together by kind"),
        _("to count how many people did the same"),
        leave_out=("days", "instants", "cents"),
        is_own=False,
    ),
    "customers.orderline": Telling(_("What you ordered"), _("to deliver and to account")),
    "customers.importbefore": Telling(
        _("What files changed about you"),
        _("to undo the import of a file, for 90 days"),
        is_own=False,
    ),
    "customers.subjectrequest": Telling(
        _("Your requests about your data"), _("to prove that we answered"), is_own=False
    ),
    "customers.datapackage": Telling(
        _("Packages handed out"),
        _("to prove that we answered"),
        leave_out=("content",),
        is_own=False,
    ),
    "customers.consent": Telling(
        _("What you allowed us"), _("to prove what you agreed to, and to keep to it")
    ),
    "customers.signup": Telling(
        _("Forms you signed up through"),
        _("to prove what you agreed to"),
        leave_out=("email", "told", "state"),
    ),
    "customers.message": Telling(
        _("Messages to you, sent or not"),
        _("to write once, and to know what we said"),
        leave_out=("dedupe_key", "lease", "lease_until", "next_attempt_at", "attempts"),
        is_own=False,
    ),
    "customers.contactkey": Telling(
        _("Your link"), _("so that you reach your own page"), leave_out=("key",), is_own=False
    ),
    "customers.pointofcontact": Telling(
        _("Who looks after you"), _("so that you can turn to somebody"), is_own=False
    ),
    "customers.merge": Telling(
        _("Records of yours that became one"),
        _("to undo it when it was a mistake"),
        leave_out=("moved", "dropped", "notes", "row", "before", "after"),
        is_own=False,
    ),
    # The other one may be somebody else: their number is theirs.
    "customers.duplicate": Telling(
        _("Guesses that you came in twice"),
        _("to keep one record of each person"),
        leave_out=("first", "second", "first_id", "second_id", "reasons"),
        is_own=False,
    ),
    "customers.arrival": Telling(
        _("By what name orders came in"), _("to undo a merge"), is_own=False
    ),
    "customers.formernote": Telling(
        _("What notes about you said before"),
        _("to undo a change to a note, for 30 days"),
        is_own=False,
    ),
    "customers.customvalue": Telling(
        _("What else we know of you"), _("to serve you as you are"), words=_own_value
    ),
    "customers.ownedproduct": Telling(
        _("What you have from us"),
        _("to help and to remind you before it wears out"),
        words=_having,
    ),
    "customers.tagging": Telling(
        _("Words our team put on you"),
        _("to find people with something in common"),
        words=_label,
        is_own=False,
    ),
    "customers.modifier": Telling(
        _("What our team keeps in mind about you"),
        _("to treat you with the care you need"),
        words=_kept_in_mind,
        is_own=False,
    ),
    "customers.segmentmember": Telling(
        _("Lists you are on"),
        _("to write to people with something in common"),
        words=_list,
        is_own=False,
    ),
    "customers.task": Telling(_("What we set out to do for you"), _("to keep to it"), is_own=False),
    "customers.question": Telling(
        _("Your questions, and ours about you, with the answers"),
        _("to answer them"),
        leave_out=("sender_name", "sender_email"),
    ),
    "customers.waiver": Telling(
        _("Exceptions from our own rules about writing to you"),
        _("to know who decided it, and why"),
        is_own=False,
    ),
    "customers.organisation": Telling(
        _("The organisation or household you belong to"), _("to see who belongs together")
    ),
}


def register_all() -> None:
    """Called from `AppConfig.ready`."""
    for label, telling in OURS.items():
        register(label, telling)
