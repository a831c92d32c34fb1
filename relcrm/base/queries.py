"""What the settings pages read: jobs with their pace, lines of the audit trail."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from relcrm.base import namesakes
from relcrm.base.models import ApiKey, AuditLine, Delivery, Job, User, Webhook
from relcrm.lib.rest.keyset import Order, whole
from relcrm.lib.windows import Part, Window, window
from relcrm.lib.written import whole as whole_number

DAY = timedelta(days=1)
TEXTS = ("who", "verb", "kind")
LOG = 25
NEWEST = Order((("pk", whole),), descending=True)


@dataclass(frozen=True)
class Pace:
    """How fast a running job is, and how long it will still take."""

    per_second: float
    left: timedelta | None


def jobs(*, after: str, before: str) -> Window[Job]:
    return window(
        [Part(Job.objects.select_related("created_by"), NEWEST)], after=after, before=before
    )


def webhooks() -> QuerySet[Webhook]:
    """Each with how many deliveries wait, and when one was heard last."""
    waiting = Q(deliveries__state__in=[Delivery.State.WAITING, Delivery.State.SENDING])
    heard = Q(deliveries__state=Delivery.State.SENT)
    return Webhook.objects.annotate(
        waiting=Count("deliveries", filter=waiting),
        heard_at=Max("deliveries__settled_at", filter=heard),
    )


def deliveries(hook: Webhook, asked: Mapping[str, str]) -> Window[Delivery]:
    """One page of its log, the newest first."""
    rows = hook.deliveries.select_related("happening")
    if asked.get("state") in Delivery.State.values:
        rows = rows.filter(state=asked["state"])
    places = {name: asked.get(name, "") for name in ("after", "before")}
    return window([Part(rows, NEWEST)], **places, size=LOG)


@dataclass(frozen=True)
class Trail:
    """Which lines of the audit trail are meant; an empty one means all."""

    who: str = ""  # "user:3", "key:12", "system"
    verb: str = ""  # how it begins
    kind: str = ""  # "customers.customer"
    number: int | None = None
    since: date | None = None
    until: date | None = None  # through the end of that day

    def lines(self, zone: ZoneInfo) -> QuerySet[AuditLine]:
        found = AuditLine.objects.select_related("user")
        if self.since:
            found = found.filter(at__gte=datetime.combine(self.since, time(), zone))
        if self.until:
            found = found.filter(at__lt=datetime.combine(self.until + DAY, time(), zone))
        wanted = {
            "actor": self.who, "verb__startswith": self.verb, "subject_kind": self.kind,
            "subject_id": self.number,
        }  # fmt: skip
        if self.earlier:
            del wanted["subject_id"]
            found = found.filter(subject_id__in=[self.number, *self.earlier])
        return found.filter(**{name: to for name, to in wanted.items() if to not in ("", None)})

    @cached_property
    def earlier(self) -> list[int]:
        """Numbers of others that became part of this one: what was done to them counts too."""
        return namesakes.earlier(self.kind, self.number)

    def as_query(self) -> str:
        """For the address of this page and for what the export carries with it."""
        told = {name: value for name, value in asdict(self).items() if value not in ("", None)}
        return urlencode(told)


def trail(asked: Mapping[str, str]) -> Trail:
    """The filters of an address; what makes no sense means nothing."""
    text = {name: asked.get(name, "").replace("\x00", "").strip()[:60] for name in TEXTS}
    if text["who"].isdecimal():  # addresses of earlier versions named colleagues by number
        text["who"] = f"user:{text['who']}"
    number = whole_number(asked.get("number", ""))
    if number is not None and not text["kind"]:
        text["kind"] = "customers.customer"
    days = {name: _day(asked.get(name, "")) for name in ("since", "until")}
    return Trail(**text, number=number, **days)


def _day(written: str) -> date | None:
    try:
        found = date.fromisoformat(written)
    except ValueError:
        return None
    return found if 1900 < found.year < 3000 else None


def audit_lines(wanted: Trail, zone: ZoneInfo, *, after: str, before: str) -> Window[AuditLine]:
    return window([Part(wanted.lines(zone), NEWEST)], after=after, before=before)


def actors() -> list[tuple[str, str]]:
    """Everybody who can act, for the filter: colleagues, keys, the system."""
    people = [(f"user:{one.pk}", str(one)) for one in User.objects.order_by("name", "email")]
    keys = [(f"key:{one.pk}", str(one)) for one in ApiKey.objects.order_by("name")]
    return [*people, *keys, ("system", str(_("The system")))]


def subject_kinds() -> list[str]:
    """What lines can be about."""
    kinds = AuditLine.objects.exclude(subject_kind="").order_by("subject_kind")
    return list(kinds.values_list("subject_kind", flat=True).distinct())


def paces(rows: Sequence[Job], now: datetime) -> dict[int, Pace]:
    return {job.pk: found for job in rows if (found := pace(job, now))}


def pace(job: Job, now: datetime) -> Pace | None:
    """From the rows done since the job began; None unless it is running and has begun to count."""
    if job.state != Job.State.RUNNING or not job.started_at or not job.done:
        return None
    per_second = job.done / max((now - job.started_at).total_seconds(), 0.001)
    if not job.total:
        return Pace(per_second, None)
    seconds = max(job.total - job.done, 0) / per_second
    return Pace(per_second, timedelta(seconds=round(seconds)))
