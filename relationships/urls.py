"""Addresses of what we make of the facts."""

from django.urls import path

from relationships import views

app_name = "relationships"
urlpatterns = [
    path("personae/", views.personae, name="personae"),
    path("personae/<int:pk>/", views.persona, name="persona"),
    path("personae/look/", views.look_for_personae, name="look_for_personae"),
]
