"""What introspection cannot know of the tables of facts when they are handed out."""

from django.utils.translation import gettext_lazy as _

from customers.disclosure import Telling, register


def register_all() -> None:
    register(
        "customers.customer",
        Telling(_("Who you are"), _("to know, reach and serve you"), leave_out=("touched_at",)),
    )
    register("customers.identity", Telling(_("How we recognise you"), _("to know you again")))
    register(
        "customers.interaction",
        Telling(
            _("What happened between us"),
            _("to deliver, to keep our books, and to understand our relationship"),
        ),
    )
    register("customers.orderline", Telling(_("What you ordered"), _("to deliver and to account")))
    register(
        "customers.importbefore",
        Telling(
            _("What files changed about you"), _("to undo the import of a file, for 90 days"),
            is_own=False,
        ),
    )  # fmt: skip
    register(
        "customers.subjectrequest",
        Telling(_("Your requests about your data"), _("to prove that we answered"), is_own=False),
    )
    register(
        "customers.datapackage",
        Telling(_("Packages handed out"), _("to prove that we answered"), leave_out=("content",),
                is_own=False),
    )  # fmt: skip
    register(
        "customers.consent",
        Telling(_("What you allowed us"), _("to prove what you agreed to, and to keep to it")),
    )
    register(
        "customers.signup",
        Telling(_("Forms you signed up through"), _("to prove what you agreed to"),
                leave_out=("email", "told", "state")),
    )  # fmt: skip
    register(
        "customers.message",
        Telling(
            _("Messages to you, sent or not"), _("to write once, and to know what we said"),
            leave_out=("dedupe_key", "lease", "lease_until", "next_attempt_at", "attempts"),
            is_own=False,
        ),
    )  # fmt: skip
    register(
        "customers.contactkey",
        Telling(_("Your link"), _("so that you reach your own page"), leave_out=("key",),
                is_own=False),
    )  # fmt: skip
    register(
        "customers.pointofcontact",
        Telling(_("Who looks after you"), _("so that you can turn to somebody"), is_own=False),
    )
    register(
        "customers.merge",
        Telling(
            _("Records of yours that became one"), _("to undo it when it was a mistake"),
            leave_out=("moved", "dropped", "notes", "row", "before", "after"), is_own=False,
        ),
    )  # fmt: skip
    # The other one may be somebody else: their number is theirs.
    register(
        "customers.duplicate",
        Telling(
            _("Guesses that you came in twice"), _("to keep one record of each person"),
            leave_out=("first", "second", "first_id", "second_id", "reasons"), is_own=False,
        ),
    )  # fmt: skip
    register(
        "customers.arrival",
        Telling(_("By what name orders came in"), _("to undo a merge"), is_own=False),
    )
    register(
        "customers.formernote",
        Telling(
            _("What notes about you said before"), _("to undo a change to a note, for 30 days"),
            is_own=False,
        ),
    )  # fmt: skip
