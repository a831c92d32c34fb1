"""The REST door to how long what is kept: the rules, and what would go today."""

from typing import Any, ClassVar

from django.utils.timezone import now as clock
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.actions.retention import dry_run
from customers.models import RetentionRule
from customers.retention import shelves
from relcrm.base.rest import Resource, Single, operation


class ShelfOut(serializers.Serializer):
    """One kind of data: how long it is kept, and how much of it is older than that."""

    what = serializers.CharField()
    title = serializers.CharField()
    months = serializers.IntegerField(allow_null=True, help_text="Null keeps it for good.")
    would_go = serializers.IntegerField(help_text="Rows, if the sweep ran now.")


class RetentionOut(serializers.Serializer):
    shelves = ShelfOut(many=True)
    would_go = serializers.IntegerField()

    example: dict[str, Any] = {
        "shelves": [{"what": "visit", "title": "Visits", "months": 24, "would_go": 1204}],
        "would_go": 1204,
    }  # fmt: skip


class Retention(Resource):
    queryset = RetentionRule.objects.none()
    scopes: ClassVar = {"GET": "privacy:read"}
    serializer_class = RetentionOut

    @operation("How long what is kept", gives=RetentionOut, query=Single, tag="privacy")
    def retrieve(self, request: Request) -> Response:
        """Each kind of data with its months, and how many rows the sweep would remove now. Nothing
        is removed by asking."""
        months = dict(RetentionRule.objects.values_list("what", "months"))
        going = dry_run(clock())
        found = [
            {
                "what": key, "title": str(shelf.title), "months": months.get(key),
                "would_go": going.get(key, 0),
            }
            for key, shelf in shelves().items()
        ]  # fmt: skip
        return self.answer_one({"shelves": found, "would_go": sum(going.values())})
