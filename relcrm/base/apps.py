"""The app under all others: people who work here, keys, jobs, audit, company settings, brands."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BaseConfig(AppConfig):
    name = "relcrm.base"
    label = "base"
    verbose_name = "Base"

    def ready(self) -> None:
        from django.contrib.auth import signals

        from relcrm.base import append_only, signs
        from relcrm.lib import among  # noqa: F401 (registers the lookup)

        post_migrate.connect(append_only.after_migrate, sender=self, dispatch_uid="append_only")
        signals.user_logged_in.connect(signs.signed_in, dispatch_uid="signed_in")
        signals.user_logged_out.connect(signs.signed_out, dispatch_uid="signed_out")
        signals.user_login_failed.connect(signs.failed, dispatch_uid="sign_in_failed")
