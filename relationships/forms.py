"""What can be typed or brought about the specification and single relationships."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from relationships.engine.typology import faults

MOST_BYTES = 2 * 1024 * 1024


class EditionForm(forms.Form):
    """An adapted specification, checked as it comes in."""

    file = forms.FileField(
        label=_("Adapted specification"), widget=forms.FileInput(attrs={"accept": ".json"}),
        help_text=_("Download one below, change its numbers or words, and bring it back."),
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
            document = json.loads(given.read().decode("utf-8"))
        except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
            raise forms.ValidationError(_("This is not a JSON file: %s") % error) from error
        if found := faults(document):
            raise forms.ValidationError(found)
        self.cleaned_data["document"] = document
        return given
