"""Addresses of the pages about contact, for colleagues."""

from django.urls import path

from customers.contact.views import brands, card, outbox, returned, settings

urlpatterns = [
    path("customers/<int:pk>/consents/", card.contact, name="consents"),
    path("customers/<int:pk>/consents/said/", card.say, name="consent_said"),
    path("customers/<int:pk>/consents/link/", card.own_link, name="own_link"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:pk>/<slug:verb>/", outbox.step, name="message_step"),
    path("settings/contact/", settings.contact, name="contact_policy"),
    path("settings/contact/channels/", settings.channels, name="channels"),
    path("settings/contact/words/", settings.wordings, name="wordings"),
    path("settings/contact/suppressed/", settings.suppressed, name="suppressed"),
    path("settings/contact/suppressed/<int:pk>/lift/", settings.lift, name="lift_suppression"),
    path("settings/contact/brands/", brands.brands, name="brands"),
    path("settings/contact/brands/<int:pk>/", brands.brand, name="brand"),
    path("settings/contact/returned/", returned.returned, name="returned"),
    path("settings/contact/returned/<int:pk>/", returned.returned_mail, name="returned_mail"),
    path("settings/contact/returned/<int:pk>/away/", returned.put_away, name="put_away_returned"),
    path("settings/contact/waivers/", settings.waivers, name="waivers"),
    path("settings/contact/waivers/<int:pk>/", settings.decide, name="decide_waiver"),
]
