"""Signing up through a form, as a line of the timeline."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import SignUp
from customers.timeline import Entry, Slice, register

NAME = "sign_ups"


def register_all() -> None:
    """Called from `AppConfig.ready`."""
    register(NAME, sign_ups, groups=("said",), kinds={NAME: gettext_lazy("Sign-up")})


def sign_ups(asked: Slice) -> Iterable[Entry]:
    """When they confirmed it; what they agreed to stands beside it as lines of consent."""
    rows = asked.of(SignUp.objects.confirmed(), NAME, "confirmed_at")
    return [
        Entry(
            at=row.confirmed_at, pk=row.pk, icon="note", tone="good", who=row.customer_id,
            title=_("Signed up through “%s”") % row.form.name,
        )
        for row in rows.select_related("form")
        if row.confirmed_at
    ]  # fmt: skip
