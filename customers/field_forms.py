"""Forms around the company's own fields: defining one, and asking for its value."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers import custom
from customers.models import CustomField

Kind = CustomField.Kind


class FieldForm(forms.Form):
    """What to know, of what type; key and type are chosen once."""

    label = forms.CharField(
        label=_("What do you want to know?"), max_length=80,
        widget=forms.TextInput({"placeholder": _("Such as: shoe size")}),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Type"), choices=Kind.choices)
    key = forms.RegexField(
        "^[a-z][a-z0-9_]{0,39}$", label=_("Key"), required=False,
        help_text=_("Its name in files and programs. Made from the question when left empty; "
                    "stays the same for good."),
        error_messages={"invalid": _("Small letters, digits and _, a letter first.")},
    )  # fmt: skip
    choices = forms.CharField(
        label=_("Choices"), required=False, max_length=8000, widget=forms.Textarea({"rows": 4}),
        help_text=_("One a line. Only for the type “Choice”."),
    )  # fmt: skip
    unit = forms.CharField(
        label=_("Unit"), required=False, max_length=20, help_text=_("Of a number, such as cm.")
    )
    help = forms.CharField(label=_("Help beside the field"), required=False, max_length=200)
    is_personal = forms.BooleanField(
        label=_("Personal: hidden from roles that see no names"), required=False,
        help_text=_("Texts always are."),
    )  # fmt: skip
    position = forms.IntegerField(label=_("Place in the form"), min_value=0, max_value=9999,
                                  initial=0)  # fmt: skip

    def __init__(self, *args: Any, field: CustomField | None = None, **more: Any) -> None:
        if field is not None:
            known = {name: getattr(field, name) for name in self.base_fields}
            more["initial"] = known | {"choices": "\n".join(field.choices)}
        super().__init__(*args, **more)
        if field is not None:
            del self.fields["key"], self.fields["kind"]
            if field.kind != Kind.CHOICE:
                del self.fields["choices"]
            if field.kind != Kind.NUMBER:
                del self.fields["unit"]

    def clean(self) -> dict[str, Any]:
        facts = self.cleaned_data
        facts["choices"] = facts.get("choices", "").splitlines()
        if "key" in self.fields and not self.errors:
            facts["key"] = facts["key"] or key_of(facts["label"])
            if CustomField.objects.filter(key=facts["key"]).exists():
                self.add_error("key", _("There is a field with this key already."))
            if facts["kind"] == Kind.CHOICE and not any(map(str.strip, facts["choices"])):
                self.add_error("choices", _("Write at least one choice."))
        return facts

    @property
    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    @property
    def changes(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name in self.fields}


def key_of(label: str) -> str:
    """ "Größe (cm)" → grosse_cm."""
    plain = unicodedata.normalize("NFKD", label.casefold()).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return (words if words[:1].isalpha() else f"field_{words}".rstrip("_"))[:40]


def form_field(field: CustomField) -> forms.Field:
    """A form's field that takes values of this type."""
    label = f"{field.label} ({field.unit})" if field.unit else field.label
    plain = {"label": label, "required": False, "help_text": field.help}
    if field.kind == Kind.NUMBER:
        return forms.DecimalField(max_digits=18, decimal_places=4, localize=False, **plain)
    if field.kind == Kind.DATE:
        return forms.DateField(widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"), **plain)
    if field.kind == Kind.CHOICE:
        return forms.ChoiceField(
            choices=[("", "–"), *((choice, choice) for choice in field.choices)], **plain
        )
    if field.kind == Kind.FLAG:
        return forms.TypedChoiceField(
            choices=[("", "–"), ("yes", _("yes")), ("no", _("no"))],
            coerce=lambda word: word == "yes", empty_value=None, **plain,
        )  # fmt: skip
    return forms.CharField(max_length=custom.LONGEST, **plain)


def initial(field: CustomField, value: custom.Value | None) -> Any:
    """The value as its form field begins with."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value.normalize():f}" if field.kind == Kind.NUMBER and value is not None else value
