"""Consents are added to the ledger; only merging and erasing may open it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from customers import news
from customers.actions.ingest import AHEAD, ingest
from customers.contact.rules import COURTED
from customers.events import Event
from customers.models import Consent, Customer, Kind, LedgerKey, Purpose, Reach, Wording
from relcrm.base import audit
from relcrm.base.audit import Actor, actor_name
from relcrm.base.models import Brand
from relcrm.lib.refusals import Refused

SOURCE = "consent"  # of the interaction that a withdrawal writes; source_id is the line's number
State = Consent.State


@dataclass(frozen=True, slots=True)
class Said:
    """Yes or no to what: a yes needs purpose and channel, a no may leave either empty: all of
    them. `at` is when it was said, None for just now."""

    purpose: str
    channel: str
    source: str
    state: str = State.GRANTED
    brand: Brand | None = None
    wording: Wording | None = None
    proof: dict[str, Any] = field(default_factory=dict)
    at: datetime | None = None


@transaction.atomic
def record_consent(customer: Customer, said: Said, *, by: Actor, now: datetime) -> Consent:
    """Add one line. It cannot be changed or removed later."""
    _check(customer, said, now)
    line = Consent.objects.create(
        customer=customer, purpose=said.purpose, channel=said.channel, brand=said.brand,
        state=said.state, wording=said.wording, source=said.source.strip()[:60],
        proof=said.proof, at=said.at or now, recorded_at=now, recorded_by=actor_name(by),
    )  # fmt: skip
    if said.state == State.WITHDRAWN and said.purpose in ("", Purpose.MARKETING):
        _tell_the_timeline(line, now)
    audit.record(
        f"consent.{said.state}", customer, by=by, at=now,
        line=line.pk, purpose=said.purpose, channel=said.channel, source=line.source,
    )  # fmt: skip
    news.tell_consent(line, now)
    return line


def withdraw_consent(
    customer: Customer, *, source: str, by: Actor, now: datetime, **more: Any
) -> Consent:
    """A no: to everything, unless `purpose`, `channel` or `brand` narrow it down."""
    told = {"purpose": "", "channel": ""} | more
    return record_consent(
        customer, Said(source=source, state=State.WITHDRAWN, **told), by=by, now=now
    )


def _check(customer: Customer, said: Said, now: datetime) -> None:
    is_no = said.state == State.WITHDRAWN
    if customer.erased_at is not None or not _is_held(customer):
        raise Refused(_("This customer was erased; nothing can be recorded for them."))
    if said.state not in State.values:
        raise Refused(_("A consent is granted, withdrawn or requested."))
    if said.purpose not in (*COURTED, "") or said.channel not in (*Reach.values, ""):
        raise Refused(_("Consents are for marketing or surveys, by e-mail, SMS, social media, "
                        "phone or letter."))  # fmt: skip
    if not is_no and not (said.purpose and said.channel):
        raise Refused(_("A yes is to one purpose on one channel; say which."))
    if (said.at or now) > now + AHEAD:
        raise Refused(_("A consent cannot be given in the future."))
    if said.wording is not None and said.wording.purpose != said.purpose and not is_no:
        raise Refused(_("These words are about something else: %s.") % said.wording.purpose)
    if not said.source.strip():
        raise Refused(_("Say where this consent comes from."))


def _is_held(customer: Customer) -> bool:
    """Until our commit nobody erases them; False when somebody has just done so."""
    held = Customer.objects.present().select_for_update(of=("self",), no_key=True)
    return held.filter(pk=customer.pk).values_list("pk").first() is not None


def _tell_the_timeline(line: Consent, now: datetime) -> None:
    """That they want no more marketing is a fact about the relationship, too."""
    ingest(
        [
            Event(
                customer_id=line.customer_id, kind=Kind.UNSUBSCRIBED, occurred_at=line.at,
                channel=line.channel, source=SOURCE, source_id=str(line.pk),
                brand_id=line.brand_id,
            )
        ],
        now=now,
    )  # fmt: skip


@transaction.atomic
def add_wording(
    *, key: str, text: str, purpose: str, language: str = "en", by: Actor, now: datetime
) -> Wording:
    """The first version of a statement, or its next one; earlier ones stay as they were."""
    text = text.strip()
    if not text:
        raise Refused(_("Write the words that people agree to."))
    if purpose not in COURTED:
        raise Refused(_("Consent is asked for marketing or surveys."))
    before = Wording.objects.filter(key=key, language=language).order_by("-version").first()
    if before is not None and before.purpose != purpose:
        raise Refused(_("“%s” is about something else; give the new statement another name.") % key)
    if before is not None and before.text == text:
        raise Refused(_("These are the words of version %d already.") % before.version)
    wording = Wording.objects.create(
        key=key,
        version=before.version + 1 if before else 1,
        language=language,
        purpose=purpose,
        text=text,
        created_by=actor_name(by),
        created_at=now,
    )
    audit.record("wording.added", wording, by=by, at=now, key=key, version=wording.version)
    return wording


@contextmanager
def opened(customers: Iterable[int]) -> Iterator[None]:
    """Within this block, in one transaction, lines of these customers may be removed (erasing)
    or given to somebody else (merging, and undoing that); nothing else about them can change."""
    with transaction.atomic():
        held = LedgerKey.objects.values_list("customer", flat=True)
        keys = sorted(set(customers).difference(held))  # an opening within another is none
        LedgerKey.objects.bulk_create([LedgerKey(customer=key) for key in keys])
        yield
        LedgerKey.objects.filter(customer__in=keys).delete()
