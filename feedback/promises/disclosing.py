"""What introspection cannot know of complaints and outcomes when they are handed out."""

from django.utils.translation import gettext_lazy as _

from customers.disclosure import Telling, register


def register_all() -> None:
    register(
        "feedback.complaint",
        Telling(_("Your complaints, and what we did"), _("to put right what went wrong")),
    )
    register(
        "feedback.outcome",
        Telling(
            _("Promises we kept or broke to you"), _("to keep what we promise"),
            leave_out=("source", "source_id", "recorded_at"), is_own=False,
        ),
    )  # fmt: skip
