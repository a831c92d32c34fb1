"""The five fields with which a complaint begins."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from feedback.models import Complaint
from relcrm.base.models import User

CHANNELS = ("email", "phone", "shop", "chat", "social", "letter", "web", "other")


class ComplaintForm(forms.ModelForm):
    """Customer, subject, their words, what would put it right, how they told us."""

    class Meta:
        model = Complaint
        fields = ("customer", "subject", "text", "remedy_sought", "channel")
        labels = {
            "subject": _("What is it about?"),
            "text": _("In the customer’s words"),
            "remedy_sought": _("What would put it right for them?"),
            "channel": _("How did they tell us?"),
        }
        help_texts = {
            "subject": _("A few words, such as “Second parcel late this month”."),
            "text": _("As they said it. How serious it is, is first judged from these words."),
        }
        widgets = {
            "customer": forms.HiddenInput,
            "text": forms.Textarea(attrs={"rows": 6}),
        }
        error_messages = {
            "subject": {"required": _("Say in a few words what the complaint is about.")},
            "customer": {"invalid_choice": _("There is no such customer.")},
        }

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["customer"].queryset = Customer.objects.visible_to(user)
        labels = dict(Complaint._meta.get_field("channel").choices)
        self.fields["channel"].choices = [(key, labels[key]) for key in CHANNELS]
