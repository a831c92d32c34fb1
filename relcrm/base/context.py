"""What every template knows: the company, the day it is looked at, and what this person may do."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from relcrm.base import roles
from relcrm.base.models import User


def company(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    return {
        "company": getattr(request, "company", None),
        "viewpoint": getattr(request, "viewpoint", None),
        "nobody_yet": SimpleLazyObject(lambda: not User.objects.exists()),
        "may": SimpleLazyObject(
            lambda: {name: roles.may(user, name) for name in roles.TABLE} if user else {}
        ),
    }
