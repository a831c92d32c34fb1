"""How far a file has come: one measure over reading and storing it, in rows of the file."""

# The share of the work on a row that lies in reading it, as measured; the rest is its storing.
READING = {"sqlite": 0.1, "postgresql": 0.4}


def read(rows: int, vendor: str) -> int:
    """The rows done when so many were read and none is stored."""
    return int(rows * READING[vendor])


def phase(done: int, total: int, vendor: str) -> tuple[bool, int]:
    """Whether all is read by then; and how many rows are read, or else stored."""
    share, reading = done / total, READING[vendor]
    if share < reading:
        return False, round(total * share / reading)
    return True, round(total * (share - reading) / (1 - reading))


def stored(rows: int, usable: int, of: int, vendor: str) -> int:
    """The rows done when so many of the usable ones are stored, and the file has `of` in all."""
    share = min(rows / usable, 1.0) if usable else 1.0
    return round(of * (READING[vendor] + (1 - READING[vendor]) * share))
