"""The rooms that span every app: overview, customer list and profile, search, privacy desk."""

from django.apps import AppConfig

from relcrm.base import runners


class PagesConfig(AppConfig):
    name = "relcrm.pages"
    label = "pages"

    def ready(self) -> None:
        from relcrm.pages import exports, tasks

        runners.register("package", tasks.run_package)
        exports.register_all()
