"""The OpenAPI document and its page say what everything is, and nothing twice."""

import re

import pytest

from relcrm.base.models import ApiKey
from relcrm.base.rest.schema import document
from relcrm.glossary import fields, glossary
from tests import guide

GUIDE = guide.GUIDE.read_text(encoding="utf-8")


def test_every_field_says_what_it_is():
    assert [f"{schema}.{name}" for schema, name, field in fields(document())
            if not field.get("description")] == []  # fmt: skip


def test_the_glossary_names_only_fields_that_there_are():
    known = {f"{schema}.{name}" for schema, name, _ in fields(document())}
    known |= {name for _, name, _ in fields(document())}
    assert set(glossary()) - known == set()


def test_amounts_and_ranges_say_their_unit():
    schemas = document()["components"]["schemas"]
    assert "currency" in schemas["Worth"]["properties"]["expected"]["description"]
    for of in ("PlacedOut", "Measure"):
        assert "−1 to 1" in schemas[of]["properties"]["value"]["description"]
    assert "52 weeks" in schemas["ProfileOut"]["properties"]["expected_orders"]["description"]


@pytest.mark.parametrize("scope", ApiKey.SCOPES)
def test_the_guide_explains_every_scope(scope):
    assert f"`{scope}`" in GUIDE


def test_the_guide_names_only_addresses_that_there_are():
    known = {re.sub(r"\{\w+\}", "{}", path) for path in document()["paths"]}
    known |= {"/api/v1/openapi.json", "/api/v1/docs/", "/api/v1/exports/{}/file",
              "/api/v1/customers/{}/card", "/api/v1"}  # fmt: skip
    asked = re.findall(r"(?:\$A|/api/v1)(/[a-z][\w/{}.-]*)", GUIDE)
    assert len(asked) > 10
    for path in asked:
        shape = re.sub(r"/(\d+|\{\w+\})(?=/|$)", "/{}", f"/api/v1{path}").rstrip("/.")
        assert shape in {each.rstrip("/") for each in known}, path


def test_the_guide_names_every_address_as_the_document_has_it():
    table = guide.table()
    assert all(f"| `{path.removeprefix('/api/v1')}` |" in table for path in document()["paths"])
    assert GUIDE.endswith(table), "make it anew with .ci/guide"
