"""What can be typed into the pages about contact."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.contact.actions.wishes import Wishes
from customers.contact.queries.own_page import LANGUAGES, PACES, PAUSES, OwnPage

AS_IT_COMES = ("", _("As it comes"))


class WishesForm(forms.Form):
    """What a customer wants to hear, on their own page; what is not offered cannot be sent."""

    channels = forms.MultipleChoiceField(
        label=_("What may we send you?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    topics = forms.MultipleChoiceField(
        label=_("What about?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    pace = forms.TypedChoiceField(
        label=_("How often at most?"), required=False, coerce=int, empty_value=None,
        choices=[AS_IT_COMES, *((str(n), _("%d a month") % n) for n in PACES)],
    )  # fmt: skip
    pause = forms.TypedChoiceField(
        label=_("A pause?"), required=False, coerce=int, empty_value=None
    )
    language = forms.ChoiceField(
        label=_("Which language?"), required=False,
        choices=[("", _("No preference")), *LANGUAGES.items()],
    )  # fmt: skip

    def __init__(self, *args: Any, page: OwnPage, **kwargs: Any) -> None:
        language = page.customer.language.partition("-")[0]
        initial = {
            "channels": [each.name for each in page.channels if each.is_chosen],
            "topics": [each.name for each in page.topics if each.is_chosen],
            "pace": page.pace or "",
            "language": language if language in LANGUAGES else "",
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.page = page
        self.fields["channels"].choices = [(each.name, each.label) for each in page.channels]
        self.fields["topics"].choices = [(each.name, each.label) for each in page.topics]
        self.fields["pause"].choices = _pauses(page)
        if not page.topics:
            del self.fields["topics"]

    def wishes(self) -> Wishes:
        told = self.cleaned_data
        chosen = set(told.get("topics", ()))
        language = told["language"]
        return Wishes(
            wanted=frozenset(_pair(name) for name in told["channels"]),
            offered=frozenset(_pair(each.name) for each in self.page.channels),
            topics={each.name: each.name in chosen for each in self.page.topics},
            pace_per_month=told["pace"],
            pause_weeks=told["pause"],
            language=None if language == self.initial["language"] else language,
        )


def _pauses(page: OwnPage) -> list[tuple[str, Any]]:
    weeks = [(str(n), _("%d weeks from today") % n) for n in PAUSES]
    if page.paused_until is None:
        return [("", _("No pause")), *weeks]
    until = _("Until %s, as it is") % f"{page.paused_until:%-d %B %Y}"
    return [("", until), ("0", _("No pause any more")), *weeks]


def _pair(name: str) -> tuple[str, str]:
    purpose, _colon, channel = name.partition(":")
    return purpose, channel
