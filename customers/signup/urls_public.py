"""Addresses of sign-up forms for everybody, below /s/."""

from django.urls import path

from customers.signup.views import public

app_name = "signup"
urlpatterns = [
    path("confirm/<str:token>/", public.confirm, name="confirm"),
    path("<slug:slug>/", public.hosted, name="hosted"),
    path("<slug:slug>/embed/", public.embedded, name="embedded"),
]
