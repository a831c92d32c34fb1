"""People whose relationship is judged and valued, beside the cast."""

from datetime import timedelta
from decimal import Decimal

import pytest

from customers.models import Kind
from tests.conftest import TODAY, happened
from tests.relationships.test_forecasts import score


@pytest.fixture
def costly(company, ada, bo, cyd):
    """Cyd sends nearly all back, and a return costs 30."""
    company.cost_per_return = Decimal(30)
    company.as_of = TODAY
    company.save()
    for week in range(20):
        happened(cyd, Kind.RETURN, TODAY - timedelta(weeks=59 + 3 * week), 60)
    score(company)
