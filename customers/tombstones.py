"""How somebody who was erased is known again without being known: keyed fingerprints."""

from collections.abc import Iterable

from django.utils.crypto import salted_hmac

from customers import identities
from customers.models import Tombstone

REASON = "belongs to a person who asked to be erased"
REMEDY = "Leave the row out. Take it in only if the person has become a customer again."
PEPPER = "relcrm.customers.tombstones"  # mixed with the installation's secret key


def fingerprint(kind: str, source: str, value: str) -> str:
    """Hex SHA-256 under a key of this installation; the same for every spelling of the value."""
    told = "\x1f".join((kind, source, identities.normal(kind, value)))
    return salted_hmac(PEPPER, told, algorithm="sha256").hexdigest()


def erased(kind: str, source: str, values: Iterable[str]) -> set[str]:
    """Those of these values that belonged to people who were erased."""
    wanted = set(values)
    if not wanted or not Tombstone.objects.exists():  # nobody was erased: no need to compute
        return set()
    by_digest = {fingerprint(kind, source, value): value for value in wanted}
    found = Tombstone.objects.filter(digest__among=by_digest).values_list("digest", flat=True)
    return {by_digest[digest] for digest in found}
