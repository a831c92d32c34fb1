"""What the erasing of a person is about, in words and numbers, for the page that asks."""

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, Identity, Import
from customers.queries.erasure import known


@dataclass(frozen=True)
class Going:
    """So many rows of one kind."""

    what: str
    count: int


def what_goes(customer: Customer) -> list[Going]:
    """Every table with rows about this customer, most first."""
    found = [
        Going(
            str(model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural), count
        )
        for model, count in known(customer).items()
    ]
    return sorted(found, key=lambda going: -going.count)


def waiting_files() -> list[Import]:
    """Files that were brought and not taken in: they may name the person still."""
    return list(Import.objects.exclude(state=Import.State.TAKEN).exclude(path="")[:20])


class LiftForm(forms.Form):
    kind = forms.ChoiceField(label=_("They are known by"), choices=Identity.Kind.choices)
    value = forms.CharField(label=_("E-mail, phone or number"), max_length=254)
    source = forms.CharField(
        label=_("System that gave the number"),
        max_length=60,
        required=False,
        help_text=_("Only for numbers, such as: files, shop."),
    )
