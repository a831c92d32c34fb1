"""Judging relationships: everyone, those something happened to, and never out of the future."""

from datetime import timedelta

import numpy as np
import pytest
from django.core.management import call_command

from customers.models import Customer, Kind
from feedback.actions import file_complaint
from relationships import tasks
from relationships.actions import scoring
from relationships.actions.store import unpacked
from relationships.engine.typology import Previous, typology
from relationships.models import Gap, Portfolio, Profile, ProfileChange
from relationships.queries import explanation
from relationships.queries.dimension_words import sureness
from relationships.queries.explanation import without_hidden
from relationships.queries.judging import standard
from relationships.queries.untold import untold
from relcrm.base.actions.judging import ask_for_everyone
from relcrm.base.models import AuditLine
from tests.conftest import NOW, TODAY, happened


def silent(done, *, total=None, position=None):
    """Progress that nobody watches."""


@pytest.fixture
def scored(company, ada, bo, cyd):
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)


def test_everyone_gets_a_profile_and_the_whole_a_snapshot(scored, ada, bo, cyd):
    assert Profile.objects.count() == 3
    whole = Portfolio.objects.get(as_of=TODAY)
    assert whole.customers == 3
    shown = sum(row["shown"] for row in whole.families.values())
    members = sum(row.get("members", 0) for row in whole.families.values())
    assert shown == 3
    assert members == pytest.approx(3, abs=1e-3)


def test_probabilities_add_up_to_one(scored, ada):
    profile = Profile.objects.get(pk=ada.pk)
    assert unpacked(profile.posterior).sum() == pytest.approx(1, abs=1e-5)
    families = ["fling", "friend", "marriage", "distant", "negative"]
    assert sum(getattr(profile, f"p_{f}") for f in families) == pytest.approx(1, abs=1e-5)


def test_the_profile_holds_the_facts_it_was_made_from(scored, ada):
    profile = Profile.objects.get(pk=ada.pk)
    assert (profile.orders, float(profile.revenue)) == (24, 960.0)
    assert profile.last_order_on == TODAY - timedelta(days=10)
    assert profile.first_order_on == TODAY - timedelta(days=10 + 30 * 23)


def test_a_regular_buyer_is_worth_more_and_more_alive_than_one_who_went_quiet(scored, ada, cyd):
    regular, quiet = Profile.objects.get(pk=ada.pk), Profile.objects.get(pk=cyd.pk)
    assert regular.alive > quiet.alive
    assert regular.value > quiet.value
    assert regular.value_low <= regular.value <= regular.value_high


def test_one_purchase_last_week_is_too_early_for_a_type(scored, bo):
    profile = Profile.objects.get(pk=bo.pk)
    assert profile.type == ""
    assert profile.p_fling > max(profile.p_friend, profile.p_marriage, profile.p_distant)


def test_purchases_alone_never_make_a_gated_type(scored):
    possible = {"", "F1", "F2", "R1", "R2", "R4", "R6", "M1", "M2", "D1", "D3", "D4"}
    assert set(Profile.objects.values_list("type", flat=True)) <= possible
    assert not Profile.objects.filter(p_negative__gt=0).exists()


def test_scoring_twice_changes_nothing(scored, company):
    before = list(Profile.objects.order_by("pk").values_list("pk", "family", "type", "value"))
    changes = ProfileChange.objects.count()
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)
    assert (
        list(Profile.objects.order_by("pk").values_list("pk", "family", "type", "value")) == before
    )
    assert ProfileChange.objects.count() == changes


def test_nothing_after_the_day_is_used(company, ada):
    past = TODAY - timedelta(days=365)
    scoring.score_everyone(company, as_of=past, now=NOW, progress=silent)
    then = Profile.objects.get(pk=ada.pk)
    assert then.last_order_on <= past
    assert then.orders < 24


def test_a_label_that_changes_leaves_a_line_of_history(company, ada):
    Profile.objects.all().delete()
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)
    shown = Profile.objects.get(pk=ada.pk)
    last = ProfileChange.objects.filter(customer=ada).first()
    assert last is not None
    assert (last.family, last.type, last.old_family) == (shown.family, shown.type, "")


def test_who_objects_to_profiling_has_no_scores(scored, company, ada):
    Customer.objects.filter(pk=ada.pk).update(objects_to_profiling=True)
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)
    assert not Profile.objects.filter(pk=ada.pk).exists()


def test_an_event_makes_only_its_customer_be_scored_again(scored, company, ada, bo):
    seen = Profile.objects.get(pk=ada.pk).scored_at
    happened(bo, Kind.PURCHASE, TODAY, 25)
    Customer.objects.filter(pk=bo.pk).update(touched_at=NOW)
    company.as_of = TODAY
    company.save()
    assert tasks.score_due() == 1
    assert Profile.objects.get(pk=bo.pk).orders == 2
    assert Profile.objects.get(pk=ada.pk).scored_at == seen
    assert Customer.objects.get(pk=bo.pk).touched_at is None


@pytest.mark.django_db(transaction=True)
def test_reading_ahead_gives_everyone_once_and_in_order(company, ada, bo, cyd, monkeypatch):
    monkeypatch.setattr(scoring, "BLOCK", 2)
    rule = standard(company, TODAY)
    blocks = [one.some.evidence.customers.tolist() for one in scoring.blocks(rule)]
    assert blocks == [[ada.pk, bo.pk], [cyd.pk]]
    rest = [one.some.evidence.customers.tolist() for one in scoring.blocks(rule, bo.pk)]
    assert rest == [[cyd.pk]]


def test_only_one_scoring_of_a_day_is_in_line(company, mara):
    first = ask_for_everyone(by=mara, as_of=TODAY)
    assert ask_for_everyone(by=mara, as_of=TODAY) == first


def test_scoring_leaves_a_line_in_the_audit_trail(scored):
    line = AuditLine.objects.get(verb="relationships.scored")
    assert line.detail == {"customers": 3, "as_of": TODAY.isoformat()}


def test_scoring_a_block_costs_the_same_queries_for_one_and_for_three(
    company, ada, bo, cyd, django_assert_max_num_queries
):
    # Some sixty a block; the others are asked once a run, at its end.
    with django_assert_max_num_queries(102):
        scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)


def test_a_company_without_customers_is_scored_to_nothing(company):
    result = scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)
    assert result["customers"] == 0
    assert Portfolio.objects.get().customers == 0


def test_a_customer_who_never_bought_has_no_value(company, db):
    visitor = Customer.objects.create(name="Vi")
    happened(visitor, Kind.VISIT, TODAY - timedelta(days=3))
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)
    profile = Profile.objects.get()
    assert (profile.value, profile.orders, profile.family) == (None, 0, "undetermined")


def test_of_somebody_who_never_did_a_thing_too_little_is_known(company, ada, as_, mara, key_for):
    """Written to and asked for interests; nothing of it is an act of theirs."""
    silent_one = Customer.objects.create(name="Sile Nt", interests=["shoes"])
    happened(silent_one, Kind.MESSAGE_SENT, TODAY - timedelta(days=3))
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)
    whole = Portfolio.objects.get()
    assert (whole.customers, whole.facts["acted"]) == (2, 1), "who is still with us is said of one"
    profile = Profile.objects.get(pk=silent_one.pk)
    known = (profile.family, profile.type, profile.next_step, profile.alive, profile.value)
    assert known == ("undetermined", "", "", None, None)
    page = as_(mara).get(f"/customers/{silent_one.pk}/").content.decode()
    assert "Too little is known" in page
    for made_up in ("almost certainly", "Has not bought", "What it could be", "Next step"):
        assert made_up.lower() not in page.lower()
    program = key_for(mara, "customers:read")
    told = program.get(f"/api/v1/customers/{silent_one.pk}/profile/explanation").json()
    assert [told[name] for name in ("likely", "why", "against", "dimensions")] == [[]] * 4
    own = program.get(f"/api/v1/customers/{silent_one.pk}/profile").json()
    assert (own["family"], own["next_step"], own["alive"]) == ("undetermined", None, None)
    assert not Gap.objects.filter(customer=silent_one).exists()
    address = f"/api/v1/customers/{silent_one.pk}/profile/gap"
    assert program.get(address).status_code == 404
    row = next(r for r in as_(mara).get("/customers/").context["page"].rows if r.pk == profile.pk)
    assert (row.label, row.alive, row.step) == ("Too early to tell", "–", "")


def test_the_commands_say_what_they_did(company, ada, bo, cyd, capsys):
    call_command("fit", as_of=TODAY)
    call_command("score", all=True, as_of=TODAY)
    call_command("report", as_of=TODAY, json=True)
    said = capsys.readouterr().out
    assert "Too little history" in said
    assert "3 customers scored" in said
    assert '"purchases": 45' in said


def test_the_explanation_says_why_in_words(scored, company, ada):
    told = explanation(ada, company, TODAY)
    assert sum(one.probability for one in told.likely) == pytest.approx(1)
    assert told.why or told.against
    assert all(text[0].isupper() for text in told.why + told.against)
    assert [one.label for one in told.dimensions] == ["Mood", "Closeness", "Intensity"]
    assert all(0 <= d.low <= d.value <= d.high <= 100 for d in told.dimensions)
    mood, near, _heat = told.dimensions
    assert mood.confidence == pytest.approx(mood.evidence_amount / (mood.evidence_amount + 3))
    start = 100 * (0.15 + 1) / 2
    for placed, begin in ((mood, start), (near, 0)):
        moved = sum(one.moved for one in placed.contributions)
        assert begin + moved == pytest.approx(placed.value, abs=0.5)
    assert any("not connected" in gap for gap in told.missing)


def test_of_sources_that_are_not_for_the_reader_nothing_is_said(company, dan, root):
    hushed = untold(sees_complaints=False, sees_promises=False)
    file_complaint(dan, subject="Lost", by=root, now=NOW - timedelta(days=3))
    for skip, said in ((frozenset(), True), (hushed, False)):
        told = explanation(dan, company, TODAY, untold=skip)
        words = [words for one in told.dimensions for _way, words in one.evidence]
        words += told.why + told.against + told.would_change
        assert any("omplain" in text for text in words) == said
        moved = {one.source for placed in told.dimensions for one in placed.contributions}
        assert ("complaints" in moved) == said


def test_what_was_thought_before_is_told_as_if_there_were_no_hidden_types():
    hard = np.array([kind.family == "negative" for kind in typology().types])
    chances = np.where(hard, 0.5 / hard.sum(), 0.5 / (~hard).sum())[None, :]
    then = Previous(chances, np.array([int(hard.argmax())]), np.array([20_000]))
    assert without_hidden(then, frank=True) is then
    known = without_hidden(then, frank=False)
    assert known.posterior.sum() == pytest.approx(1)
    assert not known.posterior[0, hard].any()
    assert known.types.tolist() == [-1]


def test_the_explanation_is_of_the_label_that_is_shown(scored, company, ada):
    stored = Profile.objects.get(pk=ada.pk)
    likeliest = explanation(ada, company, TODAY).likely[0]
    assert likeliest.probability == pytest.approx(unpacked(stored.posterior).max(), abs=1e-5)


def test_an_explanation_costs_the_same_for_many_events_as_for_one(
    scored, company, ada, bo, django_assert_num_queries
):
    for customer in (bo, ada):
        with django_assert_num_queries(7):
            explanation(customer, company, TODAY)


@pytest.mark.parametrize(
    ("error", "words"),
    [(None, ""), (0.05, "very sure"), (0.1, "quite sure"), (0.18, "fairly sure"),
     (0.19, "little evidence")],
)  # fmt: skip
def test_how_sure_we_are_follows_the_error(error, words):
    assert sureness(error) == words
