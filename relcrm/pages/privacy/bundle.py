"""The package itself: JSON for machines, CSV for spreadsheets, one page for people, in a ZIP."""

import json
import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from customers.models import Customer, RetentionRule
from customers.retention import shelves
from relcrm.base.models import Company
from relcrm.lib import spreadsheets
from relcrm.pages.privacy.gather import Table, tables
from relcrm.pages.privacy.judgement import Judged, judged

SHOWN = 300  # rows of a table on the page; the files hold all of them
SHEET = Path(settings.ROOT) / "static" / "css" / "package.css"


def bundle(
    customer: Customer, company: Company, *, as_of: date, now: datetime, own_only: bool = False
) -> bytes:
    """The ZIP's bytes; `own_only` leaves out what we made of the facts (portability)."""
    found = tables(customer, own_only=own_only)
    judgement = None if own_only else judged(customer, company, as_of)
    holder = BytesIO()
    with zipfile.ZipFile(holder, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("data.json", _json(customer, company, now, found, judgement))
        file.writestr("read-me-first.html", _page(company, now, found, judgement))
        for table in found:
            lines = spreadsheets.lines(table.columns, (_cells(table, row) for row in table.rows))
            file.writestr(f"tables/{table.key}.csv", "".join(lines))
    return holder.getvalue()


def _json(
    customer: Customer, company: Company, now: datetime, found: list[Table], how: Judged | None
) -> str:
    told: dict[str, Any] = {
        "made_at": now.isoformat(),
        "by": company.name,
        "customer": customer.pk,
        "rights": [str(line) for line in rights()],
        "kept": [f"{what}: {how_long}" for what, how_long in kept()],
        "tables": {
            table.key: {"title": table.title, "purpose": table.purpose, "rows": table.rows}
            for table in found
        },
    }
    if how is not None:
        told["judgement"] = how.as_json()
    return json.dumps(told, ensure_ascii=False, indent=1)


def _page(company: Company, now: datetime, found: list[Table], how: Judged | None) -> str:
    sheet = mark_safe(SHEET.read_text())  # noqa: S308 (a file of ours; the page stands alone)
    words = {
        "company": company, "now": now, "how": how, "rights": rights(), "kept": kept(),
        "style": format_html("<style>{}</style>", sheet),
        "tables": [(table, [_cells(table, row) for row in table.rows[-SHOWN:]]) for table in found],
        "shown": SHOWN,
    }  # fmt: skip
    return render_to_string("privacy/package.html", words)


def _cells(table: Table, row: dict[str, Any]) -> list[Any]:
    values = (row.get(column) for column in table.columns)
    return [
        json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict)
        else "" if value is None else value
        for value in values
    ]  # fmt: skip


def kept() -> list[tuple[str, str]]:
    """How long what is kept, in words."""
    months = dict(RetentionRule.objects.values_list("what", "months"))
    return [
        (str(shelf.title), _("%d months") % months[key] if key in months else _("while needed"))
        for key, shelf in shelves().items()
    ]


def rights() -> list[str]:
    return [
        _("You may have anything that is wrong put right."),
        _("You may ask us to forget you."),
        _("You may object to marketing and to being judged by your data, at any time."),
        _("You may ask us to keep your data and not use it."),
        _("You may take your data elsewhere: data.json and the tables are made for that."),
        _("You may complain to a supervisory authority."),
    ]
