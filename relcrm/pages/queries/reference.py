"""The OpenAPI document as a page reads it: operation by operation, with examples as text."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rest_framework.utils.encoders import JSONEncoder

from relcrm.base.rest.schema import document


@dataclass(frozen=True, slots=True)
class Operation:
    anchor: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[dict[str, Any]]
    sends: str
    gets: str
    errors: list[tuple[str, str]]


def reference() -> dict[str, list[Operation]]:
    """Tag → its operations, in the order of the addresses."""
    found: dict[str, list[Operation]] = {}
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            found.setdefault(operation["tags"][0], []).append(_read(path, method, operation))
    return found


def _read(path: str, method: str, operation: dict[str, Any]) -> Operation:
    answers = operation["responses"]
    good = next(answer for code, answer in answers.items() if code.startswith("2"))
    return Operation(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation["description"],
        parameters=[*_parameters(operation.get("parameters", []))],
        sends=_example(operation.get("requestBody", {})),
        gets=_example(good),
        errors=[(code, answer["description"]) for code, answer in answers.items() if code > "300"],
    )


def _parameters(given: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in given:
        schema = one["schema"]
        choices = schema.get("enum", [])
        words = one.get("description") or schema.get("description", "")
        kind = schema.get("format") or schema.get("type", "text")
        yield {
            "name": one["name"], "where": one["in"], "kind": kind, "words": words,
            "choices": choices if len(choices) < 30 else [], "usual": schema.get("default", ""),
        }  # fmt: skip


def _example(part: dict[str, Any]) -> str:
    examples = part.get("content", {}).get("application/json", {}).get("examples", {})
    for example in examples.values():
        return json.dumps(example["value"], indent=2, ensure_ascii=False, cls=JSONEncoder)
    return ""
