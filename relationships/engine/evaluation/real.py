"""Figures on public files of real purchases, in the form in which pages and the API quote them."""

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from relationships.engine.evaluation.validity.aims import EPOCH, REFERENCES, Reference
from relationships.engine.evaluation.validity.file import BadFile, read_transactions
from relationships.engine.evaluation.validity.validity import Validity, figures, period, validity

SEED = 1


@dataclass(frozen=True)
class Given:
    """Where a public file lies on this machine, by its key in REFERENCES."""

    key: str
    path: Path


def on_file(given: Given, on: date, specification: str, seed: int = SEED) -> dict[str, Any]:
    """Everything that `evaluate validity` finds; raises BadFile when it is another file."""
    reference, path = REFERENCES[given.key], given.path
    known = read_transactions(path, reference.columns)
    split = (reference.split - EPOCH).days
    if not reference.is_of(known, *period(known, split, None)):
        raise BadFile(
            f"{path.name} is not {reference.name} as a whole: {reference.customers:,} customers "
            f"from {reference.first} to {reference.last} were expected."
        )
    found = validity(known, split=split, seed=seed)
    return {
        "key": given.key,
        "name": reference.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "measured_on": on.isoformat(),
        "specification": specification,
        "command": _command(reference, path, seed),
        "split": reference.split.isoformat(),
        "customers": found.customers,
        "came_back": round(found.came_back, 4),
        "ways": _ways(found),
        "checks": [one.to_json() for one in found.checks],
        "reliability": [one.to_json() for one in found.reliable],
    }


def _command(reference: Reference, path: Path, seed: int) -> str:
    columns = " ".join(f"--{name} {column}" for name, column in reference.columns.named().items())
    return (
        f"manage.py evaluate validity --file {path.name} {columns} --split {reference.split}"
        f" --seed {seed}"
    )


def _ways(found: Validity) -> list[dict[str, Any]]:
    """One for each way of telling customers apart."""
    return [
        {"name": row.name, **{_key(name): round(value, 4) for name, value in figures(row).items()}}
        for row in found.rows
    ]


def _key(name: str) -> str:
    return name.lower().replace("-", "_").replace(" ", "_")
