"""manage.py evaluate, as people and programs call it."""

import json
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from django.core.management import CommandError, call_command

from relationships.engine.evaluation import measured
from relationships.engine.evaluation.sources import LADDER
from relationships.engine.evaluation.validity import validity
from relationships.engine.typology import CHANNELS

DATA = Path(__file__).parents[1] / "data"
COLUMNS = ("--customer", "sample_id", "--date", "date", "--amount", "amount")


@pytest.fixture(scope="module")
def cdnow(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """Four hundred of CDNOW's customers."""
    table = pd.read_csv(DATA / "cdnow_sample.csv.gz")
    path = tmp_path_factory.mktemp("sales") / "cdnow.csv"
    table[table["sample_id"] <= 400].to_csv(path, index=False)
    return ("validity", "--file", str(path), *COLUMNS)


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


def test_sources_are_looked_at_step_by_step_and_each_beside_purchases() -> None:
    assert sorted(channel for step in LADDER for channel in step) == sorted(CHANNELS)
    found = json.loads(said("sources", "--json", "--customers", "200", "--shoppers", "20"))
    for where in ("drawn", "shop"):
        steps = [one for one in found if (one["where"], one["step"]) == (where, "ladder")]
        assert [one["adds"] for one in steps] == [list(step) for step in LADDER]
        assert set(steps[-1]["channels"]) == set(CHANNELS)
    drawn = [one for one in found if one["where"] == "drawn"]
    assert drawn[len(LADDER) - 1]["types_right"] > 2 * drawn[0]["types_right"]
    assert len(said("sources", "--customers", "60", "--shoppers", "20").splitlines()) == 1 + len(
        found
    )


def test_what_pages_quote_was_measured_with_the_specification_that_we_ship() -> None:
    """After changing the specification: `manage.py evaluate measured`, and look at the figures."""
    kept = measured.kept()
    assert kept["specification"] == measured.fingerprint()
    assert [(one["world"], one["labels"]) for one in kept["runs"]] == list(measured.RUNS)
    assert all(one["checks"] for one in kept["runs"])


def test_measuring_anew_keeps_what_pages_quote(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(measured, "FILE", tmp_path / "measured.json")
    monkeypatch.setattr(measured, "RUNS", (("exact", 0),))
    monkeypatch.setattr(measured.measure, "__kwdefaults__",
                        {"customers": 120, "shoppers": 20, "strangers": 50})  # fmt: skip
    said("measured")
    (run,) = json.loads(measured.FILE.read_text())["runs"]
    assert run["command"] == (
        "manage.py evaluate relationships --world exact --seed 20261 --customers 120 --shoppers 20"
    )
    names = [one["check"] for one in run["checks"]]
    assert "shop: macro-F1 of 5 families" in names


def test_an_unknown_world_is_refused_by_name() -> None:
    with pytest.raises(CommandError, match="s99"):
        said("relationships", "--world", "s99")


def test_validity_compares_types_with_what_marketers_use(
    cdnow: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validity, "SHUFFLES", 5)
    monkeypatch.setattr(validity, "REPEATS", 1)
    told = said(*cdnow, "--split", "1998-04-30", "--weeks", "6")
    for name in ("types", "six-group product", "k-means of RFM, 6", "RFM quintiles", "RFM logit"):
        assert f"\n{name} " in told
    assert "soft AUC over RFM logit" in told
    assert "labels that change in a month" in told


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (["--date", "day"], "There is no column 'day' for --date; the file has: master_id"),
        (["--split", "2001-01-01"], "no purchases on both sides"),
        (["--split", "1.1.98"], "write it like 1997-09-30"),
        (["--weeks", "999"], "before --weeks 999"),
    ],
)
def test_a_wrong_question_is_refused_with_the_remedy(
    cdnow: tuple[str, ...], changed: list[str], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        said(*cdnow, *changed)


def test_a_file_of_five_days_of_invoice_lines_is_too_short_and_says_so() -> None:
    file = ("--file", str(DATA / "online_retail_cut.csv.gz"), "--split", "2010-12-05")
    lines = ("--customer", "customer_id", "--date", "invoiced_at", "--quantity", "quantity",
             "--price", "unit_price", "--order", "invoice")  # fmt: skip
    with pytest.raises(CommandError, match="no purchases on both sides"):
        said("validity", *file, *lines)
