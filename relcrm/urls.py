"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("relcrm.pages.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("campaigns/", include("campaigns.urls")),
    path("complaints/", include("feedback.urls")),
    path("admin/", admin.site.urls),
]
