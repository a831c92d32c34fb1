"""A resource: who asks, which rows are theirs, how a row looks, page by page or one by one."""

import re
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.cache import patch_vary_headers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet

from relcrm.base import readings
from relcrm.base.authentication import may
from relcrm.base.models import ApiKey, User
from relcrm.base.rest.queries import Listing
from relcrm.base.rest.throttle import CallerThrottle
from relcrm.lib.rest import keyset, versions
from relcrm.lib.rest.errors import TooLarge, Unmeasured
from relcrm.lib.rest.fields import Query, is_beyond
from relcrm.lib.rest.keyset import Order

Row = dict[str, Any]
NUMBERS = re.compile(r"\d+")


class Resource(GenericViewSet):
    """Rows are read as tuples and shown as dictionaries: serializers describe and validate.

    A subclass says `rows` (those this caller may see), `orders` and, where the columns of
    the database are not what is shown, `columns` and `present`.
    """

    throttle_classes: ClassVar = [CallerThrottle]
    metadata_class = None  # OPTIONS is not offered: the OpenAPI document says it better
    scopes: ClassVar[dict[str, str]]
    orders: ClassVar[dict[str, Order]] = {"id": Order((("id", keyset.whole),))}
    query: ClassVar[type[Listing]] = Listing
    columns: ClassVar[tuple[str, ...]] = ()

    # Who asks

    @property
    def by(self) -> Any:
        """The acting key or person, as actions and the audit trail want it."""
        return self.request.auth if isinstance(self.request.auth, ApiKey) else self.request.user

    def sees(self, scope: str) -> bool:
        return may(self.request, scope)

    @property
    def answering(self) -> Any:
        """The method that answers this call, with what `describe.operation` left on it."""
        return getattr(self, self.action or "", None)

    def asked(self, query: type[Query]) -> Row:
        """The checked query of the address."""
        found = query(data=self.request.query_params)
        found.is_valid(raise_exception=True)
        return found.validated_data

    def told(self, body: type[Serializer], **more: Any) -> Any:
        """The checked body of the request."""
        found = body(data=self.request.data, **more)
        found.is_valid(raise_exception=True)
        return found.validated_data

    def get_queryset(self) -> QuerySet[Any]:
        """For the OpenAPI generator, which asks every view for its model; rows() is the truth."""
        return User.objects.none() if self.queryset is None else self.queryset

    # Which rows, and how they look

    def rows(self) -> QuerySet[Any]:
        raise NotImplementedError

    def narrow(self, rows: QuerySet[Any], asked: Row) -> QuerySet[Any]:
        return rows

    def order(self, asked: Row) -> Order:
        return self.orders[asked["order"]] if "order" in asked else next(iter(self.orders.values()))

    def enrich(self, rows: list[Row]) -> list[Row]:
        """What other tables add to these rows, in a query or two for all of them."""
        return rows

    def present(self, row: Row) -> Row:
        return row

    @classmethod
    def read(cls) -> tuple[str, ...]:
        """The columns to read, in the order in which they are shown."""
        return cls.columns or tuple(
            field.source or name for name, field in cls.serializer_class._declared_fields.items()
        )

    # Reading

    def page(self, rows: QuerySet[Any], asked: Row, order: Order) -> Response:
        shown = self.shown_fields(asked)
        columns = self.read()
        found, following = keyset.page(
            rows, order, cursor=asked.get("cursor", ""), limit=asked["limit"], columns=columns
        )
        results = self.enrich([dict(zip(columns, row, strict=True)) for row in found])
        results = [self.present(row) for row in results]
        self.note(results, shown)
        return self.answer_page(pick(results, shown), following)

    def answer_page(self, results: list[Any], following: str | None) -> Response:
        response = Response({"results": results, "next_cursor": following})
        if following:
            query = self.request.query_params.copy()
            query["cursor"] = following
            address = self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")
            response["Link"] = f'<{address}>; rel="next"'
        return response

    def one(self, rows: QuerySet[Any], **where: Any) -> Row:
        """The one row as shown in full; what is not the caller's is not there."""
        if any(is_beyond(value) for value in where.values()):
            raise Http404
        columns = self.read()
        found = rows.filter(**where).values_list(*columns).first()
        if found is None:
            raise Http404
        return self.present(self.enrich([dict(zip(columns, found, strict=True))])[0])

    def answer_one(self, row: Row, **more: Any) -> Response:
        tag, shown = versions.etag(row), self.thinned()
        self.note([row], shown)
        if self.request.method == "GET" and versions.is_known(self.request, tag):
            return Response(status=304, headers={"ETag": tag})
        return Response(pick([row], shown)[0], headers={"ETag": tag}, **more)

    def note(self, rows: Sequence[Row], shown: set[str] | None = None) -> None:
        """Whose data left by this answer, and which fields had a value, for the breach desk."""
        about = {number for row in rows for number in self.customers_of(row) if number}
        if about:
            fields = {
                name
                for row in rows
                for name, value in row.items()
                if value not in (None, "", [], {}) and (shown is None or name in shown)
            }
            below = self.request.path.removeprefix("/api/v1/")
            readings.note(self.by, "api", NUMBERS.sub("…", below)[:60], fields, about)

    def customers_of(self, row: Row) -> Iterable[int | None]:
        """Everybody a row is about; of most resources one."""
        return (self.customer_of(row),)

    def customer_of(self, row: Row) -> int | None:
        """The customer a row is about; of resources below /customers/{id} that one."""
        below = self.request.path.startswith("/api/v1/customers/")
        return row.get("customer") or (self.kwargs.get("pk") if below else None)

    def thinned(self) -> set[str] | None:
        """The fields of one thing that this call asks for; None means all."""
        if "fields" not in self.request.query_params:
            return None
        return self.shown_fields(self.asked(self.answering.query))

    def shown_fields(self, asked: Row) -> set[str] | None:
        """The fields asked for with `?fields=`; None means all."""
        wanted = {name.strip() for name in asked["fields"].split(",") if name.strip()}
        known = self.answering.shows
        if strange := sorted(wanted - set(known)):
            remedy = f"There is no {strange[0][:60]}. Known here: {', '.join(known)}."
            raise ValidationError({"fields": [remedy]})
        return wanted | {next(iter(known))} if wanted else None

    @contextmanager
    def changing(self, rows: QuerySet[Any], **where: Any) -> Any:
        """The row to change, locked, in the version that the caller means (If-Match)."""
        with transaction.atomic():
            subject = rows.filter(**where).select_for_update(of=("self",)).first()
            if subject is None:
                raise Http404
            versions.hold(self.request, versions.etag(self.one(rows, pk=subject.pk)))
            yield subject

    # Around every call

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_unknown(request, self.answering)
        refuse_unmeasured(request)
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kw: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kw)
        # Answers depend on who asks and hold personal data: no shared cache may keep them.
        response.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return response


def refuse_unknown(request: Request, answering: Any) -> None:
    """A parameter that the address does not know, by name: a typing error is not lost."""
    known = getattr(answering, "asks", None)
    if known is not None and not request.query_params.keys() <= known:
        raise ValidationError(answering.query().at_first_sight(request.query_params))


def refuse_unmeasured(request: Request) -> None:
    """What comes in chunks would be read as nothing, and an empty body may be a valid one."""
    if request.META.get("HTTP_TRANSFER_ENCODING") and not request.META.get("CONTENT_LENGTH"):
        raise Unmeasured


class Readable:
    """`GET /things` and `GET /things/{id}`."""

    def list(self: Any, request: Request) -> Response:
        asked = self.asked(self.query)
        return self.page(self.narrow(self.rows(), asked), asked, self.order(asked))

    def retrieve(self: Any, request: Request, pk: int) -> Response:
        return self.answer_one(self.one(self.rows(), pk=pk))


def pick(rows: Iterable[Row], shown: set[str] | None) -> "list[Row]":
    if shown is None:
        return [*rows]
    return [{name: row[name] for name in row if name in shown} for row in rows]
