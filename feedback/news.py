"""What programs may be told of complaints and promises."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from feedback.models import Complaint, Outcome, Promise
from relcrm.base import happenings
from relcrm.base.happenings import News

NEW = timedelta(days=7)  # what is older is history, found by a test of everything
FILED, RESOLVED, BROKEN = "complaint.filed", "complaint.resolved", "promise.broken"


def register_all() -> None:
    complaint = {"customer": 17, "complaint": 4, "number": "C-20417", "severity": 2}
    happenings.register(
        FILED, _("A complaint was filed"), scope="complaints:read", example=complaint
    )
    happenings.register(
        RESOLVED, _("A complaint was resolved"), scope="complaints:read", example=complaint
    )
    happenings.register(
        BROKEN, _("A promise was broken"), scope="promises:read",
        example={"customer": 17, "promise": 2, "key": "delivery", "on": "2026-03-02"},
    )  # fmt: skip


def tell_complaint(kind: str, complaint: Complaint, at: datetime) -> None:
    told = {
        "customer": complaint.customer_id, "complaint": complaint.pk, "number": complaint.number,
        "severity": complaint.severity,
    }  # fmt: skip
    happenings.tell([News(kind, complaint.customer_id, at, told)])


def tell_broken(promise: Promise, outcomes: Iterable[Outcome], at: datetime) -> None:
    happenings.tell(
        News(
            BROKEN, each.customer_id, at,
            {"customer": each.customer_id, "promise": promise.pk, "key": promise.key,
             "on": each.occurred_on.isoformat()},
        )
        for each in outcomes
        if not each.is_kept and at - each.occurred_at <= NEW
    )  # fmt: skip
