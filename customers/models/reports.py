"""What mail servers and providers tell us later: what was heard, and what nobody could read."""

from django.db import models


class Heard(models.Model):
    """A report that was taken over: the same one again changes nothing. Says nothing of anybody."""

    source = models.CharField(max_length=30)  # "postmark", "mail"
    key = models.CharField(max_length=64)  # SHA-256 of the sender's own number for it
    heard_at = models.DateTimeField()

    class Meta:
        verbose_name = "report heard"
        verbose_name_plural = "reports heard"
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="heard_once")]
        indexes = [models.Index(fields=["heard_at"], name="heard_at")]

    def __str__(self) -> str:
        return f"{self.source} {self.key[:8]}"


class StrayMail(models.Model):
    """A mail in the mailbox for bounces that we could make nothing of: kept for a person."""

    sender = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    problem = models.CharField(max_length=200)  # why it was not understood, in words
    raw = models.BinaryField()
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the mail
    came_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"stray mail {self.pk}"
