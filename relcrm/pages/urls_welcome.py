"""The address of the first page of an empty installation."""

from django.urls import path

from relcrm.pages.views.welcome import welcome

urlpatterns = [path("", welcome, name="welcome")]
