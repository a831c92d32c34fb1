"""The first person of an empty installation: whoever has seen the key where it was started."""

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from relcrm.base import audit, company
from relcrm.base.models import User
from relcrm.lib.refusals import Refused


def welcome_key() -> str:
    """Derived from the secret key: every process knows it, nothing needs to be kept."""
    return salted_hmac("relcrm.base.welcome", "first admin", algorithm="sha256").hexdigest()[:32]


@transaction.atomic
def welcome_first_admin(
    *, key: str, email: str, password: str, name: str, company_name: str
) -> User:
    """Make the first admin and name the company. Once anybody is there, the door is shut."""
    ours = company.held()  # of two first admins at the same moment the second is refused
    if User.objects.exists():
        raise Refused("This installation has its people already; ask an admin for an account.")
    if not constant_time_compare(key, welcome_key()):
        raise Refused("This is not the key. It was printed where relcrm was started.")
    ours.name = company_name
    ours.save(update_fields=["name"])
    admin = User.objects.create_superuser(email, password, name=name)
    audit.record("user.first_admin", admin, by=admin)
    return admin
