"""What can be typed about margin and costs."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from relcrm.base.costs import CHANNELS, NOT_RECORDED
from relcrm.base.forms import Share
from relcrm.base.models import Brand, Company, UnitCost


class CostsForm(forms.ModelForm):
    """The figures that turn purchases into what is left."""

    margin_rate = Share(
        label=_("Margin, per cent of sales"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=_(
            "What is left of a sale after the cost of goods. Until set, 30 is assumed. Sales whose "
            "margin your shop tells are counted with that."
        ),
    )
    discount_rate = Share(
        label=_("Discount rate, per cent a year"),
        min_value=0,
        max_value=100,
        help_text=_("How much less money is worth a year later."),
    )

    anyway_share = Share(
        label=_("Of those whom customers bring, would come anyway, per cent"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=_("Ask newcomers. Until set, nothing is taken off what customers brought."),
    )

    class Meta:
        model = Company
        fields = (
            "margin_rate", "cost_per_order", "cost_per_return", "cost_per_contact",
            "cost_per_minute", "cost_per_complaint", "cost_per_message", "cost_per_renewal",
            "discount_rate", "anyway_share", "horizon_weeks",
        )  # fmt: skip
        labels = {
            "cost_per_order": _("Cost of handling an order"),
            "cost_per_return": _("Cost of handling a return"),
            "cost_per_contact": _("Cost of a call for help"),
            "cost_per_minute": _("Cost of a minute of service"),
            "cost_per_complaint": _("Cost of putting a complaint right"),
            "cost_per_message": _("Cost of a message"),
            "cost_per_renewal": _("Cost of renewing a contract"),
            "horizon_weeks": _("Weeks ahead that value is counted"),
        }
        help_texts = {
            "cost_per_order": _("Packing, freight you bear, payment."),
            "cost_per_contact": _("Whatever it takes each time, however long."),
            "cost_per_minute": _(
                "Comes on top where your service desk tells how many minutes a call took."
            ),
            "cost_per_complaint": _("Goodwill, replacement, refund: on average."),
            "cost_per_message": _("In channels of which nothing else is said beside."),
            "cost_per_renewal": _(
                "Payment, letters: each time a fee is due. Nothing where the fee is a purchase."
            ),
        }


class ChannelForm(forms.Form):
    """What a message costs in one channel."""

    kind, heading = UnitCost.Kind.MESSAGE, _("A channel of its own price")
    key = forms.ChoiceField(label=_("Channel"), choices=[(name, name) for name in CHANNELS])
    amount = forms.DecimalField(
        label=_("Cost of a message"), min_value=0, max_digits=12, decimal_places=4
    )


class CategoryForm(forms.Form):
    """What is left of a sale in one category."""

    kind, heading = UnitCost.Kind.MARGIN, _("A category of its own margin")
    key = forms.CharField(
        label=_("Category"), max_length=60, help_text=_("As purchases and contracts name it.")
    )
    amount = Share(
        label=_("Margin, per cent of sales"), min_value=0, max_value=100,
        validators=[MaxValueValidator(1, _("A margin is at most all of the sale."))],
    )  # fmt: skip


class BrandForm(forms.Form):
    """What is left of a sale of one brand."""

    kind, heading = UnitCost.Kind.BRAND, _("A brand of its own margin")
    key = forms.ModelChoiceField(
        label=_("Brand"), queryset=Brand.objects.all(), to_field_name="slug", empty_label=None
    )
    amount = Share(
        label=_("Margin, per cent of sales"), min_value=0, max_value=100,
        help_text=_("Of purchases whose category has no margin of its own."),
        validators=[MaxValueValidator(1, _("A margin is at most all of the sale."))],
    )  # fmt: skip

    def clean_key(self) -> str:
        brand: Brand = self.cleaned_data["key"]
        return brand.slug


class WinningForm(forms.Form):
    """What it costs to win a customer who comes by one channel."""

    kind, heading = UnitCost.Kind.ACQUISITION, _("What winning a customer costs")
    key = forms.ChoiceField(
        label=_("How they come"),
        choices=[*((name, name) for name in CHANNELS), (NOT_RECORDED, _("not recorded"))],
    )
    amount = forms.DecimalField(
        label=_("Cost of winning one customer"), min_value=0, max_digits=12, decimal_places=4,
        help_text=_(
            "Advertising and first discounts of a year, over the customers won in it. It is set "
            "beside their value, never inside."
        ),
    )  # fmt: skip


FORMS: dict[str, type[forms.Form]] = {
    form.kind: form for form in (ChannelForm, CategoryForm, BrandForm, WinningForm)
}


def cost_forms(typed: Any = None, kind: str = "") -> list[forms.Form]:
    """One for each kind; only the one that was sent in is filled."""
    return [
        form(typed if typed is not None and each == kind else None, prefix=each)
        for each, form in FORMS.items()
    ]
