"""The figures that pages and the API quote: measured by this module, kept beside it as data."""

import hashlib
import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from relationships.engine.evaluation.real import Given, on_file
from relationships.engine.evaluation.relationships import DRAWN, SHOP, STRANGERS, evaluation
from relationships.engine.evaluation.sources import by_sources
from relationships.engine.typology import shipped_document

FILE = Path(__file__).with_name("measured.json")
SEED = 20261
"""A verification seed: no choice was made on it (docs/method/evaluation.md)."""
WORLD = "s05"
RUNS = (("exact", 0), (WORLD, 300), (WORLD, 1_000))
"""Worlds, and how many of their customers say what they are."""


def fingerprint() -> str:
    """Of the specification that comes with the product: figures measured by another are stale."""
    words = json.dumps(shipped_document(), sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()[:12]


def measure(
    on: date, *, customers: int = DRAWN, shoppers: int = SHOP, strangers: int = STRANGERS
) -> dict[str, Any]:
    """All runs, each with the command that repeats it."""
    sizes = {"customers": customers, "shoppers": shoppers}
    usual = (customers, shoppers) == (DRAWN, SHOP)
    of_size = "" if usual else f" --customers {customers} --shoppers {shoppers}"
    runs = [_run(world, labels, of_size, strangers=strangers, **sizes) for world, labels in RUNS]
    return {
        "measured_on": on.isoformat(),
        "specification": fingerprint(),
        "seed": SEED,
        **sizes,
        "runs": runs,
        "sources": {
            "command": f"manage.py evaluate sources --world {WORLD} --seed {SEED}{of_size}",
            "world": WORLD,
            "told": [one.to_json() for one in by_sources(WORLD, seed=SEED, **sizes)],
        },
    }


def _run(world: str, labels: int, of_size: str, **sizes: int) -> dict[str, Any]:
    """One world with so many labels."""
    asked = f" --labels {labels}" if labels else ""
    command = f"manage.py evaluate relationships --world {world} --seed {SEED}{asked}{of_size}"
    checks = evaluation(world, seed=SEED, labels=labels, **sizes).checks
    return {
        "command": command,
        "world": world,
        "labels": labels,
        "checks": [one.to_json() for one in checks],
    }


def keep(on: date, files: list[Given]) -> None:
    """Measured anew: the files given, and the worlds when no file is or when another specification
    judged them. Of files that are not given, figures by the same specification stay."""
    now, before = fingerprint(), json.loads(FILE.read_text()) if FILE.exists() else {}
    found = {given.key: on_file(given, on, now) for given in files}
    told = before if files and before.get("specification") == now else measure(on)
    for one in before.get("files", []):
        if one["specification"] == now:
            found.setdefault(one["key"], one)
    words = told | {"files": [found[key] for key in sorted(found)]}
    FILE.write_text(json.dumps(words, indent=1, ensure_ascii=False) + "\n")


@cache
def kept() -> dict[str, Any]:
    """As they were measured last."""
    found: dict[str, Any] = json.loads(FILE.read_text())
    return found
