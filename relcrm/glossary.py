"""What each field of the API means, its unit included, for those that do not say it themselves."""

import json
from functools import cache
from pathlib import Path
from typing import Any

WORDS = Path(__file__).with_name("glossary.json")


@cache
def glossary() -> dict[str, str]:
    """By name; a `Schema.name` goes before what the name means everywhere else."""
    found: dict[str, str] = json.loads(WORDS.read_text(encoding="utf-8"))
    return found


def explained(result: dict[str, Any], **rest: Any) -> dict[str, Any]:
    """Every field with a sentence (a postprocessing hook). A serializer's own word holds."""
    for schema, name, field in fields(result):
        words = glossary().get(f"{schema}.{name}") or glossary().get(name)
        if words and "description" not in field:
            if "$ref" in field:
                field["allOf"] = [{"$ref": field.pop("$ref")}]
            field["description"] = words
    return result


def fields(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """(schema, name, field) for all of them."""
    return [
        (schema, name, field)
        for schema, body in document["components"]["schemas"].items()
        for name, field in body.get("properties", {}).items()
    ]
