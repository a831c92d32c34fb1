"""The form with which colleagues make a sign-up form."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.contact.queries.own_page import LANGUAGES
from customers.contact.queries.ways import channels_ready
from customers.models import Reach, Segment, SignUpForm, Wording
from customers.segments import Reader
from customers.segments.naming import called, in_order
from customers.signup.actions.forms import CHANNELS
from customers.signup.facts import known, spelt
from customers.signup.queries.forms import newest_wordings
from relcrm.base.models import Brand

HOW = [
    ("", _("Not asked")),
    ("asked", _("May be left empty")),
    ("required", _("Must be filled in")),
]
OPT_IN = [
    ("yes", _("Yes: a mail with a link comes first")), ("", _("As the company has it")),
    ("no", _("No: whoever is new to us is signed up at once")),
]  # fmt: skip


class DraftForm(forms.Form):
    """Everything a form has; what is asked stands in fields of its own, see `questions`."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("For you and your colleagues."),
        widget=forms.TextInput({"placeholder": _("Such as: newsletter, spring")}),
    )  # fmt: skip
    slug = forms.SlugField(
        label=_("Address"), max_length=50, required=False,
        help_text=_("The last part of it; made from the name when left empty. It stays for good."),
    )  # fmt: skip
    brand = forms.ModelChoiceField(
        label=_("Brand"), queryset=Brand.objects.all(), required=False,
        empty_label=_("The company"),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), choices=list(LANGUAGES.items()), initial="en")
    title = forms.CharField(label=_("Title"), max_length=120)
    text = forms.CharField(
        label=_("Text below it"), max_length=2_000, required=False,
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip
    button = forms.CharField(
        label=_("Words on the button"), max_length=40, required=False,
        widget=forms.TextInput({"placeholder": _("Sign up")}),
    )  # fmt: skip
    asks = forms.MultipleChoiceField(
        label=_("What may people agree to?"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Each stands on the form with a box of its own, never ticked before."),
    )  # fmt: skip
    interests = forms.CharField(
        label=_("Interests to choose from"), required=False, max_length=1_000,
        help_text=_("With commas between; people write freely when there are none."),
    )  # fmt: skip
    joins = forms.ModelChoiceField(
        label=_("Put them on a list"), required=False, empty_label=_("No list"),
        queryset=Segment.objects.filter(kind=Segment.Kind.STATIC),
    )  # fmt: skip
    tag = forms.CharField(label=_("Tag them"), max_length=40, required=False)
    is_double_opt_in = forms.ChoiceField(
        label=_("Must they confirm?"), choices=OPT_IN, required=False,
        help_text=_("Whose address we know is asked by mail in any case."),
    )  # fmt: skip
    thanks = forms.CharField(
        label=_("Words of thanks"), max_length=1_000, required=False,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip
    sites = forms.CharField(
        label=_("Sites that may show it"), required=False, max_length=2_000,
        widget=forms.Textarea({"rows": 2, "placeholder": "https://shop.example"}),
        help_text=_("One a line. On every other site it stays empty."),
    )  # fmt: skip
    redirect_to = forms.URLField(
        label=_("Page that people go to afterwards"), required=False, assume_scheme="https",
        help_text=_("On one of these sites; without one they read the words of thanks."),
    )  # fmt: skip

    # Which part of the page each stands in.
    READ = ("name", "slug", "brand", "language", "title", "text", "button")
    THEN = ("is_double_opt_in", "joins", "tag", "thanks")
    WHERE = ("sites", "redirect_to")

    def __init__(
        self, *args: Any, reader: Reader, form: SignUpForm | None = None, **more: Any
    ) -> None:
        super().__init__(*args, initial=_initial(form), **more)
        self._name_lists(reader)
        self.wordings = {each.pk: each for each in _offered(form)}
        channels = [each for each in CHANNELS if each in channels_ready()]
        self.fields["asks"].choices = [
            (f"{pk}:{channel}", f"{Reach(channel).label}: {words.text}")
            for pk, words in self.wordings.items() for channel in channels
        ]  # fmt: skip
        if form is not None:
            del self.fields["slug"]
        self.facts = known()
        held = {each["what"]: each for each in form.facts} if form else {}
        for what, fact in self.facts.items():
            self._ask(what, str(fact.label), held.get(what, {}))

    def _name_lists(self, reader: Reader) -> None:
        joins = self.fields["joins"]
        lists = [(one.pk, called(one, reader)) for one in in_order(joins.queryset, reader)]
        joins.choices = [("", joins.empty_label), *lists]

    def _ask(self, what: str, label: str, held: dict[str, Any]) -> None:
        how = "" if not held else "required" if held["is_required"] else "asked"
        self.fields[f"fact.{what}"] = forms.ChoiceField(
            label=label, choices=HOW, required=False, initial=how
        )
        self.fields[f"label.{what}"] = forms.CharField(
            label=_("What stands above it"), max_length=80, required=False,
            initial=held.get("label", ""), widget=forms.TextInput({"placeholder": label}),
        )  # fmt: skip

    def questions(self) -> Iterator[tuple[Any, Any]]:
        """For the page: how each fact is asked, and under which words."""
        return ((self[f"fact.{what}"], self[f"label.{what}"]) for what in self.facts)

    def plain(self) -> Iterator[Any]:
        """For the page: the other fields."""
        return (field for field in self if "." not in field.name)

    def clean_sites(self) -> list[str]:
        lines = self.cleaned_data["sites"].split()
        return list(dict.fromkeys(line.lower().rstrip("/") for line in lines))

    def told(self) -> dict[str, Any]:
        """As the actions take it, but for the tag, which is still a word."""
        told = {name: value for name, value in self.cleaned_data.items() if "." not in name}
        chosen = (each.partition(":") for each in told.pop("asks"))
        choices = spelt(told.pop("interests").split(","))
        double = {"yes": True, "no": False}.get(told.pop("is_double_opt_in"))
        facts = [
            {"what": what, "is_required": how == "required", "label": self._label(what)}
            | ({"choices": choices} if what == "interests" and choices else {})
            for what in self.facts if (how := self.cleaned_data[f"fact.{what}"])
        ]  # fmt: skip
        asks = [(self.wordings[int(pk)], channel) for pk, _colon, channel in chosen]
        return told | {"asks": asks, "is_double_opt_in": double, "facts": facts}

    def _label(self, what: str) -> str:
        return str(self.cleaned_data[f"label.{what}"])


def _initial(form: SignUpForm | None) -> dict[str, Any]:
    if form is None:
        return {"is_double_opt_in": "yes"}
    plain = ("name", "brand", "language", "title", "text", "button", "joins", "thanks",
             "redirect_to")  # fmt: skip
    interests = next((each for each in form.facts if each["what"] == "interests"), {})
    return {name: getattr(form, name) for name in plain} | {
        "asks": [f"{ask.wording_id}:{ask.channel}" for ask in form.asks.all()],
        "interests": ", ".join(interests.get("choices", [])),
        "tag": form.tag.name if form.tag else "",
        "is_double_opt_in": {True: "yes", False: "no", None: ""}[form.is_double_opt_in],
        "sites": "\n".join(form.sites),
    }


def _offered(form: SignUpForm | None) -> list[Wording]:
    """The versions in use, and the older ones that this form still asks with."""
    newest = newest_wordings()
    held = [ask.wording for ask in form.asks.select_related("wording")] if form else []
    return [*newest, *(each for each in dict.fromkeys(held) if each not in newest)]
