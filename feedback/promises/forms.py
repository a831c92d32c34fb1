"""Forms of promises: what is promised and how it is tested, and how it went this time."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, Kind
from customers.queries.search import meant
from feedback.models import Promise
from feedback.promises.actions import EDITABLE, EMPTY
from relcrm.base import roles
from relcrm.base.models import Brand, User
from relcrm.lib.written import whole

# What can carry a figure of its own; complaints have tests of theirs.
CARRIERS = [
    (kind.value, kind.label) for kind in Kind
    if kind not in (Kind.COMPLAINT, Kind.NOTE, Kind.PROMISE_KEPT, Kind.PROMISE_BROKEN)
]  # fmt: skip


class PromiseForm(forms.ModelForm):
    """The action judges whether it makes sense; the form asks."""

    class Meta:
        model = Promise
        fields = (
            "name", "words", "told_where", "test", "within_hours", "within_days", "kind",
            "property_key", "comparison", "expected", "target_percent", "active_from",
            "active_until", "brand", "owner",
        )  # fmt: skip
        labels = {
            "name": _("What do you call it?"),
            "words": _("What are customers told?"),
            "told_where": _("Where are they told?"),
            "test": _("How do we find out whether it was kept?"),
            "within_hours": _("Hours to answer a complaint"),
            "within_days": _("Days to resolve a complaint"),
            "kind": _("What happened"),
            "property_key": _("The figure it carries"),
            "comparison": _("The figure is"),
            "expected": _("Compared with"),
            "target_percent": _("Target: kept in so many of 100 cases"),
            "active_from": _("It holds from"),
            "active_until": _("It holds until"),
            "brand": _("Brand"),
            "owner": _("Who answers for it"),
        }
        help_texts = {
            "words": _("In the words of the advertisement, the box, or the contract."),
            "told_where": _("Such as: every order mail, the shop window."),
            "property_key": _("The name it has in your data, such as delivery_days or "
                              "first_reply_hours."),
            "expected": _("A number, or a word such as yes."),
            "active_until": _("Empty while it holds."),
        }  # fmt: skip
        widgets = {
            "words": forms.Textarea({"rows": 3}),
            "active_from": forms.DateInput({"type": "date"}, "%Y-%m-%d"),
            "active_until": forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["kind"].choices = [("", "–"), *CARRIERS]
        self.fields["comparison"].choices = [("", "–"), *Promise.Comparison.choices]
        self.fields["brand"].queryset = Brand.objects.all()
        self.fields["brand"].empty_label = _("every brand")
        able = [role for role in User.Role if role in roles.TABLE["see_promises"]]
        people = User.objects.filter(is_active=True, role__in=able)
        self.fields["owner"].queryset = people.order_by("name", "email")
        self.fields["owner"].empty_label = _("nobody yet")

    @property
    def of_tests(self) -> list[str]:
        """Fields that one of the tests needs; the page shows those of the chosen one."""
        return list(EMPTY)

    def _post_clean(self) -> None:
        """The action writes, and checks what it writes: nothing is set on the row here."""

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name in EDITABLE}


class OutcomeForm(forms.Form):
    """How it went this time, said by a person."""

    customer = forms.CharField(
        label=_("Which customer?"), max_length=200, help_text=_("Name, e-mail or number."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    is_kept = forms.TypedChoiceField(
        label=_("The promise was"), choices=[("no", _("broken")), ("yes", _("kept"))],
        coerce=lambda word: word == "yes",
    )  # fmt: skip
    on = forms.DateField(label=_("On"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    reason = forms.CharField(label=_("What happened?"), max_length=300)

    def __init__(self, *args: Any, among: Any, zone: ZoneInfo, now: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.among, self.zone, self.now = among, zone, now

    def clean_customer(self) -> Customer:
        typed = self.cleaned_data["customer"].strip()
        number = whole(typed.removeprefix("#"))
        found = list(self.among.filter(pk=number)) if number else []
        found = found or list(meant(self.among, typed, sees_people=True)[:2])
        if not found:
            raise forms.ValidationError(_("We know no such customer."))
        if len(found) > 1:
            raise forms.ValidationError(_("This means several customers; write their number."))
        return found[0]

    @property
    def occurred_at(self) -> datetime:
        """A day is all that is asked: its noon, or now when that has not come yet."""
        noon = datetime.combine(self.cleaned_data["on"], time(12), self.zone)
        today = self.now.astimezone(self.zone).date()
        return min(noon, self.now) if self.cleaned_data["on"] == today else noon
