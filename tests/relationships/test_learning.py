"""Learning from labels in a company: whose words count, when, and that it may be switched off."""

import copy
from datetime import timedelta

import numpy as np
import pytest

from customers.models import Customer, Interaction, Kind
from relationships import live
from relationships.actions import scoring, specifying, trying
from relationships.actions.learning import learn_when_due
from relationships.actions.overriding import set_label
from relationships.engine.typology import shipped_document, typology
from relationships.models import Edition, FittedModel, Profile
from relationships.queries.editions import trial
from relationships.queries.judging import standard
from relationships.queries.said import said
from relcrm.base import company as companies
from relcrm.base.models import AuditLine
from tests.conftest import NOW, TODAY

KEYS = typology().keys


def silent(done, *, total=None, position=None):
    """Progress that nobody watches."""


def answer(customer, today, feeling=None, days=10, number=1):
    told = {"q2": today} | ({} if feeling is None else {"q11": feeling})
    on = TODAY - timedelta(days=days)
    return Interaction(
        customer=customer, kind=Kind.SURVEY_ANSWER, category="wish", occurred_on=on,
        occurred_at=NOW - timedelta(days=days), source="survey",
        source_id=f"{customer.pk}-{number}", properties=told,
    )  # fmt: skip


def meant(found, customer) -> tuple[set[str], float]:
    at = found.customers.tolist().index(customer.pk)
    kinds = {key for key, is_one in zip(KEYS, found.types[at], strict=True) if is_one}
    return kinds, float(found.weights[at])


def test_an_answer_counts_whole_and_a_colleagues_word_half(company, ada, bo, cyd, mara):
    answer(ada, "a friend who knows my taste").save()
    for who, family, key in ((bo, "fling", "F2"), (cyd, "distant", "")):
        set_label(who, family=family, key=key, reason="Met", until=NOW.date(), by=mara,
                  frank=False, as_of=TODAY, now=NOW)  # fmt: skip
    found = said(TODAY)
    assert meant(found, ada) == ({"R3", "R4"}, 1.0)
    assert meant(found, bo) == ({"F2"}, 0.5)
    assert meant(found, cyd) == ({"D1", "D2", "D3", "D4"}, 0.5)


@pytest.mark.parametrize(
    ("today", "feeling", "weight"),
    [("an opponent", -3, 1.0), ("an opponent", 3, 0.5), ("a steady partner for years", -3, 0.5),
     ("a steady partner for years", 2, 1.0)],
)  # fmt: skip
def test_an_answer_at_odds_with_its_mood_counts_half(company, ada, today, feeling, weight):
    answer(ada, today, feeling).save()
    assert meant(said(TODAY), ada)[1] == weight


@pytest.mark.parametrize(
    ("today", "near", "weight"),
    [("a steady partner for years", 1, 0.5), ("a steady partner for years", 3, 1.0),
     ("nobody, please keep your distance", 7, 0.5), ("an opponent", 2, 1.0)],
)  # fmt: skip
def test_an_answer_at_odds_with_how_close_we_are_counts_half(company, ada, today, near, weight):
    said_so = answer(ada, today)
    said_so.properties["q4"] = near
    said_so.save()
    assert meant(said(TODAY), ada)[1] == weight


def test_old_answers_and_those_of_who_object_do_not_count(company, ada, bo):
    answer(ada, "an opponent", days=400).save()
    answer(bo, "an opponent").save()
    Customer.objects.filter(pk=bo.pk).update(objects_to_profiling=True)
    assert not len(said(TODAY).customers)


@pytest.fixture
def many(company, ada, bo, cyd):
    """120 customers like Ada, all of whom call us a steady partner."""
    days = [TODAY - timedelta(days=10 + 30 * back) for back in range(6)]
    people = Customer.objects.bulk_create(Customer(name=f"Like Ada {n}") for n in range(120))
    Interaction.objects.bulk_create(
        Interaction(customer=one, kind=Kind.PURCHASE, occurred_on=day, amount=40,
                    occurred_at=NOW - (TODAY - day), source="shop", source_id=f"{one.pk}-{day}")
        for one in people for day in days
    )  # fmt: skip
    Interaction.objects.bulk_create(answer(one, "a steady partner for years") for one in people)
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)
    return people


def learned(company, seed=1):
    return learn_when_due(company, as_of=TODAY, now=NOW, rng=np.random.default_rng(seed))


def test_what_people_say_moves_the_judgement_of_people_like_them(many, company, ada):
    before = Profile.objects.get(pk=ada.pk).p_marriage
    model = learned(company)
    assert (model.kind, model.is_current, model.customers) == ("learned", True, 120)
    assert model.report["gain"] > model.report["gain_se"]
    assert AuditLine.objects.filter(verb="types.learned").exists()
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)
    assert Profile.objects.get(pk=ada.pk).p_marriage > before + 0.1


def test_it_learns_again_only_at_a_quarter_more(many, company):
    assert learned(company)
    assert learned(company) is None
    more = Customer.objects.bulk_create(Customer(name=f"New {n}") for n in range(30))
    Interaction.objects.bulk_create(answer(one, "a steady partner for years") for one in more)
    again = learned(company)
    assert again.version == 2
    assert FittedModel.objects.filter(kind="learned", is_current=True).count() == 1


def test_it_can_be_switched_off(many, company, root):
    learned(company)
    assert standard(companies.current(), TODAY).learned is not None
    document = copy.deepcopy(shipped_document())
    document["calibration"]["learn_from_labels"] = False
    draft = specifying.bring_edition(document, note="Off", by=root, now=NOW)
    Edition.objects.filter(pk=draft.pk).update(state="past")
    specifying.make_live(draft, by=root, as_of=TODAY, now=NOW)
    now = companies.current()
    assert standard(now, TODAY).learned is None
    assert learned(now) is None


def test_what_labels_teach_is_tried_with_an_edition_and_goes_live_with_it(many, company, root):
    learned(company)
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)
    for learns in (True, False):
        document = copy.deepcopy(shipped_document())
        document["calibration"]["learn_from_labels"] = learns
        document["types"]["D4"]["name"] = f"Neighbour {learns}"
        draft = specifying.bring_edition(document, note="Ours", by=root, now=NOW)
        trying.try_edition(draft, companies.current(), as_of=TODAY, now=NOW,
                           rng=np.random.default_rng(2), progress=silent)  # fmt: skip
        before = labels()
        specifying.make_live(draft, by=root, as_of=TODAY, now=NOW)
        live.follow(companies.current())
        assert (standard(companies.current(), TODAY).learned is not None) == learns
        scoring.score_everyone(companies.current(), as_of=TODAY, now=NOW, progress=silent)
        changed = sum(label != before[pk] for pk, label in labels().items())
        assert trial(draft).in_all == changed
        assert bool(trial(draft).changed) != learns
    assert changed, "without labels some are called otherwise"


def test_what_labels_teach_meanwhile_is_not_laid_to_an_edition(many, company, root):
    document = copy.deepcopy(shipped_document())
    document["types"]["D4"]["name"] = "Neighbour"
    draft = specifying.bring_edition(document, note="Ours", by=root, now=NOW)
    trying.try_edition(draft, companies.current(), as_of=TODAY, now=NOW,
                       rng=np.random.default_rng(2), progress=silent)  # fmt: skip
    found = trial(draft)
    assert (found.changed, found.moves) == (0, [])
    assert found.by_labels > 0
    assert all(before == after for _name, before, after in [*found.mix, *found.steps])
    assert found.will_change == found.in_all > 0


def labels() -> dict[int, tuple[str, str]]:
    return {pk: (f, t) for pk, f, t in Profile.objects.values_list("pk", "family", "type")}


def test_below_a_hundred_labels_nothing_is_learned(company, ada):
    answer(ada, "an opponent").save()
    assert learned(company) is None
