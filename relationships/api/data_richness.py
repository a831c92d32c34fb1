"""How much the company's data can tell: sources, types told apart, what one more would add."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from relationships import veil
from relationships.api.profiles import FRANK
from relationships.api.shapes import TYPES
from relationships.engine.evaluation import measured
from relationships.engine.typology import CHANNELS
from relationships.queries.richness import Richness, Source, gains, richness
from relcrm.base.rest import Resource, operation

SOURCES = [*CHANNELS.items()]


class SourceOut(serializers.Serializer):
    """A source of data, and what it tells or would tell."""

    key = serializers.ChoiceField(choices=SOURCES)
    label = serializers.CharField()
    is_connected = serializers.BooleanField()
    since = serializers.DateField(allow_null=True, help_text="Of its first event.")
    last_on = serializers.DateField(allow_null=True, help_text="Of its newest event.")
    events = serializers.IntegerField(
        allow_null=True, help_text="Counted when everyone was scored; null where it has none."
    )
    customers = serializers.IntegerField(
        allow_null=True, help_text="Of whom something is on record, counted then."
    )
    share = serializers.FloatField(allow_null=True, help_text="Of all customers judged then.")
    adds = serializers.ListField(
        child=serializers.ChoiceField(choices=TYPES),
        help_text="Types that it alone would make possible; [] once it is connected.",
    )
    adds_withheld = serializers.IntegerField(
        help_text="How many more, which need the scope negative:read."
    )


class ToldOut(serializers.Serializer):
    """How well types were told apart by some sources in an invented company."""

    where = serializers.ChoiceField(
        choices=[("drawn", "Drawn from the specification"), ("shop", "The invented shop")]
    )
    step = serializers.ChoiceField(
        choices=[("ladder", "On top of the steps before"), ("beside", "Beside purchases")]
    )
    adds = serializers.ListField(child=serializers.ChoiceField(choices=SOURCES))
    channels = serializers.ListField(child=serializers.ChoiceField(choices=SOURCES))
    macro_f1_of_types = serializers.FloatField()
    macro_f1_of_families = serializers.FloatField()
    types_right = serializers.FloatField(help_text="Share of customers.")
    families_right = serializers.FloatField(help_text="Share of customers.")


class TrialOut(serializers.Serializer):
    """By which command, on which world and when the sources were tried."""

    command = serializers.CharField()
    world = serializers.CharField()
    measured_on = serializers.DateField()
    is_current = serializers.BooleanField(
        help_text="Whether the specification that comes with relcrm is the one tried."
    )
    told = ToldOut(many=True)


class RichnessOut(serializers.Serializer):
    """What the company's data can tell, and what one more source would add."""

    as_of = serializers.DateField()
    counted_on = serializers.DateField(
        allow_null=True, help_text="As of which day everyone was scored last."
    )
    customers = serializers.IntegerField(allow_null=True, help_text="Judged then.")
    interactions = serializers.IntegerField()
    types = serializers.IntegerField(help_text="Of those that this key may read by name.")
    possible = serializers.IntegerField(help_text="Those of them that can be told by now.")
    sources = SourceOut(many=True)
    trial = TrialOut()

    example: dict[str, Any] = {
        "as_of": "2026-03-02", "counted_on": "2026-03-02", "customers": 2000,
        "interactions": 210412, "types": 29, "possible": 12,
        "sources": [{
            "key": "returns", "label": "returns and refunds", "is_connected": True,
            "since": "2023-03-01", "last_on": "2026-03-01", "events": 1530, "customers": 760,
            "share": 0.38, "adds": [], "adds_withheld": 0,
        }],
        "trial": {
            "command": "manage.py evaluate sources --world s05 --seed 20261", "world": "s05",
            "measured_on": "2026-11-22", "is_current": True, "told": [{
                "where": "shop", "step": "ladder", "adds": ["purchases"],
                "channels": ["purchases"], "macro_f1_of_types": 0.1035,
                "macro_f1_of_families": 0.3945, "types_right": 0.2537, "families_right": 0.528,
            }],
        },
    }  # fmt: skip


class DataRichness(Resource):
    scopes: ClassVar = {"GET": "reports:read"}
    serializer_class = RichnessOut

    @operation("What the data can tell", gives=RichnessOut, one=True, tag="overview")
    def retrieve(self, request: Request) -> Response:
        """Which sources come in, of how many customers, which types they let us tell apart, and
        what each other source would add."""
        found = richness(request.viewpoint.as_of)
        adds, frank = gains(found.connected), self.sees(FRANK)
        kept = measured.kept()
        trial = kept["sources"]
        return self.answer_one(
            {
                "as_of": found.as_of,
                "counted_on": found.counted_on,
                "customers": found.customers,
                "interactions": found.interactions,
                "types": len(veil.types(frank=frank)),
                "possible": sum(not veil.is_veiled(t.family, frank=frank) for t in found.possible),
                "sources": [self._source(one, found, adds) for one in found.sources],
                "trial": {
                    "command": trial["command"],
                    "world": trial["world"],
                    "measured_on": kept["measured_on"],
                    "is_current": kept["specification"] == measured.fingerprint(),
                    "told": trial["told"],
                },
            }
        )

    def _source(self, one: Source, found: Richness, adds: dict[str, Any]) -> dict[str, Any]:
        kinds = adds.get(one.key, [])
        frank = self.sees(FRANK)
        named = [kind.key for kind in kinds if not veil.is_veiled(kind.family, frank=frank)]
        share = found.share(one)
        names = ("key", "is_connected", "since", "last_on", "events", "customers")
        return {name: getattr(one, name) for name in names} | {
            "label": CHANNELS[one.key],
            "share": None if share is None else round(share, 4),
            "adds": named,
            "adds_withheld": len(kinds) - len(named),
        }
