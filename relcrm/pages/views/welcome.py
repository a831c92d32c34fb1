"""The first page of an empty installation: whoever started it becomes its first admin."""

from django import forms
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from relcrm.base.actions.welcome import welcome_first_admin
from relcrm.base.models import User


class WelcomeForm(forms.Form):
    company_name = forms.CharField(label=_("Your company"), max_length=120)
    name = forms.CharField(label=_("Your name"), max_length=150)
    email = forms.EmailField(label=_("Your e-mail, with which you sign in"))
    password = forms.CharField(
        label=_("A password"),
        help_text=_("At least 12 characters; a short sentence is a good one."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        validators=[validate_password],
    )
    key = forms.CharField(
        label=_("The key"), help_text=_("It was printed where relcrm was started."), max_length=64
    )


@sensitive_post_parameters("password", "key")
def welcome(request: HttpRequest) -> HttpResponse:
    if User.objects.exists():
        raise Http404
    key = request.GET.get("key", "")
    form = WelcomeForm(request.POST or None, initial={"key": key})
    if key:
        form.fields["key"].widget = forms.HiddenInput()
    if request.method == "POST" and form.is_valid():
        admin = welcome_first_admin(**form.cleaned_data)
        login(request, admin, "allauth.account.auth_backends.AuthenticationBackend")
        return redirect("/")
    return render(request, "pages/welcome.html", {"form": form})
