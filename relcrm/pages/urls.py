"""Addresses of the rooms that belong to no single app."""

from django.urls import path

from relcrm.pages.views.overview import overview

app_name = "pages"
urlpatterns = [
    path("", overview, name="overview"),
]
