"""manage.py evaluate, as people and programs call it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("evaluate", *arguments, stdout=out)
    return out.getvalue()


SMALL = ("--customers", "200", "--shoppers", "30", "--strangers", "100")


def test_the_table_names_what_was_reached_and_what_was_not() -> None:
    lines = said("relationships", "--world", "s05", *SMALL).splitlines()
    assert lines[0].split() == ["check", "figure", "target"]
    assert any(line.endswith("not reached") for line in lines)
    assert any("strangers" in line and line.endswith("  reached") for line in lines)


def test_as_json_it_is_a_list_of_checks() -> None:
    found = json.loads(said("relationships", "--world", "exact", "--json", *SMALL))
    assert {frozenset(one) for one in found} == {
        frozenset({"check", "figure", "target", "reached"})
    }
    assert all((one["reached"] is None) == (one["target"] is None) for one in found)


def test_an_unknown_world_is_refused_by_name() -> None:
    with pytest.raises(CommandError, match="s99"):
        said("relationships", "--world", "s99")
