"""What can be typed or brought about the specification and single relationships."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from relationships import veil
from relationships.actions import overriding
from relationships.engine.typology import BrokenSpecification, faults
from relationships.engine.typology.reading import parsed
from relationships.models import Override
from relationships.naming import ORDER, families_name, family_name
from relcrm.base.company import Viewpoint

MOST_BYTES = 2 * 1024 * 1024


class EditionForm(forms.Form):
    """An adapted specification, checked as it comes in."""

    file = forms.FileField(
        label=_("Adapted specification"), widget=forms.FileInput(attrs={"accept": ".json"}),
        help_text=_("Download one here, change its numbers or words, and bring it back."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("What is different, and why"), max_length=200,
        help_text=_("So that colleagues know a year from now."),
    )  # fmt: skip

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if given.size > MOST_BYTES:
            raise forms.ValidationError(_("A specification is never larger than 2 MB."))
        try:
            document = parsed(given.read().decode("utf-8-sig"), str(given.name))
        except (UnicodeDecodeError, BrokenSpecification) as error:
            raise forms.ValidationError(_("This is not a JSON file: %s") % error) from error
        if found := faults(document):
            raise forms.ValidationError(found)
        self.cleaned_data["document"] = document
        return given


class LabelForm(forms.Form):
    """What a colleague says that a relationship is, why, and until when."""

    what = forms.ChoiceField(label=_("What it is"))
    reason = forms.CharField(label=_("Why"), max_length=300)
    until = forms.DateField(
        label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("At most a year; then our own view holds again."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, customer: Customer, view: Viewpoint, frank: bool, shown: str = "",
        said: Override | None = None, **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **more)
        self.customer, self.view = customer, view
        self.fields["until"].initial = said.until if said else view.today + overriding.USUAL
        self.fields["reason"].initial = said.reason if said else ""
        self.fields["what"].initial = shown
        self.fields["what"].choices = [("", _("choose…"))] + [
            (
                families_name(family, frank=frank),
                [(str(family), _("%s, no type") % family_name(family, frank=frank)), *(
                    (kind.key, kind.name)
                    for kind in veil.types(frank=frank)
                    if kind.family == family
                )],
            )
            for family in veil.families(ORDER, frank=frank)
        ]  # fmt: skip

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if fault := overriding.day_fault(until, self.view.today):
            raise forms.ValidationError(fault)
        return until

    def clean(self) -> dict[str, Any]:
        """A hard name holds no longer than its last sign lets it."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        kind = veil.type_of(found.get("what", ""), frank=True)
        if kind and (until := found.get("until")):
            day = (self.view.as_of, self.view.today)
            if fault := overriding.term_fault(self.customer, kind.key, until, *day):
                self.add_error("until", fault)
        return found

    def told(self) -> dict[str, Any]:
        what = self.cleaned_data["what"]
        kind = veil.type_of(what, frank=True)
        named = {"family": kind.family, "key": kind.key} if kind else {"family": what}
        return named | {name: self.cleaned_data[name] for name in ("reason", "until")}
