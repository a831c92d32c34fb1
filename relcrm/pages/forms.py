"""What can be told of a customer by hand."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Customer

FACTS = (
    "name", "email", "phone", "city", "region", "country", "language", "birth_on", "gender",
    "occupation", "interests", "objects_to_profiling",
)  # fmt: skip
KNOWN_BY = ("name", "email", "phone", "number")


class CustomerForm(forms.Form):
    """Everything is optional, but somebody new needs something by which to know them."""

    is_known = False

    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=32, required=False, help_text=_("With country, like +43 660 …")
    )
    number = forms.CharField(
        label=_("Customer number"), max_length=80, required=False,
        help_text=_("Their number in your shop or books, if there is one."),
    )  # fmt: skip
    city = forms.CharField(label=_("City"), max_length=100, required=False)
    region = forms.CharField(label=_("Region"), max_length=100, required=False)
    country = forms.RegexField(
        "^[A-Za-z]{2}$", label=_("Country"), required=False, help_text=_("Two letters, like AT."),
        error_messages={"invalid": _("Write the country with two letters, such as AT.")},
    )  # fmt: skip
    language = forms.CharField(
        label=_("Language"), max_length=12, required=False, help_text=_("Like de or en-GB.")
    )
    birth_on = forms.DateField(
        label=_("Birthday"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    gender = forms.CharField(label=_("Gender"), max_length=40, required=False)
    occupation = forms.CharField(label=_("Occupation"), max_length=80, required=False)
    interests = forms.CharField(
        label=_("Interests"), max_length=500, required=False, help_text=_("Separated by commas.")
    )
    objects_to_profiling = forms.BooleanField(
        label=_("Objects to being judged by their data"), required=False
    )
    is_another = forms.BooleanField(
        label=_("Another person who shares the e-mail or phone of somebody we know"),
        required=False,
        help_text=_("Such as a member of the same household."),
    )

    def clean_country(self) -> str:
        return self.cleaned_data["country"].upper()

    def clean_interests(self) -> list[str]:
        return [
            word for part in self.cleaned_data["interests"].split(",") if (word := part.strip())
        ]

    def clean(self) -> dict[str, Any]:
        facts = self.cleaned_data
        if not self.is_known and not any(facts.get(name) for name in KNOWN_BY):
            self.add_error(None, _("Give a name, an e-mail, a phone or a number to know them by."))
        return facts

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FACTS}

    @property
    def numbers(self) -> dict[str, str]:
        number = self.cleaned_data.get("number", "").strip()
        return {"": number} if number else {}


def form_of(customer: Customer, sent: Any = None) -> CustomerForm:
    """The form filled with what is known; the number elsewhere is given once, at the start."""
    known = {name: getattr(customer, name) for name in FACTS}
    known["interests"] = ", ".join(str(word) for word in customer.interests)
    form = CustomerForm(sent, initial=known)
    form.is_known = True
    del form.fields["number"], form.fields["is_another"]
    return form
