"""Deadlines as people say them: due today 17:00, 2 days late."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()
SOON = timedelta(hours=4)


@register.filter
def deadline(due_at: datetime, now: datetime) -> str:
    """In the reader's time zone; lateness in the largest unit that is at least one."""
    return _late(now - due_at) if due_at < now else _due(due_at, now)


@register.filter
def urgency(due_at: datetime, now: datetime) -> str:
    """The state to show it in: bad when late, warn when nearly, else nothing."""
    if due_at < now:
        return "bad"
    return "warn" if due_at - now < SOON else ""


def _late(by: timedelta) -> str:
    if by.days:
        return ngettext("%d day late", "%d days late", by.days) % by.days
    if hours := by.seconds // 3600:
        return ngettext("%d hour late", "%d hours late", hours) % hours
    minutes = max(1, by.seconds // 60)
    return ngettext("%d minute late", "%d minutes late", minutes) % minutes


def _due(due_at: datetime, now: datetime) -> str:
    then, today = timezone.localtime(due_at), timezone.localtime(now).date()
    days, hour = (then.date() - today).days, date_format(then, "H:i")
    if days == 0:
        return _("due today %s") % hour
    if days == 1:
        return _("due tomorrow %s") % hour
    if days < 7:
        return _("due %(day)s %(hour)s") % {"day": date_format(then, "l"), "hour": hour}
    return _("due %s") % date_format(then, "j F")
