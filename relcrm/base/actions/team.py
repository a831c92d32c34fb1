"""Who joins the team, changes role or e-mail, or may no longer sign in."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.base.models import User
from relcrm.lib.refusals import Refused


@transaction.atomic
def add_colleague(
    *, name: str, email: str, role: str, password: str, by: Actor, now: datetime
) -> User:
    user = User.objects.create_user(email, password, name=name, **_rights(role))
    audit.record("colleague.added", user, by=by, at=now, role=role)
    return user


@transaction.atomic
def change_colleague(
    user: User,
    *,
    name: str,
    email: str,
    role: str,
    is_active: bool,
    expertise: list[str] | None = None,
    by: Actor,
    now: datetime,
) -> None:
    """Nobody locks out the last admin, nor themselves. A former e-mail opens nothing any more."""
    loses = user.role == User.Role.ADMIN and (role != User.Role.ADMIN or not is_active)
    if loses and not _other_admins(user):
        raise Refused("This is the only admin. Make somebody else an admin first.")
    if user == by and not is_active:
        raise Refused("You cannot take away your own sign-in; ask another admin.")
    before = {"role": user.role, "is_active": user.is_active}
    after = {"role": role, "is_active": is_active}
    if email != user.email:
        after["email"] = "another"  # the trail holds no personal data
        EmailAddress.objects.filter(user=user).delete()  # mail to reset a password goes there
    user.name, user.email, user.is_active = name, email, is_active
    user.expertise = user.expertise if expertise is None else expertise
    rights = _rights(role)
    for right, value in rights.items():
        setattr(user, right, value)
    user.save(update_fields=["name", "email", "is_active", "expertise", *rights])
    audit.record(
        "colleague.changed", user, by=by, at=now,
        before=before, after=after,
    )  # fmt: skip


def _rights(role: str) -> dict[str, object]:
    """Only admins enter the back office."""
    is_admin = role == User.Role.ADMIN
    return {"role": role, "is_staff": is_admin, "is_superuser": is_admin}


def _other_admins(user: User) -> bool:
    admins = User.objects.filter(role=User.Role.ADMIN, is_active=True)
    return admins.exclude(pk=user.pk).exists()
