"""What customers tell us, asked or not."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "feedback"

    def ready(self) -> None:
        from customers import segments
        from customers.contact.gates import register
        from customers.models import Kind
        from customers.retention import register as keep
        from customers.telling import tell
        from feedback import exports, gates, retention, segment_fields, telling

        exports.register_all()
        keep(retention.SHELF)
        register(gates.OPEN)
        register(gates.SETTLING)
        tell(Kind.COMPLAINT, telling.complaints)
        segments.register(*segment_fields.fields())
