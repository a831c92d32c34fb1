"""How far a family's probability came true, where the truth is known: by family, time, country."""

from relationships.engine.evaluation.known import Known
from relationships.engine.evaluation.reliability import (
    Reliable,
    bands,
    group,
    groups,
    large_enough,
)
from relationships.engine.typology import Verdicts, typology


def truly(where: str, known: Known, verdicts: Verdicts) -> list[Reliable]:
    """Each family's probability over everybody; then that of the likeliest family, by band of time
    and, where people live somewhere, by country."""
    truth, chances = typology().family_of[known.places], verdicts.families
    found = [
        group(where, "family", name, chances[:, place], truth == place)
        for place, name in enumerate(typology().families)
    ]
    sure, right = chances.max(axis=1), chances.argmax(axis=1) == truth
    found += groups(where, "time", bands(known.evidence.tenure_weeks), sure, right)
    if known.countries is not None:
        found += groups(where, "country", large_enough(known.countries), sure, right)
    return found
