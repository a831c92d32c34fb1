"""What can be told of a customer by hand: who they are, how to reach them, our own fields."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from customers import custom, field_forms, places
from customers.models import Customer, CustomField
from customers.models.customer import AgeBand
from relcrm.pages import stated

FACTS = (
    "name", "email", "phone", "city", "region", "country", "language", "zone", "birth_on",
    "birth_year", "age_band", "gender", "education", "occupation", "household_size", "interests",
    "objects_to_profiling",
)  # fmt: skip
KNOWN_BY = ("name", "email", "phone", "number")
EARLIEST = date(1900, 1, 1)
MOST_INTERESTS = 50
GENDERS = (_("woman"), _("man"), _("non-binary"))  # offered; anything may be written


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
    country = forms.ChoiceField(
        label=_("Country"), required=False, choices=lambda: [("", "–"), *places.country_choices()]
    )
    language = forms.CharField(
        label=_("Language"), max_length=12, required=False, help_text=_("Like de or en-GB.")
    )
    zone = forms.ChoiceField(
        label=_("Time zone"), required=False,
        choices=lambda: [("", "–"), *((zone, zone) for zone in sorted(available_timezones()))],
    )  # fmt: skip
    birth_on = forms.DateField(
        label=_("Birthday"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    birth_year = forms.IntegerField(
        label=_("Or year of birth"), required=False, min_value=1900, max_value=2100
    )
    age_band = forms.ChoiceField(
        label=_("Or about how old"), required=False, choices=[("", "–"), *AgeBand.choices]
    )
    gender = forms.CharField(
        label=_("Gender"), max_length=40, required=False, help_text=_("In their own words."),
        widget=forms.TextInput({"list": "genders", "autocomplete": "off"}),
    )  # fmt: skip
    education = forms.CharField(label=_("Education"), max_length=60, required=False)
    occupation = forms.CharField(label=_("Occupation"), max_length=80, required=False)
    household_size = forms.IntegerField(
        label=_("People in the household"), required=False, min_value=1, max_value=1000
    )
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

    def __init__(self, *args: Any, own: Iterable[CustomField] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.own_fields = {f"custom_{field.key}": field for field in own}
        self.fields.update(stated.form_fields())
        for name, field in self.own_fields.items():
            self.fields[name] = field_forms.form_field(field)

    def own(self) -> list[forms.BoundField]:
        """The company's own fields."""
        return [self[name] for name in self.own_fields]

    def channels(self) -> list[forms.BoundField]:
        """What they said about each channel."""
        return [self[name] for name in self.fields if name.startswith(stated.CHANNEL)]

    def clean_birth_on(self) -> date | None:
        born = self.cleaned_data["birth_on"]
        if born and not EARLIEST <= born <= localdate():
            raise forms.ValidationError(_("Write a day between 1900 and today."))
        return born

    def clean_birth_year(self) -> int | None:
        year = self.cleaned_data["birth_year"]
        if year and year > localdate().year:
            raise forms.ValidationError(_("This year is still to come."))
        return year

    def clean_language(self) -> str:
        try:
            return places.language(self.cleaned_data["language"])
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from problem

    def clean_interests(self) -> list[str]:
        words = [part.strip()[:60] for part in self.cleaned_data["interests"].split(",")]
        return list(dict.fromkeys(word for word in words if word))[:MOST_INTERESTS]

    def clean(self) -> dict[str, Any]:
        facts = self.cleaned_data
        if not self.is_known and not any(facts.get(name) for name in KNOWN_BY):
            self.add_error(None, _("Give a name, an e-mail, a phone or a number to know them by."))
        if (wrong := stated.mistake(facts)) is not None:
            self.add_error("hour_to", wrong)
        for name, field in self.own_fields.items():
            self._check(name, field)
        return facts

    def _check(self, name: str, field: CustomField) -> None:
        """As imports and the API would read it."""
        try:
            custom.read(field, self.cleaned_data.get(name))
        except ValueError as problem:
            self.add_error(name, str(problem))

    @property
    def facts(self) -> dict[str, Any]:
        """For the actions: what stands in columns, what they told us, our own fields."""
        told = {name: self.cleaned_data[name] for name in FACTS}
        told["preferences"] = stated.preferences(self.cleaned_data, self.initial.get("kept", {}))
        own = {field.key: self.cleaned_data[name] for name, field in self.own_fields.items()}
        return told | {"custom": own}

    @property
    def numbers(self) -> dict[str, str]:
        number = self.cleaned_data.get("number", "").strip()
        return {"": number} if number else {}


def form_of(
    customer: Customer,
    sent: Any = None,
    own: Iterable[CustomField] = (),
    values: Mapping[int, custom.Value] | None = None,
) -> CustomerForm:
    """The form filled with what is known; the number elsewhere is given once, at the start."""
    own = list(own)
    known = {name: getattr(customer, name) for name in FACTS}
    known["interests"] = ", ".join(str(word) for word in customer.interests)
    known |= stated.initial(customer.preferences) | {"kept": customer.preferences}
    for field in own:
        if (value := (values or {}).get(field.pk)) is not None:
            known[f"custom_{field.key}"] = field_forms.initial(field, value)
    form = CustomerForm(sent, initial=known, own=own)
    form.is_known = True
    del form.fields["number"], form.fields["is_another"]
    for name in ("country", "zone"):  # brought by a file, and none of ours
        if (had := known[name]) and had not in dict(form.fields[name].choices):
            form.fields[name].choices = [*form.fields[name].choices, (had, had)]
    return form
