"""The first person of an empty installation: whoever has seen the key where it was started."""

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from relcrm.base import audit, company
from relcrm.base.models import Company, User
from relcrm.lib.refusals import Refused


def welcome_key() -> str:
    """Derived from the secret key: every process knows it, nothing needs to be kept."""
    return salted_hmac("relcrm.base.welcome", "first admin", algorithm="sha256").hexdigest()[:32]


@transaction.atomic
def welcome_first_admin(
    *, key: str, email: str, password: str, name: str, company_name: str
) -> User:
    """Make the first admin and name the company. Once anybody is there, the door is shut."""
    company.current()
    # Two first admins at the same moment: the second waits here and is refused.
    ours = Company.objects.select_for_update().get()
    if User.objects.exists():
        raise Refused("This installation has its people already; ask an admin for an account.")
    if not constant_time_compare(key, welcome_key()):
        raise Refused("This is not the key. It was printed where relcrm was started.")
    ours.name = company_name
    ours.save(update_fields=["name"])
    admin = User.objects.create_superuser(email, password, name=name)
    audit.record("user.first_admin", admin, by=admin)
    return admin
