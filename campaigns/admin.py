"""Audiences in the back office: rules, not people."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.actions import forget_audience
from campaigns.models import Audience
from relcrm.base.backoffice.records import Records


@admin.register(Audience)
class Audiences(Records):
    room, place, icon = "judgements", 60, "campaign"
    list_display = ("name", "created_by", "created_at")
    list_select_related = ("created_by",)
    actions = ("forget",)

    def view_on_site(self, obj: Audience) -> str:
        return f"{reverse('campaigns:targeting')}?{obj.query}"

    @admin.action(description=_("Forget"))
    def forget(self, request: HttpRequest, queryset: QuerySet[Audience]) -> None:
        for audience in queryset:
            forget_audience(audience, by=request.user, now=timezone.now())
        messages.success(request, _("Forgotten. Nobody in them is touched."))
