"""How consents, verdicts and messages look in the API."""

from typing import Any

from rest_framework import serializers

from customers.contact.rules import COURTED
from customers.models import Consent, Message, Purpose, Reach
from relcrm.base.models import Brand
from relcrm.base.rest.queries import Listing, order_among
from relcrm.lib.rest.fields import Body, Choice, Query, Text

COURTED_CHOICES = [(each, Purpose(each).label) for each in COURTED]
SAID = [(state.value, state.label) for state in (Consent.State.GRANTED, Consent.State.WITHDRAWN)]
BRAND = "The brand's short name; left out: of the company."
ADDRESS_RULES = "A yes names one purpose and one channel; a no may leave either out: all of them."


class ConsentOut(serializers.Serializer):
    """One line of a customer's ledger. Lines are added, never changed or removed."""

    id = serializers.IntegerField()
    customer = serializers.IntegerField(source="customer_id")
    purpose = serializers.CharField(help_text="Empty: every purpose.")
    channel = serializers.CharField(help_text="Empty: every channel.")
    brand = serializers.CharField(source="brand__slug", allow_null=True)
    state = serializers.ChoiceField(choices=Consent.State.choices)
    wording = serializers.CharField(allow_null=True, help_text="Name of the words agreed to.")
    version = serializers.IntegerField(allow_null=True)
    source = serializers.CharField()
    proof = serializers.DictField(allow_null=True, help_text="Null without people:read.")
    at = serializers.DateTimeField(help_text="When it was said.")
    recorded_at = serializers.DateTimeField()

    example: dict[str, Any] = {
        "id": 5, "customer": 17, "purpose": "marketing", "channel": "email", "brand": None,
        "state": "granted", "wording": "newsletter", "version": 2, "source": "form: newsletter",
        "proof": {"page": "/newsletter"}, "at": "2026-03-01T17:20:00Z",
        "recorded_at": "2026-03-01T17:20:01Z",
    }  # fmt: skip


class ConsentIn(Body):
    """A yes or a no. With double opt-in a yes waits until the customer follows the link that is
    sent to them, unless `is_confirmed` says that this has happened elsewhere."""

    state = Choice(SAID)
    purpose = Choice(COURTED_CHOICES, required=False, help_text=ADDRESS_RULES)
    channel = Choice(Reach, required=False)
    brand = Text(50, required=False, help_text=BRAND)
    wording = Text(60, required=False, help_text="Name of the words agreed to, newest version.")
    language = Text(
        12, required=False, help_text="In which the words were shown; the customer's if left out."
    )
    source = Text(60, required=True, help_text="Where it was said: a form, a call, a shop.")
    proof = serializers.DictField(required=False, help_text="What shows it.")
    at = serializers.DateTimeField(required=False, help_text="Now, when left out.")
    is_confirmed = serializers.BooleanField(required=False, default=False)

    example: dict[str, Any] = {
        "state": "granted", "purpose": "marketing", "channel": "email",
        "source": "form: newsletter", "proof": {"page": "/newsletter"},
    }  # fmt: skip


class VerdictQuery(Query):
    purpose = Choice(Purpose)
    channel = Choice(Reach)
    topic = Text(60, required=False)
    brand = Text(50, required=False, help_text=BRAND)

    def validate_brand(self, slug: str) -> str:
        if slug and not Brand.objects.filter(slug=slug).exists():
            raise serializers.ValidationError("We have no such brand; use one of ours.")
        return slug


class VerdictOut(serializers.Serializer):
    """May we write to this customer, for this purpose, on this channel, now?"""

    customer = serializers.IntegerField()
    allowed = serializers.BooleanField()
    rule = serializers.CharField(allow_null=True, help_text="The weightiest rule that says no.")
    by = serializers.CharField(allow_null=True, help_text="Law, their word, or a house rule.")
    words = serializers.CharField()
    spoken = serializers.ListField(child=serializers.CharField(), help_text="All that say no.")
    allowed_at = serializers.DateTimeField(
        allow_null=True, help_text="When waiting alone would help."
    )

    example: dict[str, Any] = {
        "customer": 17, "allowed": False, "rule": "week", "by": "house rule",
        "words": "Heard from us enough this week: the limit is 3 messages in seven days.",
        "spoken": ["week"], "allowed_at": "2026-03-05T07:00:00Z",
    }  # fmt: skip


class MessageOut(serializers.Serializer):
    """A message and what became of it. Its words, and those of mail servers about it, are null
    without people:read."""

    id = serializers.IntegerField()
    customer = serializers.IntegerField(source="customer_id")
    channel = serializers.CharField()
    purpose = serializers.CharField()
    brand = serializers.CharField(source="brand__slug", allow_null=True)
    topic = serializers.CharField()
    subject = serializers.CharField(allow_null=True)
    text = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(choices=Message.State.choices)
    reason = serializers.CharField(help_text="The rule that keeps it back, if one does.")
    detail = serializers.CharField(
        allow_null=True, help_text="Why in words: ours, or those of the other side."
    )
    dedupe_key = serializers.CharField()
    attempts = serializers.IntegerField()
    next_attempt_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    settled_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()

    PERSONAL = ("subject", "text")
    example: dict[str, Any] = {
        "id": 9, "customer": 17, "channel": "email", "purpose": "marketing", "brand": None,
        "topic": "",
        "subject": "New soles", "text": "They are here.", "state": "queued", "reason": "",
        "detail": "", "dedupe_key": "spring-17", "attempts": 0,
        "next_attempt_at": "2026-03-02T12:00:00Z", "expires_at": "2026-03-09T12:00:00Z",
        "sent_at": None, "settled_at": None, "created_at": "2026-03-02T12:00:00Z",
    }  # fmt: skip


class MessageQuery(Listing):
    customer = serializers.IntegerField(min_value=1, required=False)
    state = Choice(Message.State, required=False)
    channel = Choice(Reach, required=False)
    order = order_among(["-id", "id"])


class MessageIn(Body):
    """A message for one customer. It is sent when the verdict allows it, waits when waiting
    helps, and is withheld with its reason otherwise."""

    customer = serializers.IntegerField(min_value=1)
    channel = Choice(Reach)
    purpose = Choice(Purpose)
    dedupe_key = Text(120, required=True, help_text="The same key is the same message.")
    subject = Text(200, required=False, help_text="An e-mail needs one.")
    text = Text(100_000, required=True)
    html = Text(400_000, required=False)
    brand = Text(50, required=False, help_text=BRAND)
    topic = Text(60, required=False)
    send_at = serializers.DateTimeField(required=False, help_text="Not before then.")

    example: dict[str, Any] = {
        "customer": 17, "channel": "email", "purpose": "service", "dedupe_key": "order-20931",
        "subject": "Your order is on its way", "text": "It arrives on Thursday.",
    }  # fmt: skip
