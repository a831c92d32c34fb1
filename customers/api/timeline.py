"""A customer's timeline over REST: everything that happened, newest first, from every source."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now as clock
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from customers.models import Customer
from customers.models.interaction import Channel
from customers.queries import modifiers
from customers.timeline import (
    GROUPS,
    Entry,
    Position,
    Slice,
    end_of,
    kinds,
    start_of,
    timeline,
)
from relcrm.base import company as companies
from relcrm.base.rest import Listing, Resource, operation, page_of
from relcrm.base.rest.resource import pick
from relcrm.lib.rest.fields import Choice, Text


class EntryOut(serializers.Serializer):
    """One line of the timeline, in words. Free text is left out for callers who may not see
    people."""

    id = serializers.CharField(help_text="The kind's source and the row's number there.")
    customer = serializers.IntegerField()
    kind = serializers.CharField()
    channel = serializers.CharField()
    at = serializers.DateTimeField()
    title = serializers.CharField()
    detail = serializers.CharField()
    figure = serializers.CharField(help_text="An amount with its currency, or a state.")

    example: dict[str, Any] = {
        "id": "purchase-90211", "customer": 17, "kind": "purchase", "channel": "web",
        "at": "2026-02-20T09:00:00Z", "title": "Bought in the web shop", "detail": "Ridge 3",
        "figure": "€39.90",
    }  # fmt: skip


class TimelineQuery(Listing):
    group = Choice([(key, key) for key in GROUPS], required=False)
    kind = Text(40, required=False, allow_blank=False, help_text="Such as purchase or turns.")
    channel = Choice(Channel, required=False)
    since = serializers.DateField(required=False, help_text="On this day or later.")
    until = serializers.DateField(required=False, help_text="On this day or earlier.")


class CustomerTimeline(Resource):
    queryset = Customer.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = {"GET": "interactions:read"}
    serializer_class = EntryOut

    @operation("A customer's timeline", gives=page_of(EntryOut), query=TimelineQuery, one=True)
    def list(self, request: Request, pk: int) -> Response:
        """Everything that happened, newest first: purchases, messages, complaints, turning points,
        notes, tasks, questions. A kind that nobody records answers nothing."""
        asked = self.asked(TimelineQuery)
        visible: QuerySet[Customer] = Customer.objects.visible_to(request.user)
        page = timeline(self._slice(get_object_or_404(visible, pk=pk), asked))
        rows = pick(map(_row, page.entries), self.shown_fields(asked))
        return self.answer_page(rows, str(page.older) if page.older else None)

    def _slice(self, customer: Customer, asked: dict[str, Any]) -> Slice:
        company = companies.current()
        zone, last = company.tzinfo, companies.viewpoint(company, clock()).as_of
        before = Position.read(asked["cursor"]) if asked.get("cursor") else None
        if asked.get("cursor") and before is None:
            raise ValidationError({"cursor": ["This is no cursor of a timeline; start without."]})
        since = asked.get("since")
        return Slice(
            customer=customer,
            until=end_of(min(last, asked.get("until") or last), zone),
            since=start_of(since, zone) if since else None,
            currency=company.currency,
            sees_people=self.sees("people:read"),
            sees_negative=self.sees("negative:read"),
            sees_complaints=self.sees("complaints:read"),
            sees_promises=self.sees("promises:read"),
            hides=modifiers.hidden(
                [customer.pk], self.request.user, sees_all=self.sees(modifiers.SCOPE)
            ),
            group=asked.get("group", ""),
            # What nobody records must not mean everything.
            kind=kind if (kind := asked.get("kind", "")) in kinds() else kind and "-",
            channel=asked.get("channel", ""),
            before=before,
            size=asked["limit"],
        )


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "id": f"{entry.kind}-{entry.pk}", "customer": entry.who, "kind": entry.kind,
        "channel": entry.channel, "at": entry.at, "title": str(entry.title),
        "detail": str(entry.why), "figure": str(entry.end),
    }  # fmt: skip
