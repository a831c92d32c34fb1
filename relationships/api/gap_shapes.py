"""How wanted and treated look from outside."""

from typing import Any

from rest_framework import serializers

from relationships.api.shapes import FAMILIES
from relationships.engine.gap import PARTS, terms
from relationships.models import GapLabel
from relcrm.base.rest import Single
from relcrm.lib.rest.fields import Body, Choice, Text
from relcrm.lib.written import LARGEST

WISHES = [(wish.key, wish.asked) for wish in terms().wishes]
SHARE = "Share of customers, 0 to 1; null when not said or not measured."


class GapPartOut(serializers.Serializer):
    """One part of the gap. Units of `right` and `actual`: close 0 to 1; contact messages in 30
    days; promo share of offers; service hours to a reply; tone share of messages that sell
    nothing."""

    key = serializers.ChoiceField(choices=PARTS)
    right = serializers.FloatField(allow_null=True)
    actual = serializers.FloatField(allow_null=True, help_text="Null when not recorded.")
    n = serializers.IntegerField(allow_null=True, help_text="Messages or replies counted.")
    gap = serializers.FloatField(allow_null=True, help_text="Signed; docs/method/gap.md.")
    moved = serializers.FloatField(help_text="How much of the whole gap it makes, 0 to 1.")
    is_stated = serializers.BooleanField(help_text="Whether they said what would be right.")


class GapOut(serializers.Serializer):
    """What one customer wants, how we treat them, and what lies between."""

    customer = serializers.IntegerField()
    as_of = serializers.DateField()
    wish = serializers.ChoiceField(choices=WISHES)
    is_stated = serializers.BooleanField(help_text="False: inferred, and hardly to be relied on.")
    stated_on = serializers.DateField(allow_null=True)
    is_contradictory = serializers.BooleanField()
    trust = serializers.FloatField(help_text="In the wish, 0 to 1.")
    voice = serializers.FloatField(allow_null=True, help_text="Wants a say, 0 to 1.")
    mood = serializers.FloatField(allow_null=True, help_text="As they said, −1 to 1.")
    lock = serializers.FloatField(allow_null=True, help_text="Stays as leaving is work, 0 to 1.")
    pull = serializers.FloatField(allow_null=True, help_text="Means to stay, 0 to 1.")
    gap = serializers.FloatField(allow_null=True, help_text="Wide from 0.4 on; null: unknown.")
    label = serializers.ChoiceField(choices=GapLabel.choices, allow_null=True)
    confidence = serializers.FloatField(allow_null=True)
    parts = GapPartOut(many=True)

    example: dict[str, Any] = {
        "customer": 17, "as_of": "2026-03-02", "wish": "friendly face", "is_stated": True,
        "stated_on": "2026-01-14", "is_contradictory": False, "trust": 0.91, "voice": None,
        "mood": 0.67, "lock": None, "pull": None, "gap": 0.52, "label": "crowded",
        "confidence": 0.7,
        "parts": [{
            "key": "contact", "right": 1.0, "actual": 3.0, "n": None, "gap": 2.0, "moved": 0.93,
            "is_stated": True,
        }],
    }  # fmt: skip


class SharesOut(serializers.Serializer):
    """One family: what we offer, they want, they have, and are treated as."""

    family = serializers.ChoiceField(choices=FAMILIES)
    offered = serializers.FloatField(allow_null=True, help_text=SHARE)
    wanted = serializers.FloatField(allow_null=True, help_text=SHARE)
    held = serializers.FloatField(allow_null=True, help_text=SHARE)
    treated = serializers.FloatField(allow_null=True, help_text=SHARE)


class WishSharesOut(serializers.Serializer):
    """One of the nine wishes; shares of people, each counted once by the likeliest of theirs."""

    wish = serializers.ChoiceField(choices=WISHES)
    family = serializers.ChoiceField(choices=FAMILIES, help_text="To which the wish belongs.")
    offered = serializers.BooleanField(
        allow_null=True, help_text="By the offer asked for, else by any; null when none is said."
    )
    offered_by = serializers.ListField(
        child=serializers.IntegerField(), help_text="Of these, the offers that meet it."
    )
    wanting = serializers.IntegerField(help_text="People who want it.")
    stated = serializers.IntegerField(help_text="Of them, those who said so.")
    wanted = serializers.FloatField(allow_null=True, help_text=SHARE)
    held = serializers.FloatField(allow_null=True, help_text=SHARE)
    treated = serializers.FloatField(allow_null=True, help_text=SHARE)


class GapsQuery(Single):
    """Of whom, and by what; nothing means everybody, by family."""

    by = Choice([("family", "family"), ("type", "type")], required=False, default="family")
    segment = serializers.IntegerField(
        min_value=1, max_value=LARGEST, required=False, help_text="Only those in this segment."
    )
    offer = serializers.IntegerField(
        min_value=1, max_value=LARGEST, required=False,
        help_text="Only who bought of the brand or product line of this offer within a year.",
    )  # fmt: skip


class GapLineOut(serializers.Serializer):
    """Those with one relationship, by what their gap consists of."""

    family = serializers.ChoiceField(choices=FAMILIES)
    type = serializers.CharField(
        allow_null=True, help_text="Null by family, and of whom only the family is shown."
    )
    people = serializers.IntegerField()
    labels = serializers.DictField(child=serializers.IntegerField(), help_text="Label → people.")
    wide_share = serializers.FloatField()


class GapsOut(serializers.Serializer):
    """Wishes and gaps added up, and what followed wide and narrow ones."""

    as_of = serializers.DateField()
    people = serializers.IntegerField(help_text="With a gap that is known.")
    stated = serializers.IntegerField(help_text="Of them, those who said what they want.")
    wide_share = serializers.FloatField()
    labels = serializers.DictField(child=serializers.IntegerField(), help_text="Label → people.")
    families = SharesOut(many=True)
    wishes = WishSharesOut(many=True, help_text="Nine; none before everyone was scored anew.")
    unoffered = serializers.ListField(
        child=serializers.ChoiceField(choices=WISHES),
        help_text="Wishes that somebody has and no offer meets, the most wanted first.",
    )
    unwanted = serializers.ListField(
        child=serializers.ChoiceField(choices=WISHES),
        help_text="Wishes that are offered and that less than one in a hundred has.",
    )
    relationships = GapLineOut(many=True)
    followed = serializers.DictField(
        help_text="Of the whole company, those left to service too, whatever was asked for, as "
        "shares of ten equal groups; once a week. State (found, few, short) and, when found, "
        "groups from the narrowest gap to the widest with the share of each outcome, the "
        "mean change of mood (`mood`) and their likely ranges (8 of 10)."
    )

    example: dict[str, Any] = {
        "as_of": "2026-03-02", "people": 1843, "stated": 402, "wide_share": 0.24,
        "labels": {"crowded": 402, "in_tune": 1210},
        "families": [
            {"family": "friend", "offered": 0.5, "wanted": 0.41, "held": 0.33, "treated": 0.29}
        ],
        "wishes": [{
            "wish": "close friend", "family": "friend", "offered": False, "offered_by": [],
            "wanting": 210, "stated": 38, "wanted": 0.11, "held": 0.04, "treated": 0.02,
        }],
        "unoffered": ["close friend"], "unwanted": ["fair business partner"],
        "relationships": [
            {"family": "friend", "type": "R4", "people": 210, "labels": {"crowded": 55},
             "wide_share": 0.2}
        ],
        "followed": {"state": "short", "then": "2025-12-01", "weeks": 13},
    }  # fmt: skip


class MixOut(serializers.Serializer):
    """Percent of customers by family; 0 is not offered."""

    fling = serializers.FloatField()
    friend = serializers.FloatField()
    marriage = serializers.FloatField()
    distant = serializers.FloatField()


class MixIn(Body):
    """Percent by family, together 100; what is left out is not offered."""

    fling = serializers.FloatField(min_value=0, max_value=100, required=False)
    friend = serializers.FloatField(min_value=0, max_value=100, required=False)
    marriage = serializers.FloatField(min_value=0, max_value=100, required=False)
    distant = serializers.FloatField(min_value=0, max_value=100, required=False)


class OfferOut(serializers.Serializer):
    """A mix of relationships aimed at, and the wishes that are met."""

    id = serializers.IntegerField()
    brand = serializers.CharField(allow_null=True, help_text="Key of the brand.")
    line = serializers.CharField(allow_null=True, help_text="Product line (a category).")
    mix = MixOut()
    wishes = serializers.ListField(
        child=serializers.ChoiceField(choices=WISHES),
        help_text="Those chosen; of a family with a share and none chosen all are meant.",
    )
    meets = serializers.ListField(
        child=serializers.ChoiceField(choices=WISHES), help_text="All wishes that are offered."
    )
    changed_at = serializers.DateTimeField()

    example: dict[str, Any] = {
        "id": 1, "brand": "larkfell", "line": None,
        "mix": {"fling": 40.0, "friend": 0.0, "marriage": 50.0, "distant": 10.0},
        "wishes": ["good deals"],
        "meets": ["good deals", "steady partner", "fair business partner", "keep your distance"],
        "changed_at": "2026-03-02T10:00:00Z",
    }  # fmt: skip


class OfferIn(Body):
    """For a brand, a product line, or (neither) for everything."""

    brand = serializers.SlugField(
        max_length=50, required=False, allow_null=True, help_text="Key of the brand."
    )
    line = Text(60, required=False, allow_null=True, help_text="Product line (a category).")
    mix = MixIn()
    wishes = serializers.ListField(
        child=Choice(WISHES),
        required=False,
        max_length=len(WISHES),
        help_text="Of a family with a share these alone; all of it when none of its is named.",
    )

    example: dict[str, Any] = {
        "brand": "larkfell", "mix": {"fling": 40, "marriage": 50, "distant": 10},
        "wishes": ["good deals"],
    }  # fmt: skip
