"""How much memory a file takes does not depend on how long it is."""

import tracemalloc
from pathlib import Path

import pytest

from customers.actions import imports, reading, storing, storing_people
from customers.actions.take_in import check, take_in
from customers.intake import sorting
from customers.models import Customer, Interaction

SHORT, LONG = 1_200, 6_000


@pytest.fixture(autouse=True)
def small_pieces(company, settings, tmp_path, monkeypatch):
    """Both files are many pieces long."""
    settings.MEDIA_ROOT = tmp_path / "uploads"
    monkeypatch.setattr(reading, "CHUNK", 200)
    monkeypatch.setattr(sorting, "FETCHED", 200)
    for module, name in ((storing, "BATCH_ROWS"), (storing_people, "PEOPLE")):
        monkeypatch.setattr(module, name, {"sqlite": 200, "postgresql": 200})


def peak_bytes(work, folder: Path, head: str, rows) -> int:
    """The most that is held at once while this file is worked through."""
    path = folder / f"{len(rows)}.csv"
    path.write_text(head + "".join(rows))
    of = imports.bring(str(path), by=None)
    tracemalloc.start()
    try:
        work(of)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def taken(of) -> None:
    take_in(of, progress=lambda *_, **__: None, position=None, by=None)


def checked(of) -> None:
    check(of, progress=lambda *_, **__: None)


def sales(count: int) -> list[str]:
    return [f"c{row % 150},2026-01-{1 + row % 28:02},{row % 90}.5\n" for row in range(count)]


@pytest.mark.slow  # traces every allocation for tens of thousands of rows
@pytest.mark.parametrize("work", [taken, checked])
def test_five_times_the_purchases_take_no_more_memory(tmp_path, work):
    head = "customer,date,amount\n"
    first = peak_bytes(work, tmp_path, head, sales(SHORT))  # also what is loaded once
    again = peak_bytes(work, tmp_path, head, sales(LONG))
    assert again < 1.2 * first
    assert work is checked or Interaction.objects.filter(customer__isnull=False).count() >= LONG


@pytest.mark.slow  # traces every allocation for thousands of people
def test_five_times_the_people_take_no_more_memory(tmp_path):
    people = [f"p{row}@example.com,Person {row},Graz\n" for row in range(LONG // 2)]
    head = "email,name,city\n"
    first = peak_bytes(taken, tmp_path, head, people[: SHORT // 2])
    assert peak_bytes(taken, tmp_path, head, people) < 1.2 * first
    assert Customer.objects.count() == LONG // 2
