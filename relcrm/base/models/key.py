"""Keys for programs, and the first answers we gave them."""

import hashlib
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def usable(self, now: datetime) -> "ApiKeyQuerySet":
        return self.filter(revoked_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=now))


class ApiKey(models.Model):
    """A key with which a program may call the API. Shown once, kept only as a hash."""

    SCOPES = {
        "customers:read": "read customers and profiles",
        "people:read": "see names and contact data",
        "customers:write": "create and change customers",
        "fields:write": "define the company's own fields, and which goods are sensitive",
        "interactions:read": "read interactions",
        "interactions:write": "send interactions in",
        "complaints:read": "read complaints",
        "complaints:write": "file and handle complaints",
        "promises:read": "read promises and how they were kept",
        "promises:write": "make and change promises",
        "outcomes:write": "say that a promise was kept or broken",
        "segments:read": "list segments, count them and see who is in and why",
        "segments:write": "make, change and forget segments",
        "signups:read": "see sign-up forms and what they ask",
        "signups:write": "send in what people typed into a sign-up form",
        "consents:read": "read consents and ask whether we may write",
        "consents:write": "record and withdraw consents",
        "messages:read": "read the outbox",
        "messages:write": "put messages into the outbox",
        "targeting:read": "count and list audiences",
        "privacy:read": "follow requests about personal data",
        "privacy:write": "open requests about personal data",
        "imports:read": "see files that came in and the rows they left out",
        "imports:write": "send files in, take them in, undo them",
        "exports:read": "fetch the files one has asked for",
        "exports:write": "ask for lists as files",
        "specification:read": "read by what relationships are told apart",
        "specification:write": "adapt it, and judge everyone by another edition",
        "costs:write": "say the company's margin and costs",
        "forecast:write": "decide which version of the forecast is in use",
        "offers:write": "say which relationships the company offers",
        "jobs:read": "follow jobs",
        "jobs:write": "start and cancel jobs",
        "webhooks:read": "see which programs are told what happens",
        "webhooks:write": "set up and change what programs are told",
        "reports:read": "read the overview, personae and models",
        "negative:read": "see negative types by name",
        "discreet:read": "see what discreet customers bought",
    }

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    # The key is 256 random bits, so one round of SHA-256 is as good as a slow hash, and fast.
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @staticmethod
    def digest_of(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()


class FirstAnswer(models.Model):
    """The first answer to an unsafe API call with an Idempotency-Key; a repeat gets it again."""

    caller = models.CharField(max_length=40)  # "key:12" or "user:3"
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)  # null while the first call still runs
    headers = models.JSONField(default=dict)  # those that belong to the answer: ETag, Location
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="first_answer_once")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
