"""Answers that a browser keeps as a file."""

import json
from typing import Any

from django.http import HttpResponse


def json_file(content: Any, name: str) -> HttpResponse:
    """To be read by people as well: a line for each field, letters as they are."""
    text = json.dumps(content, indent=1, ensure_ascii=False)
    answer = HttpResponse(text + "\n", content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
