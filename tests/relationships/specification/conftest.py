"""A company that adapts the specification: a bolder draft, tried, made live."""

import copy
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from relationships.actions import scoring, specifying
from relationships.engine.typology import shipped_document
from relcrm.base.tasks import work_due_jobs
from tests.conftest import NOW, TODAY


def silent(done, *, total=None, position=None):
    """Progress that nobody watches."""


def bolder() -> dict:
    """A company that calls people something sooner, and an acquaintance a neighbour."""
    document = copy.deepcopy(shipped_document())
    document |= {"shown_probability": 0.5, "shown_confidence": 0.0}
    document["types"]["D4"]["name"] = "Old neighbour"
    return document


def sent(document, note="Ours") -> dict:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return {"file": SimpleUploadedFile("ours.json", raw), "note": note}


@pytest.fixture
def scored(company, ada, bo, cyd):
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)


@pytest.fixture
def draft(scored, root):
    return specifying.bring_edition(bolder(), note="Bolder", by=root, now=NOW)


@pytest.fixture
def tried(draft, root):
    specifying.ask_for_trial(draft, by=root, as_of=TODAY)
    work_due_jobs()
    draft.refresh_from_db()
    return draft


@pytest.fixture
def lived(tried, root):
    specifying.make_live(tried, by=root, as_of=TODAY, now=NOW)
    work_due_jobs()
    return tried
