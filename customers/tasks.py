"""The tasks of this app, gathered where Celery looks for them."""

from customers.contact.tasks import send_due

__all__ = ["send_due"]
