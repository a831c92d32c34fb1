"""The form that people fill in, made from what a sign-up form asks."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from customers import identities
from customers.models import Identity, SignUpAsk, SignUpForm
from customers.signup.actions.sign_up import Filled
from customers.signup.facts import form_field, known

TRAP = "website"  # for machines: people do not see it
YES = "yes"


class FillIn(forms.Form):
    """E-mail first, then what the form asks, then each yes on its own; nothing is ticked before."""

    email = forms.EmailField(
        max_length=254, widget=forms.EmailInput({"autocomplete": "email", "inputmode": "email"})
    )

    def __init__(self, *args: Any, form: SignUpForm, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["email"].label = _("E-mail")
        facts = known() if form.facts else {}
        self.asked = [each for each in form.facts if each["what"] in facts]
        for each in self.asked:
            self.fields[each["what"]] = form_field(each, facts[each["what"]])
        self.asks = {name_of(ask): ask for ask in form.asks.select_related("wording")}
        for name, label in self._labels().items():
            self.fields[name] = forms.BooleanField(label=label, required=False)

    def _labels(self) -> dict[str, str]:
        """The words as they are; on several channels also by which, as words may be shared."""
        are_several = len({ask.channel for ask in self.asks.values()}) > 1
        return {
            name: f"{ask.get_channel_display()}: {ask.wording.text}" if are_several
            else ask.wording.text
            for name, ask in self.asks.items()
        }  # fmt: skip

    def clean_email(self) -> str:
        found = identities.normal(Identity.Kind.EMAIL, self.cleaned_data["email"])
        if identities.is_cut(found):
            raise forms.ValidationError(_("This is too long for an e-mail address."))
        return found

    def clean(self) -> None:
        ticked = [name for name in self.asks if self.cleaned_data.get(name)]
        if self.asks and not ticked:
            self.add_error(None, _("Tick what you would like, or there is nothing to sign up for."))
        for name in ticked:
            if self.asks[name].channel == "sms" and not self.cleaned_data.get("phone"):
                self.add_error("phone", _("Write the number that we may send SMS to."))
                break

    def filled(self, *, way: str, proof: dict[str, Any]) -> Filled:
        """What was typed, ready to be kept; what was left empty is left out."""
        told = {
            each["what"]: value
            for each in self.asked
            if (value := self.cleaned_data[each["what"]]) not in (None, "", [])
        }
        if day := told.get("birth_on"):
            told["birth_on"] = day.isoformat()
        said = [
            (ask.wording_id, ask.channel)
            for name, ask in self.asks.items() if self.cleaned_data[name]
        ]  # fmt: skip
        return Filled(self.cleaned_data["email"], told, said, way, proof)


def name_of(ask: SignUpAsk) -> str:
    """Names the version of the words, so that an old page cannot agree to new ones."""
    return f"{YES}.{ask.wording_id}.{ask.channel}"
