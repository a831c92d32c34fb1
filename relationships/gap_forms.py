"""The form in which the company says which relationships it offers."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relationships.actions.gap.offering import NEARLY, OFFERED, WHOLE
from relcrm.base.models import Brand

HINTS = {
    "fling": gettext_lazy("light: new things, occasions, good deals"),
    "friend": gettext_lazy("warm: known by name and taste"),
    "marriage": gettext_lazy("committed: for years, with terms"),
    "distant": gettext_lazy("left in peace: they buy, we keep quiet"),
}


class OfferForm(forms.Form):
    """Percent for each family; 0 or empty is not offered."""

    scope = forms.ChoiceField(label=gettext_lazy("For"), required=False)

    def __init__(self, typed: Any, *, lines: Sequence[str], brands: Sequence[Brand]) -> None:
        super().__init__(typed)
        self.brands = {brand.pk: brand for brand in brands}
        self.fields["scope"].choices = [
            ("", _("everything we do")),
            *((f"brand:{brand.pk}", _("the brand %s") % brand.name) for brand in brands),
            *((f"line:{line}", _("the product line %s") % line) for line in lines),
        ]
        for family in OFFERED:
            self.fields[family.value] = forms.FloatField(
                label=family.label, help_text=HINTS[family.value], min_value=0, max_value=WHOLE,
                required=False,
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        total = sum(facts.get(family.value) or 0.0 for family in OFFERED)
        if not self.errors and abs(total - WHOLE) > NEARLY:
            told = _("The shares add up to %(total)g %%; they must make 100 %%.")
            raise forms.ValidationError(told % {"total": total})
        scope = facts.get("scope") or ""
        if scope.startswith("brand:"):
            facts["brand"] = self.brands[int(scope.removeprefix("brand:"))]
        return facts


def mix_of(facts: dict[str, Any]) -> dict[str, float]:
    return {family.value: facts.get(family.value) or 0.0 for family in OFFERED}


def scope_of(facts: dict[str, Any]) -> tuple[Brand | None, str]:
    scope = facts.get("scope") or ""
    return facts.get("brand"), scope.removeprefix("line:") if scope.startswith("line:") else ""
