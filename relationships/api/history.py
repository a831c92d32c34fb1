"""How relationships moved: of everybody between two days, of one month by month."""

from typing import Any, ClassVar

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.timezone import now as clock
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from relationships import veil
from relationships.actions.history.counting import ask_for_moves
from relationships.api.moves import CountIn, MovementOut, MovementQuery, moved
from relationships.api.profiles import DIMENSIONS, FRANK, judgeable, label
from relationships.api.shapes import FAMILIES, MECHANISMS, TYPES
from relationships.models import Family, Snapshot
from relationships.queries.history.compared import a_year_before, between, last_year, why_nothing
from relationships.queries.history.movement import months_told, preceded, usual
from relcrm.base.api import JobOut
from relcrm.base.rest import Listing, Resource, once_per_key, operation, page_of
from relcrm.lib.rest.keyset import Order, day


class SnapshotOut(serializers.Serializer):
    """A relationship as it stood on one day, by our own view: at a month's end, or at the end of a
    day on which its label changed, were it back again by then. What colleagues set is in the
    history alone. What is left to service shows nothing else without negative:read."""

    on = serializers.DateField()
    is_close = serializers.BooleanField(help_text="At a month's end; else on the day of a change.")
    family = serializers.ChoiceField(choices=FAMILIES)
    type = serializers.ChoiceField(choices=TYPES, allow_null=True)
    confidence = serializers.FloatField(allow_null=True)
    valence = serializers.FloatField(allow_null=True)
    closeness = serializers.FloatField(allow_null=True)
    intensity = serializers.FloatField(allow_null=True)
    alive = serializers.FloatField(allow_null=True, help_text="Probability of being with us.")
    value = serializers.FloatField(allow_null=True)
    turn = serializers.ChoiceField(
        choices=MECHANISMS, allow_null=True, help_text="By which way, at a turning point."
    )

    example: dict[str, Any] = {
        "on": "2025-10-31", "is_close": True, "family": "friend", "type": "R2",
        "confidence": 0.61, "valence": 0.4, "closeness": 0.35, "intensity": 0.5, "alive": 0.94,
        "value": 96.5, "turn": "exploration",
    }  # fmt: skip


def _close_before() -> QuerySet[Snapshot]:
    """The close that a turn is told against."""
    earlier = Snapshot.objects.filter(customer=OuterRef("customer"), on__lt=OuterRef("on"))
    return earlier.filter(is_close=True).order_by("-on")


class Snapshots(Resource):
    queryset = Snapshot.objects.none()
    scopes: ClassVar = {"GET": "customers:read"}
    serializer_class = SnapshotOut
    columns = (*SnapshotOut._declared_fields, "before")
    orders: ClassVar = {"-on": Order((("on", day),), descending=True)}

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        frank = self.sees(FRANK)
        hundredths = ("confidence", *DIMENSIONS, "alive")
        scaled = {name: None if row[name] is None else row[name] / 100 for name in hundredths}
        shown = row | scaled | label(row["family"], row["type"], frank=frank)
        families = row["family"], shown.pop("before")
        hidden = veil.is_doubtful(*families, frank=frank)
        shown["turn"] = None if hidden else row["turn"] or None
        if veil.is_veiled(row["family"], frank=frank):
            shown |= dict.fromkeys(("confidence", *DIMENSIONS, "turn"))
        return shown

    @operation(
        "A relationship month by month", gives=page_of(SnapshotOut), query=Listing, one=True,
        tag="profiles",
    )  # fmt: skip
    def list(self, request: Request, pk: int) -> Response:
        """Snapshots at months' ends and at changes of the label, the newest first."""
        asked = self.asked(Listing)
        through = request.viewpoint.as_of
        rows: QuerySet[Snapshot] = judgeable(request, pk).snapshots.filter(on__lte=through)
        rows = rows.annotate(before=Subquery(_close_before().values("family")[:1]))
        if not self.sees(FRANK):  # a day of change within what is left to service would tell of it
            rows = rows.exclude(family=Family.NEGATIVE, is_close=False)
        return self.page(rows, asked, self.order(asked))


class Movements(Resource):
    scopes: ClassVar = {"GET": "reports:read", "POST": "jobs:write"}
    serializer_class = MovementOut

    @operation(
        "How relationships move", gives=MovementOut, query=MovementQuery, one=True, tag="overview"
    )
    def retrieve(self, request: Request) -> Response:
        """Who went from which family to which between two days, what a usual month does, where it
        leads, and what came before moves. By our own view of each: labels that colleagues set are
        left out. Days beyond what is known are moved to its ends. 404 until a month was told; it
        says what to do. Of more than 30,000 customers the answer is of the nearest days on record
        (`is_as_asked` false) until the days asked for were counted: POST them, follow the job, ask
        again."""
        asked, as_of = self.asked(MovementQuery), request.viewpoint.as_of
        now = min(asked.get("to") or as_of, as_of)
        months = months_told(now)
        then = asked.get("from") or a_year_before(now)
        is_asked = bool(asked.keys() & {"from", "to"})
        days = (then, now) if is_asked else last_year(as_of, months)
        found = between(*days, months, at=clock())
        if found is None:
            raise NotFound(why_nothing(*days))
        if found.moves is None:
            raise NotFound("No days were counted yet; POST these two, and follow the job.")
        before, frank = preceded(months), self.sees(FRANK)
        return self.answer_one(moved(found, found.moves, usual(months), before, frank=frank))

    @operation(
        "Count who moved between two days", takes=CountIn, gives=JobOut, status=202, tag="overview"
    )
    @once_per_key
    def create(self, request: Request) -> Response:
        """Needed of more than 30,000 customers only; below that GET counts at once. While the same
        days are being counted, that job is the answer. What was counted is kept; days that are not
        over, and months told anew since, are counted again when asked."""
        told = self.told(CountIn)
        days = told["from"], told["to"]
        job = ask_for_moves(*days, by=self.by, as_of=request.viewpoint.as_of)
        row = {name: getattr(job, name) for name in JobOut._declared_fields}
        return self.answer_one(row, status=202)
