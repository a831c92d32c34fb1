"""Whether what was sent comes from a person who saw the form, and taking it in if so."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers import custom
from customers.models import Reach, SignUp, SignUpForm, Wording
from customers.signup.actions.confirming import said_of
from customers.signup.actions.sign_up import sign_up
from customers.signup.facts import known
from customers.signup.filling import TRAP, FillIn
from customers.signup.tokens import read_seen
from relcrm.base import signs
from relcrm.lib.limits import is_too_often

HOUR = 3600
FROM_ONE_PLACE, TO_ONE_FORM = 30, 2_000  # submissions an hour
LARGEST = 64 * 1024  # bytes; the longest form that makes sense has a quarter of that
HASTY = _("That was quick. Please look at it once more, and send it again.")
STALE = _("This page was open for a long time. Please look at it once more, and send it again.")
CHANGED = _("This form has changed meanwhile. Please look at it once more, and send it again.")
ELSEWHERE = _("Please look at it once more, and send it from here.")
Words = str | Promise


def refused(request: HttpRequest, form: SignUpForm) -> int:
    """The status to refuse with before anything is read, or 0."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return 413
    place = request.META.get("REMOTE_ADDR", "")
    if is_too_often("sign-up", place, times=FROM_ONE_PLACE, seconds=HOUR):
        return 429
    return 429 if is_too_often("sign-up form", str(form.pk), times=TO_ONE_FORM, seconds=HOUR) else 0


def way(request: HttpRequest, form: SignUpForm, *, is_embedded: bool) -> tuple[str, Words]:
    """How it came in, and why it has to be looked at again ("" when it need not)."""
    now, seen = timezone.now(), read_seen(request.POST.get("seen", ""))
    if seen is None or seen.form != form.pk:
        # A plain form on one of its sites: the browser says where it stands.
        is_theirs = not is_embedded and request.headers.get("Origin", "") in form.sites
        return ("site", "") if is_theirs else ("", ELSEWHERE)
    if seen.is_stale(now):
        return "", STALE
    if seen.version != form.version:
        return "", CHANGED
    if seen.is_hasty(now):
        return "", HASTY
    return ("embedded" if is_embedded else "page"), ""


def take_in(request: HttpRequest, form: SignUpForm, fields: FillIn, way: str) -> None:
    """Nothing at all from who fills in what no person sees; the answer is the same."""
    if request.POST.get(TRAP):
        return
    proof: dict[str, Any] = {"network": signs.network(request)}
    if way == "site":
        proof["site"] = request.headers["Origin"]
    sign_up(form, fields.filled(way=way, proof=proof), by=None, now=timezone.now())


def told(found: SignUp) -> list[tuple[Words, str]]:
    """What was typed, for its owner to look at before they confirm."""
    facts = known()
    pairs: list[tuple[Words, str]] = [(_("E-mail"), found.email)]
    for what, value in found.told.items():
        if fact := facts.get(what):
            pairs.append((fact.label, _shown(fact, value)))
    return pairs


def said(found: SignUp) -> list[tuple[Wording, str]]:
    """What they agree to, and on which channel, in words."""
    return [(words, str(Reach(channel).label)) for words, channel in said_of(found)]


def _shown(fact: Any, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    if fact.field is not None:
        return custom.shown(fact.field, custom.read(fact.field, value) or "")
    return str(value)
