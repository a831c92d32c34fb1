"""The OpenAPI document, made once per process, and the answer to addresses that do not exist."""

from functools import cache
from typing import Any, ClassVar

from django.http import Http404
from django.urls import reverse
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from relcrm.base.rest.throttle import CallerThrottle
from relcrm.lib.rest import versions


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = "relcrm.base.authentication.ApiKeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "`Authorization: Bearer relcrm_…`, a key with the scopes it needs; "
            "made under Settings, API keys.",
        }


@cache
def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document of everything under /api/v1."""
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


@cache
def version() -> str:
    return versions.etag(document())


def sparse_answers(result: dict[str, Any], **rest: Any) -> dict[str, Any]:
    """Only the id is always there in what `?fields=` can thin out (a postprocessing hook)."""
    for path in result["paths"].values():
        for operation in path.values():
            names = [each["name"] for each in operation.get("parameters", [])]
            if "fields" in names:
                _thin(result, operation["responses"]["200"])
    return result


def strict_bodies(result: dict[str, Any], **rest: Any) -> dict[str, Any]:
    """Bodies know their fields and refuse others; `describe.one_of` as JSON Schema has it
    (a postprocessing hook)."""
    for name, schema in result["components"]["schemas"].items():
        if name.endswith("Request") and schema["type"] == "object":
            schema["additionalProperties"] = False
        if names := schema.pop("x-one-of", None):
            schema["oneOf"] = [{"required": [name]} for name in names]
    return result


def _thin(result: dict[str, Any], answer: dict[str, Any]) -> None:
    schemas = result["components"]["schemas"]
    schema = _named(schemas, answer["content"]["application/json"]["schema"])
    if "results" in schema["properties"]:
        schema = _named(schemas, schema["properties"]["results"]["items"])
    schema["required"] = [next(iter(schema["properties"]))]


def _named(schemas: dict[str, Any], reference: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = schemas[reference["$ref"].rpartition("/")[2]]
    return found


class Document(APIView):
    """For anyone who may sign in or has a key, whatever its scopes."""

    permission_classes: ClassVar = [IsAuthenticated]
    throttle_classes: ClassVar = [CallerThrottle]
    schema = None

    def get(self, request: Request) -> Response:
        if versions.is_known(request, version()):
            return Response(status=304, headers={"ETag": version()})
        return Response(document(), headers={"ETag": version(), "Cache-Control": "private"})


class Index(APIView):
    """The address that everything begins with: where to read on."""

    permission_classes: ClassVar = [IsAuthenticated]
    throttle_classes: ClassVar = [CallerThrottle]
    schema = None

    def get(self, request: Request) -> Response:
        here = request.build_absolute_uri
        return Response({
            "name": "relcrm", "version": "1",
            "document": here(reverse("api:document")), "docs": here(reverse("api:docs")),
        })  # fmt: skip


class NoSuchAddress(APIView):
    """Whatever else is asked for under /api: not found, in the form of every other error."""

    permission_classes: ClassVar = [IsAuthenticated]
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404
