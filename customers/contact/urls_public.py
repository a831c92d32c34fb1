"""Addresses that customers and providers reach without signing in."""

from django.urls import path

from customers.contact.views import confirming, mail_reports, own_page, reports

app_name = "preferences"
urlpatterns = [
    path("p/<str:token>/", own_page.page, name="page"),
    path("p/<str:token>/wishes/", own_page.wishes, name="wishes"),
    path("p/<str:token>/unsubscribe/", own_page.unsubscribe, name="unsubscribe"),
    path("p/<str:token>/confirm/", confirming.confirm, name="confirm"),
    path("p/<str:token>/ask/<slug:what>/", own_page.ask, name="ask"),
    path("p/<str:token>/new-link/", own_page.new_link, name="new_link"),
    path("hooks/mail/", mail_reports.mail_reports, name="mail_reports"),
    path("hooks/messages/<slug:channel>/", reports.reports, name="reports"),
]
