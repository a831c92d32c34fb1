"""Addresses of the campaigns."""

from django.urls import path

from campaigns import views

app_name = "campaigns"
urlpatterns = [
    path("targeting/", views.targeting, name="targeting"),
    path("targeting/save/", views.save, name="save"),
    path("targeting/export/", views.export, name="export"),
    path("audiences/<int:pk>/forget/", views.forget, name="forget"),
]
