"""How sign-up forms look in the API, and what may be sent in for one."""

from typing import Any

from rest_framework import serializers

from customers.models import Purpose, Reach, SignUpForm
from relcrm.lib.rest.fields import Body, Text


class AskOut(serializers.Serializer):
    """One yes that the form asks for; show `text` as it stands, beside a box of its own."""

    id = serializers.IntegerField()
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    channel = serializers.ChoiceField(choices=Reach.choices)
    wording = serializers.CharField(help_text="Name of the words.")
    version = serializers.IntegerField(help_text="Of the words.")
    text = serializers.CharField()


class AskedFactOut(serializers.Serializer):
    """Something that the form asks."""

    name = serializers.CharField(help_text="Own fields are called custom.… here.")
    label = serializers.CharField()
    is_required = serializers.BooleanField()


class SignUpFormOut(serializers.Serializer):
    """A form on which people sign themselves up."""

    id = serializers.IntegerField()
    slug = serializers.CharField()
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=SignUpForm.State.choices)
    version = serializers.IntegerField()
    language = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    address = serializers.CharField(help_text="Where it is hosted.")
    questions = AskedFactOut(many=True, help_text="Beside the e-mail, which always is asked.")
    asks = AskOut(many=True)

    example: dict[str, Any] = {
        "id": 2, "slug": "spring", "name": "Newsletter, spring", "state": "published",
        "version": 3, "language": "en", "title": "News about boots", "text": "",
        "address": "https://crm.example/s/spring/",
        "questions": [{"name": "name", "label": "Name", "is_required": False}],
        "asks": [{
            "id": 5, "purpose": "marketing", "channel": "email", "wording": "newsletter",
            "version": 2, "text": "Yes, write to me about new boots.",
        }],
    }  # fmt: skip


class SignUpIn(Body):
    """What somebody typed and ticked on a form of yours that asks what ours asks."""

    email = Text(254, required=True)
    answers = serializers.DictField(
        required=False, help_text="By the names of `questions`: {\"name\": \"Ada Novak\"}.",
    )  # fmt: skip
    agreed = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, max_length=20,
        help_text="Ids of the `asks` that they ticked themselves.",
    )  # fmt: skip
    network = Text(64, required=False, help_text="Where they sent it from; kept shortened.")

    example: dict[str, Any] = {
        "email": "ada@example.com", "answers": {"name": "Ada Novak"}, "agreed": [5],
    }  # fmt: skip


class TakenOut(serializers.Serializer):
    """The same for everybody, so that nobody learns whom we know."""

    is_taken = serializers.BooleanField()

    example: dict[str, Any] = {"is_taken": True}
