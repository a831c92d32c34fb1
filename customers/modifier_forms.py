"""What a page asks when somebody is to be kept in mind as discreet, vulnerable and so on."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Modifier


class ModifierForm(forms.Form):
    """What to keep in mind of a person, why, and until when."""

    kind = forms.ChoiceField(label=_("What"), choices=[("", _("choose…")), *Modifier.Kind.choices])
    reason = forms.CharField(label=_("Why"), max_length=300)
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: until somebody ends it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **({"prefix": "keep", "label_suffix": ""} | more))
