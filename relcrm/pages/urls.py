"""Addresses of the rooms that belong to no single app."""

from django.urls import path

from relcrm.pages.views.overview import overview
from relcrm.pages.views.search import search

app_name = "pages"
urlpatterns = [
    path("", overview, name="overview"),
    path("search/", search, name="search"),
]
