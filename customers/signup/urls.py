"""Addresses of sign-up forms for colleagues."""

from django.urls import path

from customers.signup.views import staff

urlpatterns = [
    path("", staff.forms, name="signup_forms"),
    path("new/", staff.new_form, name="new_signup_form"),
    path("<int:pk>/", staff.form, name="signup_form"),
    path("<int:pk>/edit/", staff.edit_form, name="edit_signup_form"),
    path("<int:pk>/<slug:verb>/", staff.step, name="signup_form_step"),
]
