"""Addresses of the pages about promises."""

from django.urls import path

from feedback.promises import views

app_name = "promises"
urlpatterns = [
    path("", views.promises, name="promises"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.promise, name="promise"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/retire/", views.retire, name="retire"),
    path("<int:pk>/test/", views.test, name="test"),
    path("<int:pk>/outcomes/", views.state, name="state"),
    path("<int:pk>/outcomes/<int:outcome>/correct/", views.correct, name="correct"),
    path("<int:pk>/outcomes/<int:outcome>/withdraw/", views.withdraw, name="withdraw"),
]
