"""How a customer looks from outside, and what may be sent in."""

from typing import Any

from django.core.validators import RegexValidator
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from customers import custom, places
from customers.models import CustomField, Identity, Modifier
from customers.models.customer import AgeBand
from customers.queries import custom as queries
from relcrm.base.models.company import known_zone
from relcrm.base.rest import Listing
from relcrm.base.rest.queries import order_among
from relcrm.lib.rest.fields import Body, Choice, Text


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
    age_band = serializers.CharField(help_text="When neither day nor year is known: 25-34.")
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
    tags = serializers.ListField(child=serializers.CharField())
    keep_in_mind = serializers.ListField(
        child=serializers.ChoiceField(choices=Modifier.Kind.choices),
        allow_null=True,
        help_text="Discreet, vulnerable and the like: what holds today.",
    )
    custom = serializers.DictField(
        help_text="The company's own fields by key; personal ones only with `people:read`."
    )
    first_seen_on = serializers.DateField(allow_null=True)
    last_seen_on = serializers.DateField(allow_null=True)
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()

    ADDED = ("tags", "custom", "keep_in_mind")  # from other tables
    # The name of a household is that of its members.
    PERSONAL = (
        "name", "email", "phone", "birth_on", "city", "interests", "preferences", "organisation",
        "keep_in_mind",
    )  # fmt: skip
    example: dict[str, Any] = {
        "id": 17, "name": "Ada Novak", "email": "ada@example.com", "phone": "+43316123456",
        "organisation": None, "birth_on": None, "birth_year": 1984, "age_band": "", "gender": "",
        "education": "", "occupation": "nurse", "household_size": 3, "city": "Graz",
        "region": "Styria", "country": "AT", "language": "de-AT", "zone": "Europe/Vienna",
        "interests": ["hiking"], "preferences": {"channel": "email"},
        "objects_to_profiling": False, "tags": ["hiking club"],
        "keep_in_mind": ["gift_giver"], "custom": {"shoe_size": 39},
        "first_seen_on": "2024-03-22",
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


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
        "description": "The company's own fields by key: a text, a number, a day like 2026-03-01, "
        "one of its choices, or true and false; null forgets it. GET /custom-fields lists them.",
    }
)
class Custom(serializers.DictField):
    """Values of the company's own fields, each read as the type of its field."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        given = super().run_validation(data)
        known = {field.key: field for field in queries.fields()} if given else {}
        wrong = {
            key[:60]: why for key, value in given.items() if (why := _wrong(known, key, value))
        }
        if wrong:
            raise serializers.ValidationError(wrong)
        return given


def _wrong(known: dict[str, CustomField], key: str, value: Any) -> str:
    if key not in known:
        return f"There is no such field. Known here: {', '.join(known) or 'none'}."
    try:
        custom.read(known[key], value)
    except ValueError as problem:
        return str(problem)
    return ""


class CustomerChanges(Body):
    """What may be changed; what is not sent stays as it is."""

    name = Text(200, required=False)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    phone = Text(32, required=False)
    birth_on = serializers.DateField(required=False, allow_null=True)
    birth_year = serializers.IntegerField(
        min_value=1900, max_value=2100, required=False, allow_null=True
    )
    age_band = Choice([("", "unknown"), *AgeBand.choices], required=False, allow_blank=True)
    gender = Text(40, required=False)
    education = Text(60, required=False)
    occupation = Text(80, required=False)
    household_size = serializers.IntegerField(
        min_value=1, max_value=1000, required=False, allow_null=True
    )
    city = Text(100, required=False)
    region = Text(100, required=False)
    country = Choice([("", "unknown"), *places.country_choices()], required=False, allow_blank=True)
    language = serializers.CharField(
        max_length=12,
        required=False,
        allow_blank=True,
        validators=[
            RegexValidator(
                r"^([a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?)?$",
                "Write it like de, de-AT or zh-Hant (BCP 47).",
            )
        ],
    )
    zone = Zone(64, required=False)
    interests = serializers.ListField(child=Text(60), max_length=50, required=False)
    preferences = serializers.DictField(required=False)
    objects_to_profiling = serializers.BooleanField(required=False)
    tags = serializers.ListField(
        child=Text(40, required=True), max_length=50, required=False,
        help_text="Exactly these; new ones are made.",
    )  # fmt: skip
    custom = Custom(required=False)

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
    tag = Text(40, required=False, help_text="With this tag, in any case.")
    organisation = serializers.IntegerField(
        min_value=1,
        required=False,
        help_text="Members of this organisation; needs `people:read`.",
    )
    custom = serializers.RegexField(
        r"^[a-z][a-z0-9_]{0,39}$", required=False,
        help_text="The key of one of the company's own fields: those of whom it is known. Personal "
        "ones and texts need `people:read`.",
    )  # fmt: skip
    custom_is = Text(254, required=False, help_text="… and it is exactly this.")
    custom_from = Text(254, required=False, help_text="… and it is this or more.")
    custom_to = Text(254, required=False, help_text="… and it is this or less.")
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
