"""Who people are is read where the company says so, of whom it may be, and when it would be."""

from datetime import timedelta

import numpy as np
import pytest

from relationships.queries.covariates import known_beside, traits
from relcrm.base.actions.company import update_company
from relcrm.base.models import Company, Job
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db


def test_turning_it_either_way_learns_anew_beside_a_fit_in_work(company, root):
    company.as_of = TODAY
    company.save()
    update_company(company, {"cost_per_contact": 4}, by=root, now=NOW)
    Job.objects.update(state=Job.State.RUNNING)
    for minutes, may in ((1, True), (2, False), (3, True)):
        now = NOW + timedelta(minutes=minutes)
        update_company(company, {"reads_demographics": may}, by=root, now=now)
    update_company(company, {"cost_per_contact": 5}, by=root, now=NOW)
    fits = Job.objects.filter(kind="fit")
    assert fits.filter(state=Job.State.RUNNING).count() == 1
    assert fits.filter(state=Job.State.WAITING).count() == 3


def test_what_the_setting_says_holds_when_they_would_be_read(company, ada):
    ada.birth_year = 1980
    ada.save()
    assert known_beside(TODAY).traits is None
    Company.objects.update(reads_demographics=True)
    assert known_beside(TODAY).traits.customer.tolist() == [ada.pk]
    Company.objects.update(reads_demographics=False)
    assert known_beside(TODAY).traits is None


def test_of_whom_nothing_is_told_and_who_objects_are_not_read(company, ada, bo, cyd, dan):
    for who, facts in ((ada, {"gender": "Female"}), (bo, {"household_size": 2}),
                       (dan, {"birth_year": 1970, "objects_to_profiling": True})):  # fmt: skip
        type(who).objects.filter(pk=who.pk).update(**facts)
    found = traits()
    assert found.customer.tolist() == [ada.pk, bo.pk]
    assert np.isnan(found.gender).all()  # hers alone: a model would remember it
    assert traits(np.array([ada.pk]), ("female",)).gender.tolist() == [0]
    assert found.household_size[1] == 2
