"""Whether an address or a phone means anything to us: a customer, one who left, one erased."""

from customers import tombstones
from customers.models import Customer, Identity

Kind = Identity.Kind


def is_known(email: str, phone: str) -> bool:
    """In any way at all: as it stands, as an earlier address, or as a fingerprint."""
    told = [(Kind.EMAIL, email), (Kind.PHONE, phone)]
    for kind, value in ((kind, value) for kind, value in told if value):
        if Identity.objects.filter(kind=kind, value=value).exists():
            return True
        if tombstones.erased(kind, "", [value]):
            return True
    return Customer.objects.filter(email=email).exists()
