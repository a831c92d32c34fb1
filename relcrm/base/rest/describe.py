"""Describing operations for the OpenAPI document: words, example, and every error they can give."""

from collections.abc import Callable, Iterable
from typing import Any

from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_serializer,
)
from rest_framework import serializers

from relcrm.base.rest.queries import Single
from relcrm.lib.problems import CONTENT_TYPE, TITLES
from relcrm.lib.rest.fields import Body, Query, Unasked


class FieldError(serializers.Serializer):
    field = serializers.CharField(help_text="Where: names and positions with dots between.")
    message = serializers.CharField(help_text="What is wrong there, and what would be right.")


class Problem(serializers.Serializer):
    """An error as RFC 9457 has it."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = FieldError(many=True, required=False)
    customer = serializers.IntegerField(
        required=False, help_text="The customer who stands in the way, with some 409."
    )
    merged_into = serializers.IntegerField(
        required=False, help_text="The customer in whom the one asked for was merged, with 404."
    )


IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": r"^[\x21-\x7e]{1,255}$"},
    OpenApiParameter.HEADER,
    description=(
        "Any new text of your own, such as a UUID. A repeat within 24 hours gets the first answer "
        "(marked `Idempotency-Replayed: true`) and does nothing; with another body it gets 422."
    ),
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag you read. If somebody changed it since, you get 412 and nothing is lost.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag you have. If it is still the version, you get 304 without a body.",
)
DONE = {200: "As asked.", 201: "It is there now.", 202: "It is in line.", 204: "It is gone."}
EXAMPLES = {
    400: "limit: Ensure this value is less than or equal to 200.",
    401: "This API key is unknown, revoked or expired.",
    403: "This needs the scope customers:read, or a role that includes it.",
    404: "Not found.",
    406: "Could not satisfy the request Accept header.",
    409: "This complaint was already resolved on 2 March 2026.",
    411: "Send the body with a Content-Length, not in chunks (Transfer-Encoding).",
    412: "This was changed after you read it. Read it again, apply your change, send the new ETag.",
    413: "The body is larger than 16 MB; send it in several parts.",
    415: 'Unsupported media type "text/plain" in request.',
    422: "This Idempotency-Key came with another request before. Use a new key for a new request.",
    429: "Request was throttled. Expected available in 12 seconds.",
}


def operation(
    summary: str,
    *,
    gives: Any,
    takes: type[serializers.Serializer] | None = None,
    query: type[Query] | None = None,
    status: int = 200,
    one: bool = False,
    edits: bool = False,
    also: Iterable[int] = (),
    more: dict[int, Any] | None = None,
    description: str = "",
    tag: str = "",
    media: str = "",
) -> Callable[[Any], Any]:
    """One operation of the document. `one`: it names a row in its path; `edits`: it changes it;
    `media`: it answers a file of this type, whatever the caller accepts, and `gives` its type.

    One thing that is read takes `fields` when no other query is said. What may be asked and what
    is shown is left on the handler: by it the resource refuses what is not known, and thins out.

    The description is the handler's docstring when none is given; examples are the
    `example` of the serializers.
    """

    def describe(handler: Any) -> Any:
        unsafe = getattr(handler, "answers_once", False)
        versioned = one and not unsafe and status == 200 and not media
        handler.query = query or (Single if versioned else Unasked)
        handler.asks = frozenset(handler.query().get_fields())
        handler.shows = () if gives is None or media else shown_names(gives)
        parameters: list[Any] = [handler.query] if handler.asks else []
        parameters += [_fields(handler.shows)] if "fields" in handler.asks else []
        parameters += [IDEMPOTENCY] if unsafe else []
        parameters += [IF_MATCH] if edits else []
        parameters += [IF_NONE_MATCH] if versioned else []
        codes = _codes(unsafe, takes=bool(takes), one=one, edits=edits, media=media) | {*also}
        good = OpenApiResponse(gives, description=DONE[status])
        answers: dict[Any, Any] = {(status, media or "application/json"): good, **(more or {})}
        if versioned:
            answers[304] = OpenApiResponse(description="You have this version already.")
        answers |= {(code, CONTENT_TYPE): _problem(code) for code in sorted(codes)}
        return extend_schema(
            summary=summary,
            description=description or handler.__doc__,
            parameters=parameters,
            request=takes,
            responses=answers,
            examples=[
                *_examples(takes, None if media else gives, status),
                *_problem_examples(codes),
            ],
            tags=[tag] if tag else None,
        )(handler)

    return describe


def _codes(unsafe: bool, *, takes: bool, one: bool, edits: bool, media: str) -> set[int]:
    """Every error the operation can give."""
    codes = {400, 401, 403, 429} | (set() if media else {406})
    codes |= {411} if takes else set()
    codes |= {404} if one else set()
    codes |= {409, 413, 415, 422} if unsafe else set()
    return codes | ({412} if edits else set())


def shown_names(gives: Any) -> tuple[str, ...]:
    """The fields of a thing, or of each on a page; the first is the one that always comes."""
    return tuple(getattr(gives, "item", gives)().get_fields())


def _fields(shown: Iterable[str]) -> OpenApiParameter:
    """Which names `?fields=` takes here."""
    names = "|".join(shown)
    return OpenApiParameter(
        "fields",
        {"type": "string", "pattern": f"^(({names})(,({names}))*)?$"},
        description="Names of fields, with commas between; the first one always comes along.",
    )


def _problem(code: int) -> OpenApiResponse:
    return OpenApiResponse(Problem, description=TITLES[code])


def _problem_examples(codes: Iterable[int]) -> list[OpenApiExample]:
    return [
        OpenApiExample(
            TITLES[code],
            value={
                "type": "about:blank", "title": TITLES[code], "status": code,
                "detail": EXAMPLES[code],
            },
            response_only=True,
            status_codes=[str(code)],
            media_type=CONTENT_TYPE,
        )
        for code in sorted(codes)
    ]  # fmt: skip


def _examples(takes: Any, gives: Any, status: int) -> list[OpenApiExample]:
    found = []
    if takes is not None:
        found.append(OpenApiExample("Request", value=takes.example, request_only=True))
    if gives is not None:
        found.append(
            OpenApiExample(
                "Answer", value=gives.example, response_only=True, status_codes=[str(status)]
            )
        )
    return found


def one_of(*names: str) -> Callable[[Any], Any]:
    """For a body that names exactly one of these."""
    return extend_schema_serializer(extensions={"x-one-of": names})


def page_of(item: type[serializers.Serializer]) -> type[serializers.Serializer]:
    """The serializer of one page of such items."""
    name = item.__name__.removesuffix("Out")
    made = type(
        f"{name}Page",
        (serializers.Serializer,),
        {
            "__doc__": "One page; more behind `next_cursor` unless it is null.",
            "item": item,
            "results": item(many=True),
            "next_cursor": serializers.CharField(allow_null=True),
            "example": {"results": [item.example], "next_cursor": None},
        },
    )
    return extend_schema_serializer(many=False)(made)


class Nothing(Body):
    """An empty body."""

    example: dict[str, Any] = {}
