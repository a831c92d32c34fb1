"""What can be typed into the settings."""

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from relcrm.base import happenings
from relcrm.base.actions.webhooks import Listening
from relcrm.base.models import ApiKey, Company, User, Webhook

DAYS_A_KEY_LIVES = [("90", _("90 days")), ("365", _("One year")), ("", _("Until revoked"))]


class Share(forms.DecimalField):
    """A share that people type and read in per cent."""

    def prepare_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        return f"{value * 100:f}".rstrip("0").rstrip(".")

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        return None if found is None else found / 100


class CompanyForm(forms.ModelForm):
    """Who the company is."""

    zone = forms.ChoiceField(
        label=_("Time zone"), choices=lambda: [(z, z) for z in sorted(available_timezones())]
    )

    class Meta:
        model = Company
        fields = ("name", "currency", "zone", "country", "reads_demographics")
        labels = {"reads_demographics": _("Age, gender and household size may be read")}
        help_texts = {
            "reads_demographics": _(
                "By rules that a computer finds itself, tried against the forecast of purchases; "
                "where they do better, they then raise and lower what customers are expected to "
                "buy. Off, they do not read them. Elsewhere this changes nothing: types count "
                "whether the fields are filled in, not what is in them; personae are made of age "
                "and household, and tell of gender; segments may select by all three. In "
                "the EU this is profiling with personal data: it needs a legal ground (GDPR, "
                "Article 6) and a word in your privacy notice (Articles 13 and 14), whoever "
                "objects is left out (Article 21), and men and women may not be treated "
                "differently in what is offered to them (Directive 2004/113/EC)."
            ),
            "currency": _("Three capital letters, such as EUR. Amounts are not converted."),
            "country": _(
                "Two capital letters, such as AT. Phones without a country are meant to be there."
            ),
        }


class AsOfForm(forms.Form):
    day = forms.DateField(
        label=_("Look at the company as of the end of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Nothing after that day is used for scores, value and reports."),
    )

    def chosen(self) -> date | None:
        return self.cleaned_data["day"]


class ColleagueForm(forms.ModelForm):
    expertise = forms.CharField(
        label=_("Knows about"), required=False, max_length=400,
        help_text=_("Topics with commas between, such as: hiking boots, invoices. Questions find "
                    "their way by these words."),
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.initial["expertise"] = ", ".join(map(str, self.instance.expertise))

    def clean_expertise(self) -> list[str]:
        topics = (part.strip() for part in self.cleaned_data["expertise"].split(","))
        return list(dict.fromkeys(topic for topic in topics if topic))

    class Meta:
        model = User
        fields = ("name", "email", "role", "is_active")
        labels = {"is_active": _("May sign in")}
        help_texts = {"is_active": ""}

    def clean_email(self) -> str:
        email = User.objects.normalize_email(self.cleaned_data["email"])
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody with this e-mail is already in the team."))
        return email


class NewColleagueForm(ColleagueForm):
    """A colleague with a first password, which they change at their first sign-in."""

    expertise = None  # written down once they are here
    password = forms.CharField(
        label=_("First password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. Tell it in person; it can be changed after sign-in."),
    )

    class Meta:
        model = User
        fields = ("name", "email", "role")

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, User(email=self.data.get("email", "")))
        return password


class KeyForm(forms.Form):
    name = forms.CharField(
        label=_("What is it for?"),
        max_length=80,
        widget=forms.TextInput(attrs={"placeholder": _("Such as: web shop")}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        choices=[(name, f"{words} ({name})") for name, words in ApiKey.SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.ChoiceField(label=_("Valid for"), choices=DAYS_A_KEY_LIVES, required=False)


class WebhookForm(forms.Form):
    """Where another program listens, and for what."""

    name = forms.CharField(
        label=_("Who listens?"),
        max_length=80,
        widget=forms.TextInput(attrs={"placeholder": _("Such as: newsletter system")}),
    )
    address = forms.CharField(
        label=_("At which address?"),
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        help_text=_("It gets a signed request for each thing that happens."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("What is it told?"),
        choices=lambda: [
            (key, f"{kind.words} ({key})") for key, kind in sorted(happenings.KINDS.items())
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    sees_negative = forms.BooleanField(
        label=_("May know difficult relationships by name"),
        required=False,
        help_text=_("Otherwise it hears that such a customer is left to service."),
    )

    def meant(self) -> Listening:
        return Listening(**self.cleaned_data)

    @staticmethod
    def of(hook: Webhook) -> dict[str, Any]:
        return {name: getattr(hook, name) for name in ("name", "address", "kinds", "sees_negative")}
