"""Forgetting by age: rules are set, tried out, and worked off shelf by shelf every night."""

from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.actions.erasure import erase_customer, keep_sums
from customers.actions.requests import months_after
from customers.actions.tallies import mark_stale
from customers.models import (
    Customer,
    ImportProblem,
    Interaction,
    Kind,
    RetentionRule,
    SignUp,
    SubjectRequest,
)
from customers.retention import NOT_BY_KIND, PLURALS, Shelf, register, shelves
from relcrm.base import audit, company
from relcrm.base.actions import jobs
from relcrm.base.actions.audit_trail import audit_age, sweep_audit
from relcrm.base.audit import Actor
from relcrm.base.models import AuditSweep, Job
from relcrm.base.runners import Progress
from relcrm.lib.refusals import Refused

AT_ONCE = 2_000  # rows in one transaction: others wait no longer than for these
PEOPLE_AT_ONCE = 50


@transaction.atomic
def set_retention(months: Mapping[str, int | None], *, by: Actor, now: datetime) -> None:
    """Keep each kind for so many months; None keeps it for good. Nothing is removed yet."""
    before = dict(RetentionRule.objects.values_list("what", "months"))
    for key, wanted in months.items():
        shelf = shelves().get(key)
        if shelf is None:
            raise Refused(_("“%s” is nothing that is kept.") % key)
        if wanted is not None and wanted < shelf.least_months:
            raise Refused(
                _("%(what)s: at least %(n)d months.")
                % {"what": shelf.title, "n": shelf.least_months}
            )
        if wanted == before.get(key):
            continue
        if wanted is None:
            RetentionRule.objects.filter(what=key).delete()
        else:
            RetentionRule.objects.update_or_create(
                what=key, defaults={"months": wanted, "changed_at": now}
            )
        audit.record("retention.set", by=by, at=now, what=key, before=before.get(key), after=wanted)


def ask_for_retention(*, by: Actor) -> Job | None:
    """Put clearing in line, when there is any rule; never twice at once."""
    if not RetentionRule.objects.exists():
        return None
    return jobs.ask_for(
        "retention", "Forget what is older than its rule", by=by, unit="rows", once_key="retention"
    )


def apply_retention(*, now: datetime, progress: Progress, by: Actor = None) -> dict[str, int]:
    """Every rule, a batch at a time; begun again it goes on where it stopped. Counts by kind."""
    removed: dict[str, int] = {}
    for rule in RetentionRule.objects.order_by("what"):
        shelf = shelves().get(rule.what)
        if shelf is None:  # a table of a version that is gone
            continue
        before = limit(rule.months, now)
        count = 0
        while some := _some(shelf, before, now):
            count += some
            progress(sum(removed.values()) + count)
        if count:
            removed[rule.what] = count
            audit.record(
                "retention.applied", by=by, what=rule.what, months=rule.months, removed=count
            )
    return removed


def run_retention(job: Job, progress: Progress) -> dict[str, Any]:
    """The job "retention"."""
    moment = job.started_at or job.created_at
    return {"removed": apply_retention(now=moment, progress=progress, by=job.created_by)}


@transaction.atomic
def _some(shelf: Shelf, before: datetime, now: datetime) -> int:
    return shelf.clear(before, now)


def limit(months: int, now: datetime) -> datetime:
    """Midnight so many months ago, in the company's zone."""
    zone = company.current().tzinfo
    return datetime.combine(months_after(now.astimezone(zone).date(), -months), time(), zone)


def dry_run(now: datetime) -> dict[str, int]:
    """How many rows each rule would remove today."""
    rules = dict(RetentionRule.objects.values_list("what", "months"))
    return {
        key: shelf.count(limit(rules[key], now)) for key, shelf in shelves().items() if key in rules
    }


# The shelves of this app and of the base --------------------------------------------------------


def _of_kind(kind: str) -> tuple[Callable[[datetime], int], Callable[[datetime, datetime], int]]:
    def older(before: datetime) -> QuerySet[Interaction]:
        return Interaction.objects.filter(kind=kind, occurred_on__lt=before.date())

    def count(before: datetime) -> int:
        return older(before).count()

    def clear(before: datetime, now: datetime) -> int:
        ids = list(older(before).order_by("occurred_on").values_list("pk", flat=True)[:AT_ONCE])
        return forget_interactions(ids, now=now)

    return count, clear


def forget_interactions(ids: list[int], *, now: datetime) -> int:
    """Their sums stay among those of the erased; whom they were about is judged anew."""
    rows = Interaction.objects.filter(pk__in=ids)
    keep_sums(rows)
    people = set(rows.order_by().values_list("customer_id", flat=True))
    Customer.objects.present().filter(pk__in=people).update(touched_at=now)
    mark_stale(people)
    return rows.delete()[1].get("customers.Interaction", 0)


def _by(rows: Callable[[datetime], QuerySet[Any]]) -> Callable[[datetime, datetime], int]:
    """Clear some of these rows with whatever hangs on them."""

    def clear(before: datetime, now: datetime) -> int:
        found = rows(before)
        ids = list(found.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        found.model._base_manager.filter(pk__in=ids).delete()
        return len(ids)

    return clear


def shelf_of(key: str, title: Any, rows: Callable[[datetime], QuerySet[Any]], **more: Any) -> Shelf:
    """A shelf whose rows simply go."""
    return Shelf(key, title, lambda before: rows(before).count(), _by(rows), **more)


def _quiet(before: datetime) -> QuerySet[Customer]:
    """People nobody has seen or heard since, and who were not added since either."""
    day = before.date()
    unseen = Q(last_seen_on__lt=day) | Q(last_seen_on=None)
    return Customer.objects.present().filter(unseen, created_at__lt=before, changed_at__lt=before)


def _erase_quiet(before: datetime, now: datetime) -> int:
    found = list(_quiet(before).order_by("pk")[:PEOPLE_AT_ONCE])
    for customer in found:
        # They did not ask to be forgotten, so nothing keeps them from coming back.
        erase_customer(customer, by=None, now=now, remember=False)
    return len(found)


def register_all() -> None:
    for kind in Kind:
        if kind not in NOT_BY_KIND:
            count, clear = _of_kind(kind)
            register(Shelf(f"interaction.{kind}", PLURALS.get(kind, kind.label), count, clear))
    register(shelf_of(
        "request", gettext_lazy("Answered requests about data"),
        lambda before: SubjectRequest.objects.filter(closed_at__lt=before), least_months=12,
        note=gettext_lazy("They prove that we answered; keep them for as long as one may sue."),
    ))  # fmt: skip
    register(shelf_of(
        "import_problem", gettext_lazy("Rows of files that were not taken"),
        lambda before: ImportProblem.objects.filter(of__created_at__lt=before),
    ))  # fmt: skip
    register(shelf_of(
        "sign_up", gettext_lazy("Sign-ups through forms"),
        lambda before: SignUp.objects.confirmed().filter(confirmed_at__lt=before), least_months=1,
        note=gettext_lazy("Consents with their proof stay in the ledger. What nobody confirmed "
                          "goes by itself after two weeks."),
    ))  # fmt: skip
    register(Shelf(
        "quiet_customer", gettext_lazy("People of whom nothing was heard"),
        lambda before: _quiet(before).count(), _erase_quiet, least_months=6,
        note=gettext_lazy("They are erased in every table; they may come back as new customers."),
    ))  # fmt: skip
    register(Shelf(
        "audit", gettext_lazy("Audit trail"), audit_age,
        lambda before, now: sweep_audit(before), least_months=AuditSweep.LEAST_MONTHS,
        note=gettext_lazy("The database refuses to forget anything younger than a year."),
    ))  # fmt: skip
