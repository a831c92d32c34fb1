"""The form in which the company says which relationships it offers."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relationships.actions.gap.offering import OFFERED, WHOLE, wrong_mix, wrong_wishes
from relationships.engine.gap import terms
from relationships.gap_words import WISHES
from relationships.models import Family, Offer
from relationships.queries.gap.offers import Lines, is_line
from relcrm.base.models import Brand

HINTS = {
    "fling": gettext_lazy("light: new things, occasions, good deals"),
    "friend": gettext_lazy("warm: known by name and taste"),
    "marriage": gettext_lazy("committed: for years, with terms"),
    "distant": gettext_lazy("left in peace: they buy, we keep quiet"),
}


class OfferForm(forms.Form):
    """Percent for each family; 0 or empty is not offered. Under a family with several wishes,
    which of them; none ticked means all."""

    scope = forms.ChoiceField(label=gettext_lazy("For"), required=False)

    def __init__(
        self, typed: Any, *, lines: Lines, brands: Sequence[Brand], of: Offer | None = None
    ) -> None:
        super().__init__(typed, initial=_said(of) if of else None)
        self.brands = {brand.pk: brand for brand in brands}
        names = lines.names if of is None or not of.line else sorted({*lines.names, of.line})
        self.fields["scope"].choices = [
            ("", _("everything we do")),
            *((f"brand:{brand.pk}", _("the brand %s") % brand.name) for brand in brands),
            *((f"line:{line}", _("the product line %s") % line) for line in names),
        ]
        if lines.is_cut:
            self.fields["other_line"] = _other_line(len(lines.names))
        for family in OFFERED:
            self._add(family)

    def _add(self, family: Family) -> None:
        self.fields[family.value] = forms.FloatField(
            label=family.label, help_text=HINTS[family.value], min_value=0, max_value=WHOLE,
            required=False,
        )  # fmt: skip
        own = terms().wishes_of(family.value)
        if len(own) > 1:
            self.fields[f"{family.value}_wishes"] = forms.MultipleChoiceField(
                label=_("%s, but only as") % family.label, required=False,
                choices=[(wish.key, WISHES.get(wish.key, wish.asked)) for wish in own],
                widget=forms.CheckboxSelectMultiple, help_text=_("None ticked: all of them."),
            )  # fmt: skip

    def clean_other_line(self) -> str:
        name = self.cleaned_data["other_line"].strip()
        if name and not is_line(name):
            raise forms.ValidationError(_("Nothing of a product line “%s” was ever bought.") % name)
        return name

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        mix = mix_of(facts)
        if not self.errors and (wrong := wrong_mix(mix)):
            raise forms.ValidationError(wrong)
        for family in OFFERED:
            ticked = facts.get(field := f"{family.value}_wishes")
            if ticked and (wrong := wrong_wishes(mix, ticked)):
                self.add_error(field, wrong)
        scope = facts.get("scope") or ""
        if scope.startswith("brand:"):
            facts["brand"] = self.brands[int(scope.removeprefix("brand:"))]
        return facts


def _other_line(most: int) -> forms.CharField:
    hint = _("Only the first %d by name stand above. Write another one here as orders do.") % most
    return forms.CharField(
        label=_("Or another product line"), max_length=60, required=False, help_text=hint
    )


def _said(offer: Offer) -> dict[str, Any]:
    """What was said before, to be changed."""
    scope = f"brand:{offer.brand_id}" if offer.brand_id else f"line:{offer.line}"
    wishes = {
        f"{family.value}_wishes": [
            wish.key for wish in terms().wishes_of(family.value) if wish.key in offer.wishes
        ]
        for family in OFFERED
    }
    shares = {name: f"{share:g}" for name, share in offer.mix.items() if share}
    return {"scope": "" if offer.is_of_all else scope} | shares | wishes


def mix_of(facts: dict[str, Any]) -> dict[str, float]:
    return {family.value: facts.get(family.value) or 0.0 for family in OFFERED}


def wishes_in(facts: dict[str, Any]) -> list[str]:
    return [key for family in OFFERED for key in facts.get(f"{family.value}_wishes") or ()]


def scope_of(facts: dict[str, Any]) -> tuple[Brand | None, str]:
    """The brand or the line; one that was written goes before one that was chosen."""
    if written := facts.get("other_line"):
        return None, written
    scope = facts.get("scope") or ""
    return facts.get("brand"), scope.removeprefix("line:") if scope.startswith("line:") else ""
