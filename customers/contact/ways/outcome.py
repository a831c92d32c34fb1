"""What became of handing a message over, as typed outcomes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """Taken over by the other side; `provider_id` is their number for it."""

    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class ComesBack:
    """The other side says that this address does not exist."""

    words: str


@dataclass(frozen=True, slots=True)
class NotNow:
    """Surely not taken over; worth another try later."""

    words: str


@dataclass(frozen=True, slots=True)
class Never:
    """Surely not taken over, and trying again would not help."""

    words: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have been taken over: never repeated by itself."""

    words: str


Outcome = Sent | ComesBack | NotNow | Never | Unknown
