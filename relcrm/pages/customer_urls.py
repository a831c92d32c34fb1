"""Addresses of the rooms around customers, under one name with the pages of their own app."""

from django.urls import include, path

from relcrm.pages.views.profile import customer_timeline, profile

app_name = "customers"
urlpatterns = [
    path("customers/<int:pk>/", profile, name="profile"),
    path("customers/<int:pk>/timeline/", customer_timeline, name="timeline"),
    path("", include("customers.urls")),
]
