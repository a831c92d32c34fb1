"""Asking for a list as a file, as a browser would: ask, let the worker write it, fetch it."""

from typing import Any

from django.test import Client
from django.utils import timezone

from customers.models import Export
from customers.queries.exports import address
from relcrm.base.actions import jobs
from relcrm.base.models import Job
from relcrm.base.tasks import run


def exported(browser: Client, path: str, sent: dict[str, Any]) -> str:
    """What stands in the file that this form brings."""
    answer = browser.post(path, sent)
    assert answer.status_code == 302, answer.content.decode()[:500]
    Job.objects.exclude(kind="export").delete()
    run(jobs.claim(timezone.now()))
    export = Export.objects.order_by("-pk").first()
    assert export is not None
    assert export.ready_at, export.job.error
    reply = browser.get(address(export))
    assert "attachment" in reply.headers["Content-Disposition"]
    return b"".join(reply.streaming_content).decode("utf-8-sig")
