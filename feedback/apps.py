"""What customers tell us, asked or not."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "feedback"

    def ready(self) -> None:
        from customers.models import Kind
        from customers.telling import tell
        from feedback import telling

        tell(Kind.COMPLAINT, telling.complaints)
