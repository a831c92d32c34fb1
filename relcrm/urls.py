"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path, re_path

from relcrm.base.rest.schema import NoSuchAddress

urlpatterns = [
    path("", include("relcrm.pages.urls")),
    path("", include("relcrm.pages.customer_urls")),
    path("privacy/", include("relcrm.pages.privacy_urls")),
    path("", include("customers.contact.urls_public")),
    path("s/", include("customers.signup.urls_public")),
    path("health/", include("relcrm.health")),
    path("welcome/", include("relcrm.pages.urls_welcome")),
    path("accounts/", include("relcrm.base.urls_accounts")),
    path("campaigns/", include("campaigns.urls")),
    path("complaints/", include("feedback.urls")),
    path("promises/", include("feedback.promises.urls")),
    path("", include("relationships.urls")),
    path("settings/", include("relcrm.base.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("relcrm.api")),
    re_path("^api/", NoSuchAddress.as_view()),
]

handler400 = "relcrm.pages.errors.bad_request"
handler404 = "relcrm.pages.errors.not_found"
handler500 = "relcrm.pages.errors.server_error"
