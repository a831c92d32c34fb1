"""The worker's doorway to the privacy desk: packages made and forgotten, rules of age applied."""

from celery import shared_task
from django.utils.timezone import now as clock

from customers.actions.retention import ask_for_retention
from relcrm.base.models import Job
from relcrm.base.runners import Progress
from relcrm.pages.privacy import packages


@shared_task(name="pages.retention_due")
def retention_due() -> None:
    """Nightly: what is older than its rule goes."""
    ask_for_retention(by=None)


@shared_task(name="pages.forget_expired_packages")
def forget_expired_packages() -> int:
    return packages.forget_expired(clock())


def run_package(job: Job, progress: Progress) -> dict[str, object]:
    """The job "package": begun again it makes the package anew."""
    progress(0, total=1)
    size = packages.make(job.payload["package"], now=clock())
    progress(1)
    return {"bytes": size}
