"""The doorkeeper of the API: a key with scopes, or a signed-in person with a role."""

from datetime import timedelta
from typing import Any

from django.utils.timezone import now as clock
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from relcrm.base import roles
from relcrm.base.models import ApiKey

# What a signed-in person's role must have to use a scope of the API from the browser.
SCOPE_CAPABILITIES = {
    "customers:read": "see_customers",
    "people:read": "see_people",
    "customers:write": "edit_customers",
    "fields:write": "administer",
    "interactions:read": "see_customers",
    "interactions:write": "import_data",
    "complaints:read": "see_complaints",
    "complaints:write": "handle_complaints",
    "promises:read": "see_promises",
    "promises:write": "edit_promises",
    "outcomes:write": "state_outcomes",
    "segments:read": "see_customers",
    "segments:write": "edit_segments",
    "signups:read": "edit_signup_forms",
    "signups:write": "edit_signup_forms",
    "consents:read": "see_customers",
    "consents:write": "edit_customers",
    "messages:read": "see_customers",
    "messages:write": "write_messages",
    "targeting:read": "target",
    "privacy:read": "guard_privacy",
    "privacy:write": "guard_privacy",
    "imports:read": "import_data",
    "imports:write": "import_data",
    "exports:read": "export_data",
    "exports:write": "export_data",
    "specification:read": "administer",
    "specification:write": "administer",
    "costs:write": "administer",
    "forecast:write": "administer",
    "offers:write": "target",
    "webhooks:read": "administer",
    "webhooks:write": "administer",
    "jobs:read": "see_jobs",
    "jobs:write": "run_jobs",
    "reports:read": "see_company",
    "negative:read": "see_negative_types",
    "discreet:read": "see_discreet",
}


def may(request: Request, scope: str) -> bool:
    """A person needs the role; a key needs the scope, and never does more than its maker may."""
    if isinstance(request.auth, ApiKey) and scope not in request.auth.scopes:
        return False
    return roles.may(request.user, SCOPE_CAPABILITIES[scope])


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer relcrm_…`. `request.auth` is the key, `request.user` its maker."""

    def authenticate(self, request: Request) -> tuple[Any, ApiKey] | None:
        scheme, _, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        now = clock()
        digest = ApiKey.digest_of(secret.strip().decode("latin-1"))
        key = ApiKey.objects.usable(now).select_related("created_by").filter(digest=digest).first()
        if key is None or not key.created_by.is_active:
            raise AuthenticationFailed("This API key is unknown, revoked or expired.")
        # Once a minute is enough to know that a key is in use, and spares a write per call.
        if key.last_used_at is None or now - key.last_used_at > timedelta(minutes=1):
            ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
        return key.created_by, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="relcrm"'


class HasScope(BasePermission):
    """Views name `scopes = {"GET": "customers:read"}`; the same for all methods not named."""

    def has_permission(self, request: Request, view: Any) -> bool:
        scope = view.scopes.get(request.method) or view.scopes["GET"]
        if may(request, scope):
            return True
        self.message = f"This needs the scope {scope}, or a role that includes it."
        return False
