"""What we do about it: targeting, playbooks, experiments."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campaigns"

    def ready(self) -> None:
        from campaigns import exports

        exports.register_all()
