"""Signing in and passwords: allauth's addresses without the one that changes whom mail reaches.

An admin says which e-mail an account has, on the team page, where it is on record: a session
left open must not be enough to take an account over.
"""

from allauth.account.urls import urlpatterns as every
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path


@login_required
def closed(request: HttpRequest) -> HttpResponse:
    raise Http404


# It keeps its name, by which allauth knows the way back.
urlpatterns = [path("email/", closed, name="account_email")]
urlpatterns += [one for one in every if one.name != "account_email"]
