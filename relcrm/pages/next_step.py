"""One suggested next step, with the rule it comes from: an open complaint outranks everything."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from customers.models import Customer
from feedback.models import Complaint
from feedback.queries import Silence
from relationships.engine.typology.typology import TypeSpec
from relationships.live import typology
from relationships.models import Profile
from relationships.veil import is_veiled

# What a next-step group asks for while the type is not sure enough for its own playbook.
IN_GENERAL = {
    "welcome": gettext_lazy("Make the first time a good one, thank once, explain how to get help."),
    "thank": gettext_lazy("Say thank you personally, without asking for anything."),
    "deepen": gettext_lazy("Use what they told us; offer one thing that fits, ask one question."),
    "keep_rhythm": gettext_lazy("Keep doing what works, at their pace; change nothing."),
    "remind": gettext_lazy("Remind once, when the time is right for them, and then wait."),
    "repair": gettext_lazy("Find out what went wrong and put it right before anything else."),
    "leave_alone": gettext_lazy("Leave them in peace: they like it as it is."),
    "let_go": gettext_lazy("Let them go kindly, and keep the way back open."),
}  # fmt: skip


# Steps that ask something of the person: not for whom nobody should press.
PRESSING = ("deepen", "remind")


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, what rather not, and the rule that says so."""

    group: str
    heading: str
    do: str
    dont: str = ""
    rule: str = ""
    pace: str = ""
    is_too_much: bool = False
    href: str = ""
    action: str = ""


def next_step(
    customer: Customer,
    profile: Profile | None,
    *,
    complaint: Complaint | None,
    silence: Silence | None,
    sent_lately: int,
    is_pressable: bool,
    sees_complaints: bool,
    frank: bool,
) -> Step | None:
    """The first rule that applies; None when nothing is known yet."""
    if complaint is not None:
        return _answer(complaint, sees_complaints)
    if silence is not None:
        return _silent(silence)
    if customer.restricted_at:
        return _restricted()
    if customer.objects_to_profiling:
        return _unprofiled()
    if profile is None or not profile.next_step:
        return None
    if is_veiled(profile.family, frank=frank):
        return _to_service()
    if not is_pressable and profile.next_step in PRESSING:
        return _gently()
    return _from_playbook(profile, sent_lately)


def _answer(complaint: Complaint, may_open: bool) -> Step:
    owner = complaint.owner
    do = (
        _("%s answers the complaint: listen, say sorry, put it right.") % owner
        if owner
        else _("Somebody takes the complaint and answers it.")
    )
    href = reverse("feedback:complaint", args=[complaint.pk]) if may_open else ""
    return Step("repair", _("Answer first"), do, _("No campaign, no survey, no voucher."),
                _("While a complaint is open, marketing is silent."),
                href=href, action=_("Open complaint"))  # fmt: skip


def _silent(silence: Silence) -> Step:
    return Step("leave_alone", _("Quiet for now"), _("Let the last complaint heal."),
                _("No campaign before it has."),
                _("After a severe complaint, marketing stays silent for seven days."))  # fmt: skip


def _unprofiled() -> Step:
    return Step("leave_alone", _("Serve, do not profile"),
                _("Answer what they ask, deliver what they order."),
                _("No marketing that rests on a profile."),
                _("They object to profiling, and that is final."))  # fmt: skip


def _restricted() -> Step:
    return Step("leave_alone", _("Keep, do not use"),
                _("Deliver what they order; touch nothing else of what we know."),
                _("No message, no campaign, no judging."),
                _("The use of their data is restricted; privacy lifts that."))  # fmt: skip


def _to_service() -> Step:
    return Step("repair", _("Please leave to service"),
                _("A colleague in service looks after this relationship."),
                _("No campaign, no survey."),
                _("Difficult relationships belong to people, not to campaigns."))  # fmt: skip


def _gently() -> Step:
    return Step("leave_alone", _("Do not press"),
                _("Be there when they come; answer what they ask."),
                _("No win-back, nothing that runs out, no last chance."),
                _("They are vulnerable, as a colleague noted."))  # fmt: skip


def _from_playbook(profile: Profile, sent_lately: int) -> Step:
    kinds = typology()
    heading = _(kinds.groups[profile.next_step])
    if not profile.type:
        return Step(profile.next_step, heading, str(IN_GENERAL[profile.next_step]),
                    rule=_("The kind of relationship is not sure enough for more."))  # fmt: skip
    kind = kinds[profile.type]
    return Step(
        profile.next_step, heading, _sentence(kind.do), _sentence(kind.dont), _rule(kind),
        _pace(kind, sent_lately), sent_lately > kind.contacts_30d_max,
    )  # fmt: skip


def _sentence(playbook: str) -> str:
    """The playbook lists with semicolons; a page speaks in sentences."""
    parts = [part.strip() for part in playbook.rstrip(".").split(";")]
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in parts if part)


def _rule(kind: TypeSpec) -> str:
    hours = kind.reply_hours_max
    within = ngettext("%s hour", "%s hours", 1 if hours == 1 else 2) % f"{hours:g}"
    return _(
        "%(name)s: a first answer within %(within)s; at most %(promo)d %% of messages promote."
    ) % {"name": kind.name, "within": within, "promo": round(100 * kind.promo_share_max)}


def _pace(kind: TypeSpec, sent: int) -> str:
    if not kind.contacts_30d_max:
        return _("No marketing messages at all; we sent %d in 30 days.") % sent
    return ngettext(
        "At most one message in 30 days; we sent %(sent)d.",
        "At most %(most)d messages in 30 days; we sent %(sent)d.",
        kind.contacts_30d_max,
    ) % {"most": kind.contacts_30d_max, "sent": sent}
