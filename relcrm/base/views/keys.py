"""Keys with which programs call the API."""

from datetime import timedelta

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from relcrm.base.access import allow
from relcrm.base.actions.keys import make_key, revoke_key
from relcrm.base.forms import KeyForm
from relcrm.base.models import ApiKey
from relcrm.base.once import FIELD, TOKEN

REMEMBERED_SECONDS = 3600
NAV = {"nav": "settings", "tab": "keys"}


@allow("administer")
@never_cache
def keys(request: HttpRequest) -> HttpResponse:
    """The secret is in the answer to making it and nowhere else."""
    now = timezone.now()
    typed = request.POST if request.method == "POST" else None
    form, secret = KeyForm(typed), ""
    if typed is not None and form.is_valid():
        days = form.cleaned_data["days"]
        made, secret = make_key(
            form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            expires_at=now + timedelta(days=int(days)) if days else None,
            by=request.user,
            now=now,
        )
        _in_place_of_twin(request, made)
        form = KeyForm()
    words = {
        "form": form,
        "secret": secret,
        "now": now,
        "keys": ApiKey.objects.select_related("created_by"),
    }
    return render(request, "settings/keys.html", NAV | words, status=422 if form.errors else 200)


def _in_place_of_twin(request: HttpRequest, made: ApiKey) -> None:
    """Pressed twice: the browser shows the second answer only, so nobody has seen the secret of the
    first key, and we cannot tell it again. The second key takes its place."""
    token = request.POST.get(FIELD, "")
    if not TOKEN.fullmatch(token):
        return
    place = f"key-made:{request.user.pk}:{token}"
    twin = ApiKey.objects.filter(pk=cache.get(place), revoked_at=None).first()
    cache.set(place, made.pk, REMEMBERED_SECONDS)
    if twin is not None:
        revoke_key(twin, by=request.user, now=timezone.now())


@allow("administer")
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    revoke_key(get_object_or_404(ApiKey, pk=pk), by=request.user, now=timezone.now())
    return redirect("settings:keys")
