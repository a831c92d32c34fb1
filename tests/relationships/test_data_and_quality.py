"""What our data can tell, and how well we know: both pages, the API and the command."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from customers.models import Customer, Kind
from relationships import veil
from relationships.engine.evaluation import measured
from relationships.models import Edition, FittedModel, Month, Portfolio
from relationships.queries.richness import gains, lacking, richness
from relcrm.base.models import Company
from tests.conftest import NOW, TODAY, happened
from tests.relationships.test_gap import answered, score

DATA, QUALITY = "/relationships/data/", "/relationships/quality/"


@pytest.fixture
def today(company):
    company.as_of = TODAY
    company.save()
    return company


@pytest.fixture
def shop(today, ada, bo):
    """Purchases of two; one sent something back, two months ago."""
    happened(ada, Kind.RETURN, TODAY - timedelta(days=60), 20)
    score(today)
    return today


def seen(client, path=DATA):
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_each_source_says_since_when_how_fresh_and_of_how_many(shop):
    found = {one.key: one for one in richness(TODAY).sources}
    bought, returned = found["purchases"], found["returns"]
    assert (bought.events, bought.customers, bought.last_on) == (25, 2, TODAY - timedelta(days=7))
    assert bought.since == TODAY - timedelta(days=700)
    assert (returned.events, returned.customers) == (1, 1)
    assert richness(TODAY).share(returned) == 0.5
    assert not found["visits"].is_connected


@pytest.mark.parametrize(("who", "told"), [("mara", "11 of 23"), ("sam", "12 of 29")])
def test_kinds_are_counted_alike_on_every_page(as_, request, shop, who, told):
    browser = as_(request.getfixturevalue(who))
    assert f"{told} kinds of relationship can be told apart" in seen(browser)
    assert f"{told} types can be told apart" in seen(browser, "/relationships/types/")


def test_the_page_names_a_source_that_fell_behind(as_, mara, shop):
    page = seen(as_(mara))
    assert "53 days behind" in page
    assert "of 2 customers, counted on 2 March 2026" in page


def test_each_missing_source_says_what_it_adds_and_how_to_connect_it(as_, root, mara, shop):
    page = seen(as_(root))
    assert "Best friend, Trusted critic, Business partner" in page
    assert "Interactions of the kind suggestion." in page
    assert 'href="/imports/"' in page
    assert 'href="/api/v1/docs/"' in page
    assert "Adversary" in page
    others = seen(as_(mara))
    assert "Adversary" not in others
    assert "2 kinds to leave to service" in others


def test_an_analyst_who_brings_in_nothing_is_offered_no_import(as_, nils, shop):
    assert 'href="/imports/"' not in seen(as_(nils))


def test_without_anything_it_says_how_to_begin(as_, mara, nils, company):
    page = seen(as_(mara))
    assert "Nothing comes in yet" in page
    assert "Bring in your purchases" in page
    assert 'href="/imports/"' not in seen(as_(nils))


def test_before_the_first_scoring_sources_are_known_and_not_counted(as_, mara, today, ada):
    page = seen(as_(mara))
    assert "11 of 23 kinds" in page
    assert "counted when everyone is scored" in page


def test_looking_costs_the_same_for_few_and_for_many(today, ada, django_assert_num_queries):
    """The newest picture, and the first and the last day of each kind."""
    score(today)
    with django_assert_num_queries(3):
        richness(TODAY)
    for number in range(8):
        other = Customer.objects.create(name=f"P{number}")
        for at, kind in enumerate(Kind.values):
            happened(other, kind, TODAY - timedelta(days=at), None)
    score(today)
    with django_assert_num_queries(3):
        assert len(richness(TODAY).connected) > 8


def test_a_source_adds_exactly_what_its_gates_open():
    adds = {channel: {kind.key for kind in kinds}
            for channel, kinds in gains(frozenset({"purchases"})).items()}  # fmt: skip
    assert adds["returns"] == {"N4"}
    assert adds["promo"] == {"F4"}
    assert adds["complaints"] == {"N1", "N2", "N6"}
    assert not adds["visits"]
    assert adds["season"] == {"F3"}
    assert adds["third"] == {"M5"}
    assert adds["promises"] == {"N1"}


def test_a_gate_that_several_sources_can_open_lacks_nothing_once_one_is_there():
    captive = next(kind for kind in gains(frozenset({"purchases", "contract"}))["reviews"]
                   if kind.key == "N3")  # fmt: skip
    assert lacking(captive, frozenset({"purchases"})) == ["contract", "hurt"]
    assert lacking(captive, frozenset({"contract", "nps"})) == []


def test_the_steps_are_those_that_were_measured(as_, mara, shop):
    told = measured.kept()["sources"]["told"]
    first, last = (
        next(one for one in some if (one["where"], one["step"]) == ("shop", "ladder"))
        for some in (told, told[::-1])
    )
    page = seen(as_(mara))
    for one in (first, last):
        assert f'<td class="num">{round(100 * one["families_right"])}<small>' in page


def test_the_api_tells_the_same_and_withholds_names(key_for, root, shop):
    told = key_for(root, "reports:read").get("/api/v1/data-richness").json()
    sources = {one["key"]: one for one in told["sources"]}
    readable = len(veil.types(frank=False))
    assert (told["possible"], told["types"], told["customers"]) == (11, readable, 2)
    assert sources["returns"]["share"] == 0.5
    assert sources["hostile"]["adds"] == []
    assert sources["hostile"]["adds_withheld"] == 2
    frank = key_for(root, "reports:read", "negative:read").get("/api/v1/data-richness").json()
    assert (frank["possible"], frank["types"]) == (12, 29)
    assert {"key": "hostile", "adds": ["N1", "N5"]}.items() <= {
        one["key"]: one for one in frank["sources"]
    }["hostile"].items()
    assert told["trial"]["told"] == measured.kept()["sources"]["told"]


def test_how_well_we_know_before_anybody_is_judged(as_, mara, company):
    page = seen(as_(mara), QUALITY)
    assert "nobody is judged yet" in page
    assert "Nobody has said yet what we are to them." in page
    assert "Not yet: usual values serve." in page


def test_what_was_aimed_at_and_missed_is_said(as_, mara, shop):
    page = seen(as_(mara), QUALITY)
    runs = measured.kept()["runs"]
    figure = next(
        one["figure"] for one in runs[1]["checks"] if one["check"] == "shop: macro-F1 of 5 families"
    )
    assert f'{100 * figure:.0f} % <span class="badge warn">missed</span>' in page
    assert "From purchases alone the families are what experience backs" in page


def test_how_often_people_agree_is_said_with_how_many_they_are(as_, mara, today, ada, bo):
    answered(ada, q2="friendly face")
    answered(bo, q2="friendly face")
    score(today)
    page = seen(as_(mara), QUALITY)
    assert "50 % of the 2 who said, by family; 50 % would by chance" in page
    assert "Too few to say much." in page


@pytest.mark.parametrize(("used", "word"), [(True, "In use"), (False, "Not in use")])
def test_what_was_learned_is_shown_whether_it_was_admitted_or_not(as_, mara, shop, used, word):
    report = {"is_better": used, "labels": 240, "said": 250, "gain": 0.1234, "gain_se": 0.05,
              "ece": 0.21, "ece_after": 0.04, "loss": 1.0, "prior_loss": 1.1,
              "left_out": 10}  # fmt: skip
    FittedModel.objects.create(
        kind="learned", version=1, name="labels", parameters={"spec_version": 1},
        report=report, data_through=TODAY, fitted_at=NOW, is_current=used,
    )  # fmt: skip
    page = seen(as_(mara), QUALITY)
    assert f">{word}</span>" in page
    assert "240 answers through 2 March 2026" in page
    assert "better by 0.123 ± 0.050" in page
    assert "off by 4 % (before 21 %)" in page


def test_with_enough_answers_it_says_when_it_is_learned_from_them(as_, mara, shop):
    picture = Portfolio.objects.get()
    for people, words in (
        (99, "Not yet: from 100 answers on."),
        (100, "in the coming night to Sun"),
    ):
        said = {"people": people, "agreed": 0.7, "by_chance": 0.3, "kappa": None}
        picture.facts["agreement"] = said
        picture.save(update_fields=["facts"])
        assert words in seen(as_(mara), QUALITY)


def test_stability_is_counted_from_the_books_of_the_months(as_, mara, shop):
    hard = [[30.0 if i == j else 0.0 for j in range(6)] for i in range(6)]
    for on, moved in (("2026-01-31", 9), ("2026-02-28", 27)):
        moves = {"hard": hard, "types": [["F1", "R2", moved]],
                 "undone": {"moved": 20, "undone": 1}}  # fmt: skip
        Month.objects.create(on=on, moves=moves, closed_at=NOW)
    page = seen(as_(mara), QUALITY)
    assert "10.0 %" in page
    assert "mean of 2 months; at most 10 % is the aim" in page
    assert "5.0 % a month later" in page


def test_an_adapted_book_was_not_tried(as_, root, shop):
    Edition.objects.create(
        version=2, document={"version": 2}, note="Contracts weigh more", state="live",
        created_by=root, created_at=NOW, live_from=NOW,
    )  # fmt: skip
    Company.objects.update(specification_version=2)
    page = seen(as_(root), QUALITY)
    assert "Edition 2: Contracts weigh more · Root · live since 2 March 2026" in page
    assert "Your edition of the book is adapted" in page
    assert "It cannot be used" in page


def test_difficult_kinds_lapse_and_are_named_to_few(as_, sam, mara, shop):
    assert "“Taker” lapses 365 days" in seen(as_(sam), QUALITY)
    page = seen(as_(mara), QUALITY)
    assert "Taker" not in page
    assert "at most 365 days" in page


def test_the_card_is_the_same_over_the_api_and_by_command(key_for, root, shop):
    told = key_for(root, "reports:read", "negative:read").get("/api/v1/model-card").json()
    assert told["quantitative_analyses"]["shown"]["customers"] == 2
    assert told["quantitative_analyses"]["runs"] == measured.kept()["runs"]
    assert told["model_details"]["edition"] == 1
    out = StringIO()
    call_command("card", "--as-of", TODAY.isoformat(), stdout=out)
    assert json.loads(out.getvalue()) == told
    veiled = key_for(root, "reports:read").get("/api/v1/model-card").json()
    assert "Taker" not in json.dumps(veiled)


def test_types_tell_worth_losers_months_and_moves(as_, root, mara, key_for, today):
    for on, people in (("2025-12-31", 4), ("2026-01-31", 6), ("2026-02-28", 9)):
        Month.objects.create(on=on, closed_at=NOW, types={"R2": people}, moves={
            "types": [["F1", "R2", 3], ["N4", "R2", 1], ["R2", "friend", 2], ["N1", "R2", 1]],
        })  # fmt: skip
    Portfolio.objects.create(
        as_of=TODAY, computed_at=timezone.now(), customers=9, alive=8, families={}, value={},
        types={"R2": {"shown": 9, "value": 900.0, "low": 700.0, "high": 1100.0, "median": 80.0,
                      "valued": 8, "losing": 2, "alive": 8.0}},
    )  # fmt: skip
    page = seen(as_(root), "/relationships/types/R2/")
    for shown in ("likely €700 to €1,100", "2 cost more than they bring (25 %)",
                  '<th scope="row">January 2026</th><td class="num">6</td>',
                  ">First spark</a>", ">Taker</a>"):  # fmt: skip
        assert shown in page
    assert 'href="/customers/?value_most=0&amp;type=R2"' in page
    others = seen(as_(mara), "/relationships/types/R2/")
    assert "Taker" not in others
    assert 'Please leave to service</span><span class="end">4<' in others
    told = key_for(root, "customers:read").get("/api/v1/types/R2").json()
    assert told["worth"] == {"low": 700, "expected": 900, "high": 1100, "median": 80, "losing": 2}
    assert told["by_month"][-1] == {"on": "2026-02-28", "people": 9}
    # The first month on record is where the line begins; moves are counted after it.
    assert told["came_from"] == [
        {"label": "F1", "people": 6}, {"label": "leave_to_service", "people": 4},
    ]  # fmt: skip
    assert told["went_to"] == [{"label": "friend", "people": 4}]
    assert told["behaviour"]["purchases_per_cycle"] == 1.0


def test_a_type_that_is_not_possible_yet_leads_to_what_would_make_it_so(as_, mara, shop):
    assert 'href="/relationships/data/#missing">needs which orders' in seen(
        as_(mara), "/relationships/types/"
    )
    one = seen(as_(mara), "/relationships/types/F4/")
    assert 'href="/relationships/data/#missing"' in one
    assert "Nobody is called so of whom this is not on record: which orders were discounted." in one
