"""Every formula says where it comes from, and every published figure which test holds it."""

import inspect
import re
from pathlib import Path

import pytest

from relationships.engine import value
from relationships.engine.value import bgnbd, gammagamma, nbd, paretonbd
from relationships.engine.value.alive import AliveModel
from relationships.engine.value.discrete import bgbb, contracted, occasional, renewal
from relationships.engine.value.portfolio import Spread
from relationships.engine.value.rhythm import Rhythm

pytestmark = pytest.mark.one_database  # words and arithmetic

ENGINE = Path(value.__file__).parent
OURS = Path(__file__).parents[3] / "docs" / "method" / "value-derivations.md"
PUBLISHED = OURS.with_name("value-published.md")
MODELS = [
    nbd.Nbd, bgnbd.BetaGeometric, paretonbd.ParetoNbd, gammagamma.GammaGamma,
    bgbb.BetaGeometricBetaBernoulli, occasional.Occasional, renewal.Renewal, contracted.Contracted,
    AliveModel, Rhythm, Spread,
]  # fmt: skip
FORMULAS = re.compile(r"ndarray|Moments|Tail|tuple\[float")
CITED = re.compile(r"\bD\d+\b|\b[Ee]qs?\. ?\(?[A-Z]?\d|\bnote \d")
# A model in which nobody leaves has no formula for who is alive.
NO_FORMULA = {"Nbd.probability_alive"}


def formulas(model):
    for name, method in vars(model).items():
        returned = str(getattr(method, "__annotations__", {}).get("return", ""))
        if not name.startswith("_") and FORMULAS.search(returned):
            yield f"{model.__name__}.{name}", inspect.getdoc(method) or ""


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_each_formula_of_a_model_cites_its_equation(model):
    found = dict(formulas(model))
    assert found
    assert [n for n, said in found.items() if not CITED.search(said)] == [*NO_FORMULA & {*found}]


@pytest.mark.parametrize("module", [nbd, bgnbd, paretonbd, renewal], ids=lambda m: m.__name__)
def test_each_likelihood_cites_its_equation(module):
    assert CITED.search(inspect.getdoc(module._log_likelihood) or "")


def test_equations_of_our_own_are_listed_with_their_reasons_and_all_are_used():
    cited = {n for file in ENGINE.rglob("*.py") for n in re.findall(r"\bD\d+\b", file.read_text())}
    listed = re.findall(r"^\| \*\*(D\d+)\*\* \| .+ \| .+ \|$", OURS.read_text(), re.MULTILINE)
    assert listed == [f"D{n}" for n in range(1, len(listed) + 1)]
    assert cited == {*listed}


def test_published_figures_name_tests_that_there_are():
    tests = "\n".join(file.read_text() for file in Path(__file__).parent.glob("test_*.py"))
    named = {*re.findall(r"`(test_\w+)`", PUBLISHED.read_text())}
    assert len(named) > 30
    assert named <= {*re.findall(r"^def (test_\w+)", tests, re.MULTILINE)}
