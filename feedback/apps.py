"""What customers tell us, asked or not."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "feedback"
