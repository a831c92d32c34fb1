"""Puts our site where Django's admin has its own."""

from django.contrib.admin.apps import AdminConfig


class BackOfficeConfig(AdminConfig):
    default = False
    default_site = "relcrm.base.backoffice.site.BackOffice"
