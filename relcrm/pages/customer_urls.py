"""Addresses of the rooms around customers, under one name with the pages of their own app."""

from django.urls import include, path

from relcrm.pages.views import organisations
from relcrm.pages.views.customers import customer_list, edit_customer, export, new_customer
from relcrm.pages.views.erase import erase, lift
from relcrm.pages.views.profile import customer_timeline, profile, profile_below

app_name = "customers"
urlpatterns = [
    path("customers/", customer_list, name="list"),
    path("customers/export/", export, name="export"),
    path("customers/new/", new_customer, name="new"),
    path("customers/erased/", lift, name="erased"),
    path("customers/<int:pk>/erase/", erase, name="erase"),
    path("customers/<int:pk>/", profile, name="profile"),
    path("customers/<int:pk>/below/", profile_below, name="below"),
    path("customers/<int:pk>/edit/", edit_customer, name="edit"),
    path("customers/<int:pk>/timeline/", customer_timeline, name="timeline"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/new/", organisations.new_organisation, name="new_organisation"),
    path("organisations/<int:pk>/", organisations.organisation, name="organisation"),
    path("organisations/<int:pk>/change/", organisations.change, name="change_organisation"),
    path("", include("customers.urls")),
    path("", include("customers.contact.urls")),
    path("signup-forms/", include("customers.signup.urls")),
]
