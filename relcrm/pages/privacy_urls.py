"""Addresses of the privacy desk: requests, packages, retention, breaches."""

from django.urls import path

from relcrm.pages.views import breaches, packages, requests, retention

app_name = "privacy"
urlpatterns = [
    path("requests/", requests.desk, name="requests"),
    path("requests/new/", requests.new, name="new-request"),
    path("requests/<int:pk>/", requests.request_, name="request"),
    path("requests/<int:pk>/<slug:verb>/", requests.step, name="step"),
    path("customers/<int:pk>/package/", packages.ask, name="ask-package"),
    path("packages/<int:pk>/", packages.download, name="package"),
    path("yours/<str:token>/", packages.yours, name="yours"),
    path("breaches/", breaches.breaches, name="breaches"),
    path("breaches/new/", breaches.new, name="new-breach"),
    path("breaches/<int:pk>/", breaches.breach, name="breach"),
    path("breaches/<int:pk>/people.csv", breaches.people, name="breach-people"),
    path("breaches/<int:pk>/letters/<slug:to>/", breaches.letter, name="letter"),
    path("breaches/<int:pk>/<slug:verb>/", breaches.step, name="breach-step"),
    path("retention/", retention.retention, name="retention"),
    path("retention/apply/", retention.apply, name="apply-retention"),
]
