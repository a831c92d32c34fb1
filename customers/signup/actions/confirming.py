"""From an answer to a customer: the owner of the address is asked, confirms, and is signed up."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from customers import news
from customers.actions.tags import tag_customers
from customers.contact import policy
from customers.contact.actions.ledger import Said, record_consent
from customers.contact.actions.opting_in import ask_for_consent
from customers.contact.actions.outbox import Draft
from customers.contact.actions.strangers import give_message, queue_to_address
from customers.contact.queries.strangers import may_answer
from customers.models import Customer, Purpose, Reach, SegmentMember, SignUp, SignUpForm, Wording
from customers.signup.actions.forgetting import mail_key
from customers.signup.actions.person import find_or_make
from customers.signup.queries.known import is_known
from customers.signup.tokens import CONFIRM_WITHIN, link_token
from relcrm.base import audit
from relcrm.base.models import Brand
from relcrm.lib.refusals import Refused

State = SignUp.State
ORIGIN = "sign-up"


@transaction.atomic
def take_up(pk: int, *, now: datetime) -> None:
    """The worker's part, once: ask the owner of the address, or sign up at once where the form
    wants no confirmation and neither address nor phone means anything to us yet."""
    found = SignUp.objects.filter(pk=pk, state=State.RECEIVED)
    if connection.vendor == "postgresql":
        found = found.select_for_update(of=("self",), skip_locked=True)
    sign_up = found.select_related("form__brand").first()
    if sign_up is None:
        return
    if must_be_confirmed(sign_up):
        _ask(sign_up, now)
    else:
        _sign_up(sign_up, {"confirmed_by": "nobody; the form does not ask for it"}, now)


def must_be_confirmed(sign_up: SignUp) -> bool:
    """Without a proof of having seen our form, always; otherwise as the form says, but never may
    anybody be signed up whom we know, as it may be somebody else who typed that."""
    if sign_up.proof.get("way") == "site" or is_double(sign_up.form):
        return True
    is_silenced = not may_answer(sign_up.email, channel=Reach.EMAIL)
    return is_silenced or is_known(sign_up.email, sign_up.told.get("phone", ""))


def is_double(form: SignUpForm) -> bool:
    """As the form says, else as the company has it."""
    chosen = form.is_double_opt_in
    return policy.current().is_double_opt_in if chosen is None else chosen


def _ask(sign_up: SignUp, now: datetime) -> None:
    """Nothing that was typed stands in the mail: nobody can send their words through us."""
    form = sign_up.form
    sign_up.state = State.ASKED
    sign_up.save(update_fields=["state"])
    with translation.override(form.language):
        address = reverse("signup:confirm", args=[link_token(sign_up)])
        words = [f"– {each.text}" for each, _channel in said_of(sign_up)]
        text = _("Somebody, we hope you, filled in this form: %(title)s\n\n%(words)s\n\nPlease "
                 "confirm here that it was you, within %(days)d days:\n%(address)s\n\nIf it was "
                 "not you, do nothing. Nothing is kept of it, and you will hear no more.") % {
            "title": form.title, "words": "\n".join(words), "days": CONFIRM_WITHIN.days,
            "address": f"{settings.PUBLIC_URL}{address}",
        }  # fmt: skip
        queue_to_address(
            sign_up.email,
            Draft(
                channel=Reach.EMAIL,
                purpose=Purpose.SERVICE,
                origin=ORIGIN,
                text=text,
                brand=form.brand,
                subject=_("Please confirm: %s") % form.title,
                dedupe_key=mail_key(sign_up.pk),
            ),
            by=None,
            now=now,
        )


@transaction.atomic
def confirm(sign_up: SignUp, *, proof: dict[str, Any], now: datetime) -> None:
    """Its owner has followed the link of our mail. Doing so again changes nothing."""
    try:
        sign_up.refresh_from_db(from_queryset=SignUp.objects.select_for_update(of=("self",)))
    except SignUp.DoesNotExist:  # forgotten or erased since the link was looked at
        raise Refused(_("This link has run out. Please sign up again.")) from None
    if sign_up.state == State.CONFIRMED:
        return
    if now - sign_up.at > CONFIRM_WITHIN:
        raise Refused(_("This link has run out. Please sign up again."))
    _sign_up(sign_up, proof, now)


def _sign_up(sign_up: SignUp, proof: dict[str, Any], now: datetime) -> None:
    """The facts, the consents with their proof, the list and the tag, in one transaction."""
    form, told = sign_up.form, sign_up.told
    is_confirmed = "confirmed_by" not in proof
    person = find_or_make(sign_up.email, told, form.language, now=now)
    shown = {"form": form.slug, "version": sign_up.version, "filled_in_at": sign_up.at.isoformat()}
    _record(sign_up, person, shown | sign_up.proof | proof, must_confirm=is_confirmed, now=now)
    if form.joins_id:
        SegmentMember.objects.bulk_create(
            [SegmentMember(segment_id=form.joins_id, customer=person, added_at=now)],
            ignore_conflicts=True,
        )
    if form.tag:
        tag_customers([person.pk], form.tag.name, by=None, now=now)
    give_message(mail_key(sign_up.pk), person)
    sign_up.state, sign_up.customer, sign_up.confirmed_at = State.CONFIRMED, person, now
    sign_up.email, sign_up.told, sign_up.proof = "", {}, sign_up.proof | proof
    sign_up.save()
    audit.record("sign_up.confirmed", sign_up, by=None, at=now, form=form.pk, customer=person.pk)
    news.tell_signed_up(person.pk, form.pk, now)


def _record(
    sign_up: SignUp, person: Customer, proof: dict[str, Any], *, must_confirm: bool, now: datetime
) -> None:
    """A yes by e-mail was shown to be theirs. One by SMS is for the number that was typed, and is
    asked again by SMS: a link in a mail does not show whose phone it is."""
    for wording, channel in said_of(sign_up):
        said = Said(
            wording.purpose, channel, sign_up.form.source, brand=_brand(sign_up.form),
            wording=wording, proof=proof,
        )  # fmt: skip
        if channel == Reach.EMAIL:
            record_consent(person, said, by=None, now=now)
        elif person.phone and person.phone == sign_up.told.get("phone"):
            ask_for_consent(person, said, must_confirm=must_confirm, by=None, now=now)


def _brand(form: SignUpForm) -> Brand | None:
    """A yes on a form of the default brand is to the company, as its messages name no brand."""
    return form.brand if form.brand and not form.brand.is_default else None


def said_of(sign_up: SignUp) -> list[tuple[Wording, str]]:
    """What was agreed to, in the version that was shown."""
    words = Wording.objects.in_bulk([number for number, _channel in sign_up.said])
    return [(words[number], channel) for number, channel in sign_up.said if number in words]
