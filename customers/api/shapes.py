"""How a customer looks from outside, and what may be sent in."""

from typing import Any

from django.core.validators import RegexValidator
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from customers.models import Identity
from relcrm.base.models.company import known_zone
from relcrm.base.rest import Listing
from relcrm.base.rest.queries import order_among
from relcrm.lib.rest.fields import Body, Text


class CustomerOut(serializers.Serializer):
    """A customer. Name, contact data, city and what they told us in words of their own are null
    for callers who may not see people."""

    id = serializers.IntegerField()
    name = serializers.CharField(allow_null=True)
    email = serializers.CharField(allow_null=True)
    phone = serializers.CharField(allow_null=True)
    organisation = serializers.CharField(allow_null=True, source="organisation__name")
    birth_on = serializers.DateField(allow_null=True)
    birth_year = serializers.IntegerField(allow_null=True)
    gender = serializers.CharField()
    education = serializers.CharField()
    occupation = serializers.CharField()
    household_size = serializers.IntegerField(allow_null=True)
    city = serializers.CharField(allow_null=True)
    region = serializers.CharField()
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2.")
    language = serializers.CharField(help_text="BCP 47.")
    zone = serializers.CharField(help_text="Time zone, like Europe/Vienna.")
    interests = serializers.ListField(child=serializers.CharField(), allow_null=True)
    preferences = serializers.DictField(allow_null=True, help_text="Channels, hours, pace, wish.")
    objects_to_profiling = serializers.BooleanField()
    first_seen_on = serializers.DateField(allow_null=True)
    last_seen_on = serializers.DateField(allow_null=True)
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()

    PERSONAL = ("name", "email", "phone", "birth_on", "city", "interests", "preferences")
    example: dict[str, Any] = {
        "id": 17, "name": "Ada Novak", "email": "ada@example.com", "phone": "+43316123456",
        "organisation": None, "birth_on": None, "birth_year": 1984, "gender": "", "education": "",
        "occupation": "nurse", "household_size": 3, "city": "Graz", "region": "Styria",
        "country": "AT", "language": "de-AT", "zone": "Europe/Vienna",
        "interests": ["hiking"], "preferences": {"channel": "email"},
        "objects_to_profiling": False, "first_seen_on": "2024-03-22",
        "last_seen_on": "2026-02-20", "created_at": "2024-03-22T09:00:00Z",
        "changed_at": "2026-02-20T09:00:03Z",
    }  # fmt: skip


@extend_schema_field({"type": "string", "format": "iana-zone", "maxLength": 64})
class Zone(Text):
    """The name of a time zone."""


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 254},
        "propertyNames": {"maxLength": 60},
        "description": "System → the customer's number there; a number is of one customer only.",
    }
)
class Numbers(serializers.DictField):
    """The numbers under which other systems know a customer."""


class CustomerChanges(Body):
    """What may be changed; what is not sent stays as it is."""

    name = Text(200, required=False)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    phone = Text(32, required=False)
    birth_on = serializers.DateField(required=False, allow_null=True)
    birth_year = serializers.IntegerField(
        min_value=1900, max_value=2100, required=False, allow_null=True
    )
    gender = Text(40, required=False)
    education = Text(60, required=False)
    occupation = Text(80, required=False)
    household_size = serializers.IntegerField(
        min_value=1, max_value=1000, required=False, allow_null=True
    )
    city = Text(100, required=False)
    region = Text(100, required=False)
    country = serializers.CharField(
        required=False,
        allow_blank=True,
        validators=[RegexValidator("^([A-Z]{2})?$", "Two capital letters (ISO 3166), like AT.")],
    )
    language = serializers.CharField(
        max_length=12,
        required=False,
        allow_blank=True,
        validators=[
            RegexValidator(r"^([a-z]{2,3}(-[A-Za-z0-9]{2,8})?)?$", "Write it like de or de-AT.")
        ],
    )
    zone = Zone(64, required=False)
    interests = serializers.ListField(child=Text(60), max_length=50, required=False)
    preferences = serializers.DictField(required=False)
    objects_to_profiling = serializers.BooleanField(required=False)

    example: dict[str, Any] = {"city": "Linz", "interests": ["hiking", "cooking"]}

    def validate_zone(self, zone: str) -> str:
        if zone:
            known_zone(zone)
        return zone


class CustomerIn(CustomerChanges):
    """A new customer; the numbers under which other systems know them come along."""

    numbers = Numbers(child=Text(254, required=True), required=False)
    is_another = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Another person who shares the e-mail or phone of a customer of the same name, "
        "or without one. Otherwise such a customer is refused with 409, which names the one we "
        "have as `customer`.",
    )

    example = {"name": "Ada Novak", "email": "ada@example.com", "numbers": {"shop": "4711"}}

    def validate_numbers(self, numbers: dict[str, str]) -> dict[str, str]:
        for source in numbers:
            if len(source) > 60:
                raise serializers.ValidationError("A system's name has at most 60 characters.")
        return numbers


class CustomerQuery(Listing):
    search = Text(200, required=False, help_text="Beginning of a name, or a whole e-mail/number.")
    email = Text(254, required=False, help_text="Known by this e-mail, in any spelling.")
    number = Text(254, required=False, help_text="Known by this number in another system.")
    source = Text(60, required=False, help_text="The system that gave the number.")
    country = Text(2, required=False)
    seen_from = serializers.DateField(required=False, help_text="Last seen on this day or later.")
    seen_to = serializers.DateField(required=False, help_text="Last seen on this day or earlier.")
    order = order_among(["id", "-id", "name", "-last_seen_on"])


class IdentityOut(serializers.Serializer):
    """One way in which a customer is recognised."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Identity.Kind.choices)
    source = serializers.CharField(help_text="The system that gave the number; else empty.")
    value = serializers.CharField()

    example: dict[str, Any] = {"id": 31, "kind": "external", "source": "shop", "value": "4711"}
