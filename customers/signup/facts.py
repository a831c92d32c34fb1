"""What a sign-up form may ask beside the e-mail address, and how an answer is read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers import custom, identities
from customers.contact.queries.own_page import LANGUAGES
from customers.models import CustomField, Identity
from customers.queries import custom as reads

OWN = "custom."
EARLIEST = 1900  # years of birth before are typing errors
MOST_INTERESTS = 30
KNOWN = {
    "name": gettext_lazy("Name"),
    "phone": gettext_lazy("Phone"),
    "birth_on": gettext_lazy("Birthday"),
    "language": gettext_lazy("Language"),
    "interests": gettext_lazy("Interests"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that can be asked, by the name under which it is kept."""

    what: str
    label: str | Promise
    field: CustomField | None = None


def known() -> dict[str, Fact]:
    """Everything that can be asked: ours, then the company's own fields in use."""
    own = [Fact(OWN + field.key, field.label, field) for field in reads.fields()]
    facts = [*(Fact(what, label) for what, label in KNOWN.items()), *own]
    return {fact.what: fact for fact in facts}


class Phone(forms.CharField):
    """A phone, in the spelling by which somebody is known."""

    widget = forms.TextInput({"type": "tel", "autocomplete": "tel"})

    def clean(self, value: Any) -> str:
        told = super().clean(value)
        found = identities.normal(Identity.Kind.PHONE, told) if told else ""
        if told and not found.startswith("+"):
            raise forms.ValidationError(_("Write the number with its country, like +43 660 12345."))
        return found


class Birthday(forms.DateField):
    widget = forms.DateInput({"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d")

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is not None and not (day.year >= EARLIEST and day <= date.today()):
            raise forms.ValidationError(_("Write the day on which you were born."))
        return day


class Interests(forms.CharField):
    """Words with commas between."""

    def clean(self, value: Any) -> list[str]:
        told = ",".join(value) if isinstance(value, list) else value
        return spelt(super().clean(told).split(","))


def spelt(words: Iterable[str]) -> list[str]:
    """Each once, without spaces around, not too many."""
    found = (" ".join(word.split())[:60] for word in words)
    return list(dict.fromkeys(word for word in found if word))[:MOST_INTERESTS]


class Own(forms.CharField):
    """A field of the company's own, read as its type."""

    def __init__(self, own: CustomField, **more: Any) -> None:
        super().__init__(max_length=custom.LONGEST, **more)
        self.own = own

    def clean(self, value: Any) -> Any:
        try:
            found = custom.read(self.own, super().clean(value))
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from problem
        return None if found is None else custom.as_json(found)


def form_field(asked: dict[str, Any], fact: Fact) -> forms.Field:
    """The field of a form for one line of `SignUpForm.facts`."""
    more: dict[str, Any] = {
        "label": asked.get("label") or fact.label, "required": asked["is_required"],
    }  # fmt: skip
    if fact.field is not None:
        return Own(fact.field, widget=_widget(fact.field), help_text=fact.field.help, **more)
    if fact.what == "name":
        return forms.CharField(
            max_length=200, widget=forms.TextInput({"autocomplete": "name"}), **more
        )
    if fact.what == "phone":
        return Phone(max_length=40, **more)
    if fact.what == "birth_on":
        return Birthday(**more)
    if fact.what == "language":
        choices = [("", "–"), *LANGUAGES.items()]
        return forms.ChoiceField(
            choices=choices, widget=forms.Select({"autocomplete": "language"}), **more
        )
    return _interests(asked, more)


def _interests(asked: dict[str, Any], more: dict[str, Any]) -> forms.Field:
    if choices := asked.get("choices"):
        pairs = [(word, word) for word in choices]
        return forms.MultipleChoiceField(choices=pairs, widget=forms.CheckboxSelectMultiple, **more)
    return Interests(max_length=500, help_text=_("With commas between."), **more)


def _widget(field: CustomField) -> forms.Widget:
    kinds = CustomField.Kind
    if field.kind == kinds.CHOICE:
        return forms.Select(choices=[("", "–"), *((word, word) for word in field.choices)])
    if field.kind == kinds.FLAG:
        return forms.Select(choices=[("", "–"), ("yes", _("Yes")), ("no", _("No"))])
    if field.kind == kinds.DATE:
        return forms.DateInput({"type": "date"})
    if field.kind == kinds.NUMBER:
        return forms.TextInput({"inputmode": "decimal"})
    return forms.TextInput()
