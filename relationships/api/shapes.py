"""How a judgement looks from outside."""

from typing import Any

from rest_framework import serializers

from relationships import veil
from relationships.engine.history import turning
from relationships.engine.typology import typology
from relationships.models import Family
from relcrm.base.rest import Listing
from relcrm.base.rest.queries import order_among
from relcrm.lib.rest.fields import Choice

MECHANISMS = [(key, key) for key in turning.MECHANISMS]
FAMILIES = [*Family.choices, (veil.KEY, "Please leave to service")]
TYPES = [(spec.key, spec.name) for spec in typology().types]
STEPS = [*typology().groups.items()]
DIMENSIONS = [(name, name) for name in ("valence", "closeness", "intensity")]


class Chances(serializers.Serializer):
    """How probable each family is. Without negative:read: how probable among the first four,
    which then add up to one, and `negative` is null."""

    fling = serializers.FloatField(allow_null=True)
    friend = serializers.FloatField(allow_null=True)
    marriage = serializers.FloatField(allow_null=True)
    distant = serializers.FloatField(allow_null=True)
    negative = serializers.FloatField(allow_null=True)


class Measure(serializers.Serializer):
    """A dimension with its standard error; null while nothing is known."""

    value = serializers.FloatField(allow_null=True)
    standard_error = serializers.FloatField(allow_null=True)


class Dimensions(serializers.Serializer):
    """Valence from −1 to 1, closeness and intensity from 0 to 1."""

    valence = Measure()
    closeness = Measure()
    intensity = Measure()


class Worth(serializers.Serializer):
    """Discounted margin over the company's horizon, with a likely range (8 of 10)."""

    low = serializers.FloatField(allow_null=True)
    expected = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class ProfileOut(serializers.Serializer):
    """Our judgement of one relationship. Callers without negative:read see `leave_to_service`
    in place of the negative family, nothing of what lies behind it, and find nobody by that."""

    customer = serializers.IntegerField()
    name = serializers.CharField(allow_null=True, help_text="Null without people:read.")
    as_of = serializers.DateField()
    scored_at = serializers.DateTimeField()
    family = serializers.ChoiceField(choices=FAMILIES)
    type = serializers.ChoiceField(choices=TYPES, allow_null=True)
    next_step = serializers.ChoiceField(choices=STEPS, allow_null=True)
    confidence = serializers.FloatField(allow_null=True)
    probabilities = Chances(allow_null=True)
    dimensions = Dimensions(allow_null=True)
    alive = serializers.FloatField(
        allow_null=True, help_text="Probability of being with us; null of who never did a thing."
    )
    expected_orders = serializers.FloatField(allow_null=True)
    value = Worth()
    orders = serializers.IntegerField()
    returns = serializers.IntegerField()
    revenue = serializers.CharField()
    first_order_on = serializers.DateField(allow_null=True)
    last_order_on = serializers.DateField(allow_null=True)
    persona = serializers.IntegerField(allow_null=True)

    example: dict[str, Any] = {
        "customer": 17, "name": "Ada Novak", "as_of": "2026-03-02",
        "scored_at": "2026-03-02T02:10:07Z", "family": "friend", "type": "R2",
        "next_step": "keep_rhythm", "confidence": 0.62,
        "probabilities": {
            "fling": 0.06, "friend": 0.71, "marriage": 0.18, "distant": 0.04, "negative": 0.01,
        },
        "dimensions": {
            "valence": {"value": 0.4, "standard_error": 0.12},
            "closeness": {"value": 0.35, "standard_error": 0.1},
            "intensity": {"value": 0.52, "standard_error": 0.06},
        },
        "alive": 0.94, "expected_orders": 9.8,
        "value": {"low": 78.0, "expected": 112.0, "high": 148.0},
        "orders": 24, "returns": 0, "revenue": "960.00", "first_order_on": "2024-03-22",
        "last_order_on": "2026-02-20", "persona": 2,
    }  # fmt: skip


class ProfileQuery(Listing):
    family = Choice(FAMILIES, required=False)
    type = Choice(TYPES, required=False)
    next_step = Choice(STEPS, required=False)
    persona = serializers.IntegerField(min_value=1, required=False)
    value_least = serializers.FloatField(min_value=-1e12, max_value=1e12, required=False)
    value_most = serializers.FloatField(min_value=-1e12, max_value=1e12, required=False)
    alive_least = serializers.FloatField(min_value=0, max_value=1, required=False)
    alive_most = serializers.FloatField(min_value=0, max_value=1, required=False)
    order = order_among(["customer", "-value"])


class CauseOut(serializers.Serializer):
    """An observation that speaks more for the new label than it did before."""

    code = serializers.CharField(help_text="Which kind of observation.")
    numbers = serializers.DictField(
        child=serializers.FloatField(), required=False,
        help_text="The figures behind it; `more`: how much came since.",
    )  # fmt: skip
    strength = serializers.FloatField(required=False, help_text="Natural logarithms of odds.")


class ReasonOut(serializers.Serializer):
    """By which way a label changed (Zhang et al. 2016), and what moved most."""

    mechanism = serializers.ChoiceField(
        choices=MECHANISMS, allow_null=True,
        help_text="Null also where only it is surer or less sure which kind of one family it is.",
    )  # fmt: skip
    since = serializers.DateField(allow_null=True, help_text="Compared with the state that day.")
    moved = CauseOut(many=True)
    says = serializers.ListField(child=serializers.CharField(), help_text="The same in sentences.")


class ChangeOut(serializers.Serializer):
    """A label that changed, and the day on which the new one first held."""

    id = serializers.IntegerField()
    on = serializers.DateField()
    family = serializers.ChoiceField(choices=FAMILIES)
    type = serializers.ChoiceField(choices=TYPES, allow_null=True)
    old_family = serializers.ChoiceField(choices=FAMILIES, allow_null=True)
    old_type = serializers.ChoiceField(choices=TYPES, allow_null=True)
    is_reconstructed = serializers.BooleanField(
        help_text="Worked out afterwards from what happened; nobody saw this label that day."
    )
    reason = ReasonOut()
    value = serializers.FloatField(allow_null=True)

    example: dict[str, Any] = {
        "id": 8, "on": "2025-11-01", "family": "friend", "type": "R2", "old_family": "fling",
        "old_type": "F1", "is_reconstructed": False, "reason": {
            "mechanism": "exploration", "since": "2025-10-31", "moved": [{
                "code": "purchases", "numbers": {"count": 3, "weeks": 14, "more": 2},
                "strength": 1.4,
            }], "says": ["bought 3 more times in 14 weeks"],
        }, "value": 96.5,
    }  # fmt: skip


class LikelyOut(serializers.Serializer):
    code = serializers.CharField(help_text="Empty for all others together.")
    name = serializers.CharField()
    family = serializers.CharField()
    probability = serializers.FloatField()


class EvidenceOut(serializers.Serializer):
    direction = serializers.CharField(help_text="up, down or flat.")
    sentence = serializers.CharField()


class ContributionOut(serializers.Serializer):
    source = serializers.CharField(help_text="Its code, as in docs/method/dimensions.md.")
    moved = serializers.FloatField(
        help_text="Points of the meter; of the mood from where it starts, of the others from 0."
    )


class PlacedOut(serializers.Serializer):
    """A dimension on the scale of the profile (valence from −1 to 1, closeness and intensity from
    0 to 1), with what moved it."""

    key = serializers.ChoiceField(choices=DIMENSIONS)
    label = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    sureness = serializers.CharField()
    evidence = EvidenceOut(many=True)
    confidence = serializers.FloatField(
        help_text="How much it rests on, 0 to 1: n / (n + k) of n experiences, parts or events."
    )
    grounds = serializers.CharField(help_text="The same in words.")
    evidence_amount = serializers.FloatField(
        help_text="n: experiences by weight (mood), parts known (closeness), orders and a fraction "
        "of messages and visits (intensity)."
    )
    contributions = ContributionOut(many=True, help_text="The five that moved it most.")


class ExplanationOut(serializers.Serializer):
    """Why we judge a relationship as we do, in sentences. Of somebody who never did a thing too
    little is known: all but `missing` is empty."""

    customer = serializers.IntegerField()
    as_of = serializers.DateField()
    likely = LikelyOut(many=True)
    why = serializers.ListField(child=serializers.CharField())
    against = serializers.ListField(child=serializers.CharField())
    dimensions = PlacedOut(many=True)
    missing = serializers.ListField(child=serializers.CharField())
    would_change = serializers.ListField(child=serializers.CharField())

    example: dict[str, Any] = {
        "customer": 17, "as_of": "2026-03-02",
        "likely": [{"code": "R2", "name": "Good friend", "family": "friend", "probability": 0.64}],
        "why": ["Buys about once a month, for two years."], "against": [],
        "dimensions": [{
            "key": "intensity", "label": "Intensity", "value": 0.52, "low": 0.45, "high": 0.6,
            "sureness": "quite sure",
            "evidence": [{"direction": "up", "sentence": "24 orders in two years."}],
            "confidence": 0.86, "grounds": "much to go by", "evidence_amount": 24.0,
            "contributions": [{"source": "rate", "moved": 41.5}],
        }],
        "missing": ["Without reviews nobody can be a trusted critic."], "would_change": [
            "With one more order in the next 8 weeks, they would look like a good friend to us.",
        ],
    }  # fmt: skip
