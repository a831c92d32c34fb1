"""Data packages: asked for, made by the worker, fetched by a link that expires, forgotten."""

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from customers.models import Customer, DataPackage, SubjectRequest
from relcrm.base import audit, company, readings
from relcrm.base.actions import jobs
from relcrm.base.audit import Actor
from relcrm.lib.refusals import Refused
from relcrm.pages.privacy.bundle import bundle

KEPT = timedelta(days=7)  # long enough for somebody on holiday for a week-end, short in a backup
SALT = "relcrm.privacy.package"


@transaction.atomic
def ask_for_package(
    customer: Customer, *, by: Actor, now: datetime, request: SubjectRequest | None = None
) -> DataPackage:
    """Everything we know of them goes into a package, in the background."""
    if customer.erased_at:
        raise Refused(_("This customer was erased; nothing is left to hand out."))
    if request is not None and request.customer_id != customer.pk:
        raise Refused(_("This request is about somebody else."))
    package = DataPackage.objects.create(
        customer=customer, request=request, asked_at=now, expires_at=now + KEPT
    )
    package.job = jobs.ask_for(
        "package", f"Data package of customer {customer.pk}", by=by,
        payload={"package": package.pk}, once_key=f"package:{package.pk}",
    )  # fmt: skip
    package.save(update_fields=["job"])
    audit.record("package.asked", customer, by=by, at=now, package=package.pk)
    return package


@transaction.atomic
def make(pk: int, *, now: datetime) -> int:
    """Fill the package; return its size. One that went meanwhile (erased, expired) is not made."""
    package = DataPackage.objects.select_related("customer", "request").filter(pk=pk).first()
    if package is None or package.customer.erased_at:
        raise Refused(_("The customer was erased meanwhile; there is nothing to hand out."))
    row = company.current()
    kind = package.request.kind if package.request else SubjectRequest.Kind.ACCESS
    package.content = bundle(
        package.customer, row, as_of=company.viewpoint(row, now).as_of, now=now,
        own_only=kind == SubjectRequest.Kind.PORTABILITY,
    )  # fmt: skip
    package.size_bytes, package.made_at = len(package.content), now
    package.save(update_fields=["content", "size_bytes", "made_at"])
    audit.record("package.made", package.customer, by=None, at=now, package=package.pk)
    return package.size_bytes


def token(package: DataPackage) -> str:
    """What the link holds: the number, signed; nobody can make one for another package."""
    return signing.dumps(package.pk, salt=SALT)


def by_token(text: str, now: datetime) -> DataPackage | None:
    """The package a link means, while it can be fetched."""
    try:
        pk = signing.loads(text, salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return None
    found = DataPackage.objects.filter(pk=pk, made_at__isnull=False, expires_at__gt=now)
    return found.defer("content").first()


@transaction.atomic
def fetch(package: DataPackage, *, by: Actor, now: datetime) -> bytes:
    """The ZIP, with a line in the trail that it left the house."""
    row = DataPackage.objects.select_for_update(of=("self",)).get(pk=package.pk)
    if not row.is_ready(now):
        raise Refused(_("This package is not ready, or its time is over; make a new one."))
    row.fetched_at = now
    row.save(update_fields=["fetched_at"])
    audit.record("package.fetched", row.customer, by=by, at=now, package=row.pk)
    readings.keep(by, "data package", ["everything"], [row.customer_id], now=now)
    return bytes(row.content)


def forget_expired(now: datetime) -> int:
    return DataPackage.objects.filter(expires_at__lte=now).delete()[0]
