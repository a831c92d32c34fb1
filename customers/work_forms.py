"""What is typed when work is given, taken on and answered."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.queries.work import colleagues
from relcrm.base import roles
from relcrm.base.models import User

DAY = {"type": "date"}


class Colleague(forms.ChoiceField):
    """Somebody who works with customers."""

    def __init__(self, *, nobody: Any = "–", **more: Any) -> None:
        super().__init__(**more)
        self.nobody = nobody
        self.known: dict[str, User] = {}

    def offer(self, people: Sequence[User]) -> None:
        self.known = {str(one.pk): one for one in people}
        self.choices = [("", self.nobody), *((pk, str(one)) for pk, one in self.known.items())]

    def clean(self, value: Any) -> User | None:
        return self.known.get(super().clean(value))


class WorkForm(forms.Form):
    """Colleagues are read once, also when a page has several of these."""

    def __init__(self, *args: Any, people: Sequence[User] | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        offered = [field for field in self.fields.values() if isinstance(field, Colleague)]
        for field in offered:
            people = colleagues() if people is None else people
            field.offer(people)


class TaskForm(WorkForm):
    what = forms.CharField(label=_("What is to be done?"), max_length=200)
    due_on = forms.DateField(label=_("By"), widget=forms.DateInput(DAY, "%Y-%m-%d"))
    due_time = forms.TimeField(
        label=_("At"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"),
        help_text=_("Only if the hour matters."),
    )  # fmt: skip
    owner = Colleague(label=_("Who"), required=False, nobody=_("anybody"))


class ContactForm(WorkForm):
    user = Colleague(label=_("Colleague"))
    role = forms.CharField(
        label=_("For what"), max_length=60, required=False,
        widget=forms.TextInput({"placeholder": _("Such as: fits boots")}),
    )  # fmt: skip


class QuestionForm(WorkForm):
    text = forms.CharField(label=_("Question"), max_length=4000, widget=forms.Textarea({"rows": 3}))
    topic = forms.CharField(
        label=_("Topic"), max_length=60, required=False,
        widget=forms.TextInput({"placeholder": _("Such as: boots")}),
    )  # fmt: skip
    expert = Colleague(
        label=_("To whom"), required=False, nobody=_("anybody"),
        help_text=_("An expert who is asked will see this customer."),
    )  # fmt: skip


class NoteForm(forms.Form):
    text = forms.CharField(label=_("Note"), max_length=4000, widget=forms.Textarea({"rows": 5}))


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Your answer"), max_length=8000, widget=forms.Textarea({"rows": 6})
    )


def desk_forms(user: User, today: Any) -> dict[str, Any]:
    """The empty forms of the card on a customer's page, for who may fill them in."""
    if not roles.may(user, "work_with_customers"):
        return {}
    people = colleagues()
    return {
        "task_form": TaskForm(initial={"due_on": today}, people=people),
        "question_form": QuestionForm(people=people),
        "contact_form": ContactForm(people=people),
    }
