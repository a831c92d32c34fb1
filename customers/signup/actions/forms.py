"""Forms are made, changed in versions, published and withdrawn."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from customers.contact.rules import COURTED
from customers.models import Reach, SignUpAsk, SignUpForm, SignUpFormVersion, Wording
from customers.signup.facts import known
from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.base.models import User
from relcrm.lib.refusals import Refused

State = SignUpForm.State
EDITABLE = (
    "name", "brand", "language", "title", "text", "button", "facts", "joins", "tag",
    "is_double_opt_in", "thanks", "redirect_to", "sites",
)  # fmt: skip
# What people see: a change of it makes a new version.
SEEN = ("brand", "language", "title", "text", "button", "facts")
# Goes into a header: nothing but a scheme, a host and a port. Plain http only on one's own desk.
ORIGIN = re.compile(
    r"https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?|http://localhost(:\d{1,5})?"
)
RESERVED = ("confirm",)  # other addresses below /s/
CHANNELS = (Reach.EMAIL.value, Reach.SMS.value)  # that their owner can confirm by a link
Asks = Sequence[tuple[Wording, str]]


@transaction.atomic
def make_form(
    *, slug: str = "", asks: Asks = (), by: Actor, now: datetime, **facts: Any
) -> SignUpForm:
    """A draft; its address is made from its name unless `slug` says another."""
    _check(facts, asks)
    form = SignUpForm(
        slug=_slug(slug or facts["name"]), created_by=by if isinstance(by, User) else None,
        created_at=now, changed_at=now, **facts,
    )  # fmt: skip
    form.save()
    _keep_asks(form, asks)
    _keep_version(form, now)
    audit.record("signup_form.made", form, by=by, at=now)
    return form


@transaction.atomic
def change_form(
    form: SignUpForm, *, asks: Asks | None = None, by: Actor, now: datetime, **facts: Any
) -> None:
    """What people see in another way is another version; the earlier ones stay on record."""
    form.refresh_from_db(from_queryset=SignUpForm.objects.select_for_update(of=("self",)))
    held = {name: getattr(form, name) for name in EDITABLE}
    before = _pairs(form)
    _check(held | facts, before if asks is None else asks)
    changed = [name for name, value in facts.items() if held[name] != value]
    for name in changed:
        setattr(form, name, facts[name])
    is_asking_anew = asks is not None and list(asks) != before
    if is_asking_anew:
        _keep_asks(form, asks or ())
    if not (changed or is_asking_anew):
        return
    if is_new := is_asking_anew or not set(changed).isdisjoint(SEEN):
        form.version += 1
        _keep_version(form, now)
    form.changed_at = now
    form.save(update_fields=[*changed, "version", "changed_at"])
    told = sorted([*changed, *(["asks"] if is_asking_anew else [])])
    audit.record("signup_form.changed", form, by=by, at=now, fields=told, is_new_version=is_new)


@transaction.atomic
def publish_form(form: SignUpForm, *, by: Actor, now: datetime) -> None:
    """From now on everybody who has its address may sign up."""
    if form.is_open:
        raise Refused(_("This form is published already."))
    _set(form, State.PUBLISHED, now)
    audit.record("signup_form.published", form, by=by, at=now, version=form.version)


@transaction.atomic
def withdraw_form(form: SignUpForm, *, by: Actor, now: datetime) -> None:
    """Nobody can fill it in any more; links in mails that were sent still confirm."""
    if not form.is_open:
        raise Refused(_("This form is not published."))
    _set(form, State.WITHDRAWN, now)
    audit.record("signup_form.withdrawn", form, by=by, at=now)


def _set(form: SignUpForm, state: str, now: datetime) -> None:
    form.state, form.changed_at = state, now
    form.save(update_fields=["state", "changed_at"])


def _check(facts: Mapping[str, Any], asks: Asks) -> None:
    if unknown := set(facts) - set(EDITABLE):
        raise Refused(_("“%s” is nothing that a form has.") % min(unknown))
    if not facts["name"].strip() or not facts["title"].strip():
        raise Refused(_("Give the form a name and a title."))
    if strange := {each["what"] for each in facts.get("facts", [])} - set(known()):
        raise Refused(_("“%s” cannot be asked.") % min(strange))
    if (joins := facts.get("joins")) and not joins.is_list:
        raise Refused(_("This segment follows a rule; people can only join a list."))
    _check_asks(facts, asks)
    _check_way_on(facts)


def _check_asks(facts: Mapping[str, Any], asks: Asks) -> None:
    pairs = [(wording.purpose, channel) for wording, channel in asks]
    if len(set(pairs)) < len(pairs):
        raise Refused(_("Ask once for each purpose and channel."))
    if any(purpose not in COURTED or channel not in CHANNELS for purpose, channel in pairs):
        raise Refused(_("Forms ask for news or questions, by e-mail or SMS: only there can the "
                        "owner of an address confirm by a link."))  # fmt: skip
    if Reach.SMS not in {channel for _purpose, channel in pairs}:
        return
    if "phone" not in {each["what"] for each in facts.get("facts", [])}:
        raise Refused(_("To write by SMS we need a phone number; ask for it as well."))
    if (brand := facts.get("brand")) and not brand.is_default:
        raise Refused(_("A yes by SMS is to the company; choose no brand, or leave SMS out."))


def _check_way_on(facts: Mapping[str, Any]) -> None:
    """Only to a site that this form names: nobody may make a stepping stone of our address."""
    for site in facts.get("sites", []):
        if not ORIGIN.fullmatch(site):
            raise Refused(_("“%s” is no site; write it like https://shop.example.") % site[:80])
    if not (way := facts.get("redirect_to")):
        return
    parts = urlsplit(way)
    if parts.scheme != "https" or f"https://{parts.netloc}" not in facts.get("sites", []):
        raise Refused(_("The page that people go to afterwards must be https, on one of the sites "
                        "named here."))  # fmt: skip


def _slug(text: str) -> str:
    found = slugify(text)[:50].strip("-")
    if not found or found in RESERVED:
        raise Refused(_("Give it another short name, of letters and digits."))
    if SignUpForm.objects.filter(slug=found).exists():
        raise Refused(_("There is a form with the address /s/%s/ already.") % found)
    return found


def _pairs(form: SignUpForm) -> list[tuple[Wording, str]]:
    return [(ask.wording, ask.channel) for ask in form.asks.select_related("wording")]


def _keep_asks(form: SignUpForm, asks: Asks) -> None:
    form.asks.all().delete()
    SignUpAsk.objects.bulk_create([
        SignUpAsk(form=form, wording=words, purpose=words.purpose, channel=channel, position=at)
        for at, (words, channel) in enumerate(asks)
    ])  # fmt: skip


def _keep_version(form: SignUpForm, now: datetime) -> None:
    """What stood on it, so that a consent can be shown with the page it was given on."""
    shown = {name: getattr(form, name) for name in SEEN if name != "brand"}
    shown["brand"] = str(form.brand or "")
    shown["asks"] = [
        {"wording": words.key, "version": words.version, "text": words.text, "channel": channel}
        for words, channel in _pairs(form)
    ]
    SignUpFormVersion.objects.create(form=form, version=form.version, shown=shown, since=now)
