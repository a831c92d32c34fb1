"""What can be typed into the pages about contact."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.contact.actions.wishes import Wishes
from customers.contact.queries.own_page import LANGUAGES, PACES, PAUSES, OwnPage, What
from customers.contact.rules import COURTED, rules
from customers.models import ContactPolicy, Purpose, Reach, Sender

IMPRINT = _("Who you are, with your postal address: many laws ask for it.")
AS_IT_COMES = ("", _("As it comes"))
WEEKDAYS = [
    ("0", _("Monday")), ("1", _("Tuesday")), ("2", _("Wednesday")), ("3", _("Thursday")),
    ("4", _("Friday")), ("5", _("Saturday")), ("6", _("Sunday")),
]  # fmt: skip


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
            wanted=frozenset(_what(name) for name in told["channels"]),
            offered=frozenset(_what(each.name) for each in self.page.channels),
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


def _what(name: str) -> What:
    purpose, channel, *brand = name.split(":")
    return purpose, channel, int(brand[0]) if brand else None


class ConsentForm(forms.Form):
    """What a customer told a colleague."""

    state = forms.ChoiceField(
        label=_("They said"), choices=[("withdrawn", _("No")), ("granted", _("Yes"))]
    )
    what = forms.ChoiceField(label=_("To what"))
    source = forms.CharField(
        label=_("Where and how"), max_length=60,
        widget=forms.TextInput(attrs={"placeholder": _("Such as: by phone")}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = [
            (":", _("Everything")),
            *(
                (f"{p}:{c}", f"{Purpose(p).label}: {Reach(c).label}")
                for p in COURTED for c in Reach.values
            ),
        ]  # fmt: skip


class PolicyForm(forms.ModelForm):
    """How often and when the company writes."""

    days = forms.MultipleChoiceField(
        label=_("Days on which we write"), choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple
    )
    topics = forms.CharField(
        label=_("Topics, with commas between"), required=False,
        help_text=_("What news is about; customers choose among them on their own page."),
    )  # fmt: skip

    class Meta:
        model = ContactPolicy
        fields = ("basis", "weekly_limit", "quiet_from", "quiet_until", "days", "topics",
                  "is_double_opt_in", "soft_bounces")  # fmt: skip
        labels = {
            "basis": _("Whom may we write news to?"),
            "weekly_limit": _("Messages of any kind in seven days, at most"),
            "quiet_from": _("Quiet from"),
            "quiet_until": _("Quiet until"),
            "is_double_opt_in": _("A yes counts once it is confirmed by a link"),
            "soft_bounces": _("Messages in a row that come back before we stop"),
        }
        help_texts = {"quiet_until": _("In the time zone where the customer lives.")}
        widgets = {
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["days"] = list(self.instance.days)
        self.initial["topics"] = ", ".join(self.instance.topics)

    def clean_days(self) -> str:
        return "".join(sorted(self.cleaned_data["days"]))

    def clean_topics(self) -> list[str]:
        told = (word.strip() for word in self.cleaned_data["topics"].split(","))
        return list(dict.fromkeys(word for word in told if word))


class WriterForm(forms.Form):
    """In whose name messages leave."""

    name = forms.CharField(
        label=_("Sender"), max_length=254, required=False,
        help_text=_("As customers read it: Alpine Shoes <hello@example.com>"),
    )  # fmt: skip
    reply_to = forms.EmailField(label=_("Answers go to"), required=False)
    footer = forms.CharField(
        label=_("Below each mail"), max_length=1_000, required=False,
        widget=forms.Textarea({"rows": 3}), help_text=IMPRINT,
    )  # fmt: skip


class SenderForm(WriterForm):
    """How messages leave on one channel."""

    field_order = ("channel", "way")
    channel = forms.ChoiceField(label=_("Channel"), choices=Reach.choices)
    way = forms.ChoiceField(label=_("How they leave"), choices=Sender.Way.choices)
    address = forms.URLField(
        label=_("Your provider's address"), required=False, assume_scheme="https",
        help_text=_("For SMS, social media and letters: gets a signed request for each message."),
    )  # fmt: skip
    is_on = forms.BooleanField(label=_("In use"), required=False, initial=True)


class WordingForm(forms.Form):
    """The next version of what people agree to."""

    key = forms.SlugField(
        label=_("Name"), max_length=60, help_text=_("Small letters, such as: newsletter")
    )
    purpose = forms.ChoiceField(
        label=_("For"), choices=[(each, Purpose(each).label) for each in COURTED]
    )
    language = forms.ChoiceField(label=_("Language"), choices=list(LANGUAGES.items()), initial="en")
    text = forms.CharField(label=_("Words"), widget=forms.Textarea, max_length=5_000)


class SuppressionForm(forms.Form):
    """An address that is not to be written to."""

    address = forms.CharField(label=_("Address or number"), max_length=254)
    channel = forms.ChoiceField(label=_("Channel"), choices=Reach.choices)


class WaiverForm(forms.Form):
    """A house rule to be set aside for a while."""

    rule = forms.ChoiceField(label=_("Rule"))
    purpose = forms.ChoiceField(
        label=_("For"), choices=[(each, Purpose(each).label) for each in COURTED]
    )
    days = forms.IntegerField(label=_("For how many days"), min_value=1, max_value=31, initial=7)
    reason = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        house = [rule for rule in rules().values() if rule.is_house]
        self.fields["rule"].choices = [(rule.key, rule.words) for rule in house]


class BrandForm(WriterForm):
    """What one brand keeps to, and who writes in its name; empty: as everybody."""

    weekly_limit = forms.IntegerField(
        label=_("Messages of this brand in seven days, at most"), min_value=1, max_value=50,
        required=False,
    )  # fmt: skip
    quiet_from = forms.TimeField(
        label=_("Quiet from"), required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )  # fmt: skip
    quiet_until = forms.TimeField(
        label=_("Quiet until"), required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Beside the company's quiet hours, in the time zone where the customer lives."),
    )  # fmt: skip
    days = forms.MultipleChoiceField(
        label=_("Days on which this brand writes"), choices=WEEKDAYS, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("None ticked: as the company."),
    )  # fmt: skip

    def clean_days(self) -> str:
        return "".join(sorted(self.cleaned_data["days"]))


class NewBrandForm(forms.Form):
    """A further name under which the company meets customers."""

    name = forms.CharField(label=_("Name"), max_length=120)
