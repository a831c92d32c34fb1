"""What a page asks about a file: what its columns mean and how its values are written."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.intake.shapes import shape
from customers.models import Identity, Import, Kind
from relcrm.base.models import Company

LEAVE_OUT, KEEP = "", "keep"


def meanings(kind: str) -> list[tuple[str, str]]:
    """What a column of such a file may be, for a list to choose from."""
    keep = _("Keep as a field of its own") if kind == Import.Kind.CUSTOMERS else _("Keep as it is")
    return [(LEAVE_OUT, _("Leave out")), (KEEP, keep), *shape(kind).titles.items()]


class ColumnsForm(forms.Form):
    """One meaning a column (`column_0` …) and the options of the import."""

    usual_kind = forms.ChoiceField(
        label=_("All rows are"), required=False,
        choices=[("", _("as a column says")), *Kind.choices],
        help_text=_("What happened, when no column tells it."),
    )  # fmt: skip

    date_order = forms.ChoiceField(
        label=_("Dates are written"), required=False,
        choices=[
            ("", _("Choose")), ("ymd", _("year first (2026-03-01)")),
            ("dmy", _("day first (01.03.2026)")), ("mdy", _("month first (03/01/2026)")),
        ],
    )  # fmt: skip
    decimal = forms.ChoiceField(
        label=_("Fractions follow"),
        choices=[(".", _("a point (12.50)")), (",", _("a comma (12,50)"))],
    )
    identity = forms.ChoiceField(
        label=_("Customers are known by"),
        choices=[
            (Identity.Kind.EXTERNAL, _("a number")),
            (Identity.Kind.EMAIL, _("their e-mail address")),
            (Identity.Kind.PHONE, _("their phone number")),
        ],
    )
    source = forms.CharField(
        label=_("The numbers come from"), max_length=40,
        help_text=_("A name for the system, like “shop”. Files of the same system must have the "
                    "same name, so that customers and orders are recognised again."),
    )  # fmt: skip
    rates = forms.CharField(
        label=_("Rates of other currencies"), required=False, max_length=200,
        help_text=_("What one unit is worth, like USD=0.92, GBP=1.17"),
    )  # fmt: skip

    def __init__(self, *args: Any, of: Import, currency: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.columns = of.columns
        self.currency = currency
        self.meanings = meanings(of.kind)
        for at in range(len(of.columns)):
            self.fields[f"column_{at}"] = forms.ChoiceField(choices=self.meanings, required=False)
        if "currency" not in of.mapping:
            del self.fields["rates"]
        if of.kind != Import.Kind.INTERACTIONS:
            del self.fields["usual_kind"]

    @classmethod
    def of(cls, of: Import, company: Company) -> "ColumnsForm":
        rates = (of.options.get("rates") or {}).items()
        initial = of.options | {"rates": ", ".join(f"{code}={rate}" for code, rate in rates)}
        return cls(of=of, currency=company.currency, initial=initial)

    def settings(self) -> list[forms.BoundField]:
        """The fields that are not columns."""
        return [self[name] for name in self.fields if not name.startswith("column_")]

    def clean_rates(self) -> dict[str, str]:
        pairs = [part.partition("=") for part in self.cleaned_data["rates"].split(",")]
        return {name.strip().upper(): rate.strip() for name, _sign, rate in pairs if name.strip()}

    def clean(self) -> dict[str, Any]:
        chosen = [meaning for at in range(len(self.columns))
                  if (meaning := self.cleaned_data.get(f"column_{at}"))]  # fmt: skip
        for meaning in set(chosen) - {KEEP}:
            if chosen.count(meaning) > 1:
                title = dict(self.meanings)[meaning]
                raise forms.ValidationError(
                    _("Two columns are called “%(title)s”; choose one."), params={"title": title}
                )
        return self.cleaned_data

    def mapping(self) -> dict[str, str]:
        return {
            self.cleaned_data[f"column_{at}"]: name
            for at, name in enumerate(self.columns)
            if self.cleaned_data.get(f"column_{at}") not in (None, LEAVE_OUT, KEEP)
        }

    def options(self) -> dict[str, Any]:
        names = ("date_order", "decimal", "identity", "source", "rates", "usual_kind")
        said = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        keep = [
            name for at, name in enumerate(self.columns)
            if self.cleaned_data.get(f"column_{at}") == KEEP
        ]  # fmt: skip
        return said | {"keep": keep}

    def first_error(self) -> str:
        name, errors = next(iter(self.errors.items()))
        label = self.fields[name].label if name in self.fields else ""
        return f"{label}: {errors[0]}" if label else str(errors[0])


class DialectForm(forms.Form):
    """How the text of the file is written, when we recognised it wrongly."""

    kind = forms.ChoiceField(label=_("The file holds"), required=False, choices=Import.Kind.choices)
    delimiter = forms.ChoiceField(
        label=_("Columns are parted by"),
        choices=[
            (",", _("comma")), (";", _("semicolon")), ("\t", _("tab")), ("|", _("vertical bar")),
        ],
    )  # fmt: skip
    encoding = forms.ChoiceField(
        label=_("Letters are encoded as"),
        choices=[
            ("utf-8", "UTF-8"), ("cp1252", _("Windows (cp1252)")), ("latin-1", "Latin 1"),
            ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16 LE"), ("utf-16-be", "UTF-16 BE"),
        ],
    )  # fmt: skip
