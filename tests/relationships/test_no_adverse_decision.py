"""No type refuses anybody anything: rights, refunds, help and orders are the same for all 29."""

import pytest

from customers.actions.requests import open_request
from customers.models import Kind, SubjectRequest
from feedback.actions import file_complaint
from relationships.engine.typology import typology
from relationships.models import Profile
from tests.conftest import NOW, TODAY, happened


@pytest.mark.parametrize("kind", typology().types, ids=lambda kind: kind.key)
def test_whoever_they_are_they_buy_return_complain_and_have_their_rights(company, ada, sam, kind):
    Profile.objects.create(
        customer=ada, as_of=TODAY, scored_at=NOW, family=kind.family, type=kind.key,
        next_step=kind.group,
    )  # fmt: skip
    before = ada.interactions.count()
    happened(ada, "purchase", TODAY, 40)
    happened(ada, "return", TODAY, 40)
    complaint = file_complaint(ada, subject="Soles", text="Off", severity=2, by=sam, now=NOW)
    request = open_request(SubjectRequest.Kind.ACCESS, customer=ada, by=None, now=NOW)
    assert ada.interactions.count() == before + 3  # the complaint tells itself as one
    assert complaint.pk
    assert request.pk
    assert ada.interactions.filter(kind=Kind.RETURN).exists()
