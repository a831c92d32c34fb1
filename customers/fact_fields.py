"""Tags, the company's own fields and owned products, entered as fields of segments."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from customers.models import CustomField, CustomValue, Modifier, OwnedProduct, Tagging
from customers.models.customer import AgeBand
from customers.queries import custom
from customers.queries.tags import tags
from customers.segments import Field, Kind, Moment, Reader, register, register_source

OWN, NOTED, HAVE = _("Your own fields"), _("What we noted"), _("What they have")
KINDS = {
    CustomField.Kind.TEXT: Kind.TEXT,
    CustomField.Kind.NUMBER: Kind.NUMBER,
    CustomField.Kind.DATE: Kind.DATE,
    CustomField.Kind.CHOICE: Kind.CHOICE,
    CustomField.Kind.FLAG: Kind.YES_NO,
}


def register_all() -> None:
    """Called from `AppConfig.ready`."""
    register(
        Field(key="tag", label=_("Tag"), kind=Kind.CHOICE, group=NOTED,
              rows=lambda moment: Tagging.objects.all(), path="tag__name",
              choices=lambda reader: [(tag.name, tag.name) for tag in tags()]),
        Field(key="age_band", label=_("Age, roughly"), kind=Kind.CHOICE, group=_("Who they are"),
              path="age_band", choices=lambda reader: AgeBand.choices),
        Field(key="next_choice_on", label=_("Will choose again"), kind=Kind.DATE, group=HAVE,
              rows=_held, path="next_choice_on", names_goods=True),
        Field(key="has_product", label=_("Has the product"), kind=Kind.CHOICE, group=HAVE,
              rows=_held, path="product__sku", names_goods=True),
        Field(key="has_category", label=_("Has something of"), kind=Kind.CHOICE, group=HAVE,
              rows=_held, path="product__category", names_goods=True),
        Field(key="keep_in_mind", label=_("To keep in mind"), kind=Kind.CHOICE, group=NOTED,
              rows=lambda moment: Modifier.objects.standing(localdate()), path="kind",
              choices=lambda reader: Modifier.Kind.choices, needs="see_people"),
    )  # fmt: skip
    register_source("custom", own_fields)


def _held(moment: Moment) -> QuerySet[OwnedProduct]:
    return OwnedProduct.objects.held().filter(since_on__lte=moment.as_of)


def own_fields() -> list[Field]:
    """One a field in use; its rows are those of the field, so that its index answers."""
    return [
        Field(
            key=f"custom.{field.key}",
            label=field.label,
            kind=KINDS[CustomField.Kind(field.kind)],
            group=OWN,
            rows=lambda moment, pk=field.pk: CustomValue.objects.filter(field=pk),
            path=field.column,
            choices=_choices(field) if field.choices else None,
            unit=field.unit,
            needs="see_people" if field.is_veiled else "",
        )
        for field in custom.fields()
    ]


def _choices(field: CustomField) -> Any:
    def choices(reader: Reader) -> Sequence[tuple[str, str]]:
        return [(choice, choice) for choice in field.choices]

    return choices
