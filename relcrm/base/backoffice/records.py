"""How every table is shown in the back office: quickly, on record, and changed by actions only."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.admin import ShowFacets
from django.db.models import BinaryField, Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from relcrm.base import audit, readings
from relcrm.base.backoffice.paging import ShallowPaginator
from relcrm.base.models import User
from relcrm.lib.written import whole

FOUND = 200  # rows of one lookup


class Rows(ChangeList):
    """One page of a list; "10,000 results" above it would be where we stopped counting."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.full_result_count = self.result_count


class Records(ModelAdmin):
    """Read-only unless a list names `editable` fields and writes them with an action of ours.

    Nothing is ever deleted here: what may be forgotten has an action that says so.
    """

    room = ""  # a key of backoffice.site.ROOMS
    place = 50  # in its room
    icon = "table_rows"
    is_personal = False  # then each look goes into the audit trail
    editable: ClassVar[tuple[str, ...]] = ()
    hidden: ClassVar[tuple[str, ...]] = ()
    # Lookups over indexed columns; each is asked by itself, so that each can use its index.
    found_by: ClassVar[tuple[str, ...]] = ("pk",)

    search_fields = ("pk",)  # so that there is a box; `found` does the searching

    paginator = ShallowPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER  # facets count
    list_per_page = 50
    list_max_show_all = 0
    ordering = ("-pk",)
    sortable_by = ()
    list_select_related = False
    actions = None
    search_help_text = "Number"

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(self.editable) and self.admin_site.has_permission(request)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Rows

    def get_list_select_related(self, request: HttpRequest) -> Any:
        return self.list_select_related

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Every column but bytes and what is hidden, then what the list adds itself."""
        own = [
            field.name
            for field in self.opts.concrete_fields
            if field.name not in self.hidden and not isinstance(field, BinaryField)
        ]
        return [*own, *(name for name in self.readonly_fields if name not in own)]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [name for name in self.get_fields(request, obj) if name not in self.editable]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Rows that any of the lookups finds; never a look at every row."""
        term = search_term.strip().replace("\x00", "")
        if not term:
            return queryset, False
        return queryset.filter(pk__in=self.found(request, term)), False

    def found(self, request: HttpRequest, term: str) -> set[Any]:
        ids: set[Any] = set()
        rows = self.model._base_manager.order_by()
        for lookup in self.found_by:
            if (value := self._meant(lookup, term)) is not None:
                ids |= set(rows.filter(**{lookup: value}).values_list("pk", flat=True)[:FOUND])
        return ids

    def _meant(self, lookup: str, term: str) -> str | int | None:
        """Numbers are looked up by digits only."""
        if lookup != "pk" and not lookup.endswith("_id"):
            return term
        return whole(term.removeprefix("#"))

    # On record ------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if self.is_personal:
            page, searched = request.GET.get("p", "1")[:9], bool(request.GET.get("q"))
            self._record("listed", None, request.user, page=page, searched=searched)
        answer = super().changelist_view(request, extra_context)
        if self.is_personal and (found := (getattr(answer, "context_data", None) or {}).get("cl")):
            self._note(request.user, found.result_list)
        return answer

    def _note(self, by: User, rows: Any) -> None:
        """Whose rows were on the page, for the breach desk."""
        own = self.opts.label_lower == "customers.customer"
        about = {row.pk if own else getattr(row, "customer_id", None) for row in rows} - {None}
        readings.note(by, "office", self.opts.label_lower, map(str, self.list_display), about)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        if self.is_personal and object_id and (row := self.get_object(request, object_id)):
            self._record("viewed", row, request.user)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _record(self, deed: str, row: Model | None, by: User, **detail: Any) -> None:
        audit.record(f"{self.opts.model_name}.{deed}", row, by=by, door="back office", **detail)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """What was done to a row is in the audit trail, not in a log of the admin's own."""
        trail = reverse("admin:base_auditline_changelist")
        subject = f"subject_kind={self.opts.label_lower}&subject_id={object_id}"
        return redirect(f"{trail}?{subject}")

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """The action wrote its audit line."""

    log_change = log_addition

    # Writing --------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm, change: bool) -> None:
        """Through the action, on the row as it is, not as the form has already changed it."""
        row = self.model._base_manager.get(pk=obj.pk)
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        if changes:
            self.change(row, changes, by=request.user, now=timezone.now())

    def change(self, row: Any, changes: dict[str, Any], *, by: User, now: datetime) -> None:
        raise NotImplementedError(f"{type(self).__name__} has editable fields and no action")
