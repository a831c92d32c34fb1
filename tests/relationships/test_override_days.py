"""Until when a colleague's label may be said, and how the form says that it may not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.models import Customer
from relationships.actions import scoring
from relationships.models import Override
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY
from tests.relationships.test_overrides import own, say, scored, silent

__all__ = ["scored"]


def test_days_are_the_company_s_and_not_utc_s(scored, company, ada, mara):
    """Half past eleven in the evening of 2 March UTC is 3 March in Vienna."""
    late = NOW.replace(hour=23, minute=30)
    with pytest.raises(Refused, match="from today"):
        say(ada, mara, until=TODAY, now=late)
    say(ada, mara, until=TODAY)
    scoring.score_everyone(company, as_of=TODAY, now=late, progress=silent)
    assert own(ada) == ("", "")
    assert not Override.objects.filter(ended_at=None).exists()


def test_a_wrong_day_is_said_at_its_field(scored, as_, ada, sam):
    page, far = f"/relationships/of/{ada.pk}/", str(timezone.localdate() + timedelta(days=400))
    reply = as_(sam).post(page, {"what": "R5", "reason": "Met her", "until": far})
    assert reply.status_code == 422
    said = "Choose a day from today until a year from now."
    assert reply.context["form"].errors == {"until": [said]}
    early = str(timezone.localdate() + timedelta(days=365))
    say(ada, sam, family="negative", key="N4", frank=True)  # so that the name has begun
    reply = as_(sam).post(page, {"what": "N4", "reason": "Returns all", "until": early})
    assert reply.status_code == 422
    assert list(reply.context["form"].errors) == ["until"]
    assert not Override.objects.filter(reason="Returns all").exists()


def test_no_form_where_one_cannot_set_it(scored, as_, ada, bo, mara, sam):
    say(ada, sam, family="negative", key="N4", frank=True)
    Customer.objects.filter(pk=bo.pk).update(objects_to_profiling=True)
    for one, why in ((ada, "left to service"), (bo, "No judgement")):
        shown_page = as_(mara).get(f"/relationships/of/{one.pk}/").content.decode()
        assert why in shown_page
        assert 'name="until"' not in shown_page
    assert 'name="until"' in as_(sam).get(f"/relationships/of/{ada.pk}/").content.decode()
