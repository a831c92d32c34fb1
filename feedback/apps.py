"""What customers tell us, asked or not; and what we told them they can count on."""

from django.apps import AppConfig

from relcrm.base import runners


class FeedbackConfig(AppConfig):
    name = "feedback"

    def ready(self) -> None:
        from customers import segments
        from customers.contact.gates import register
        from customers.models import Kind
        from customers.retention import register as keep
        from customers.telling import tell
        from feedback import exports, gates, news, retention, segment_fields, telling
        from feedback.promises import fields, judging
        from feedback.promises import retention as promised
        from feedback.promises import telling as told
        from feedback.promises.disclosing import register_all as disclose

        exports.register_all()
        news.register_all()
        keep(retention.SHELF)
        keep(promised.SHELF)
        disclose()
        runners.register(judging.KIND, judging.run_promises)
        register(gates.OPEN)
        register(gates.SETTLING)
        tell(Kind.COMPLAINT, telling.complaints)
        tell(Kind.PROMISE_KEPT, told.promises)
        tell(Kind.PROMISE_BROKEN, told.promises)
        segments.register(*segment_fields.fields(), *fields.fields())
