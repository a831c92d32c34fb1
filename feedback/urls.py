"""Addresses of the complaint desk."""

from django.urls import path

from feedback import views

app_name = "feedback"
urlpatterns = [
    path("", views.complaints, name="complaints"),
    path("new/", views.new_complaint, name="new_complaint"),
    path("<int:pk>/", views.complaint, name="complaint"),
    path("<int:pk>/<slug:verb>/", views.step, name="step"),
]
