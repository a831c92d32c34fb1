"""The state of all relationships, and the jobs that renew it."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from relationships import veil
from relationships.api.profiles import FRANK
from relationships.models import FittedModel, Portfolio
from relcrm.base.actions.judging import ask_for_everyone, ask_for_fit
from relcrm.base.api import JobOut, Jobs
from relcrm.base.rest import Resource, once_per_key, operation
from relcrm.lib.rest.fields import Body, Choice

STARTERS = {"fit": ask_for_fit, "score": ask_for_everyone}


class Spread(serializers.Serializer):
    """Discounted margin over the horizon, with a likely range (8 of 10)."""

    horizon_weeks = serializers.IntegerField()
    low = serializers.FloatField()
    expected = serializers.FloatField()
    high = serializers.FloatField()


class Share(serializers.Serializer):
    """One family: who shows it, how many belong to it by probability, what they are worth."""

    shown = serializers.IntegerField()
    members = serializers.FloatField(help_text="Sum of probabilities.")
    value = serializers.FloatField()


class ModelOut(serializers.Serializer):
    """The fitted model behind the forecast."""

    name = serializers.CharField()
    version = serializers.IntegerField()
    data_through = serializers.DateField()
    fitted_at = serializers.DateTimeField()
    log_likelihood = serializers.FloatField(allow_null=True)


class OverviewOut(serializers.Serializer):
    """All relationships together, as of one day."""

    as_of = serializers.DateField()
    currency = serializers.CharField()
    customers = serializers.IntegerField()
    alive = serializers.FloatField(help_text="Expected number still with us.")
    acted = serializers.IntegerField(
        allow_null=True,
        help_text="Who ever did a thing: `alive` is of them alone. Null where not counted.",
    )
    families = serializers.DictField(child=Share())
    value = Spread()
    model = ModelOut(allow_null=True)
    computed_at = serializers.DateTimeField()

    example: dict[str, Any] = {
        "as_of": "2026-03-02", "currency": "EUR", "customers": 2000, "alive": 1204.5,
        "acted": 1990,
        "families": {"friend": {"shown": 610, "members": 655.2, "value": 41200.0}},
        "value": {"horizon_weeks": 52, "low": 91000.0, "expected": 98000.0, "high": 105000.0},
        "model": {
            "name": "mbgnbd", "version": 3, "data_through": "2026-03-01",
            "fitted_at": "2026-03-01T01:10:00Z", "log_likelihood": -30120.4,
        },
        "computed_at": "2026-03-02T02:12:00Z",
    }  # fmt: skip


class Overview(Resource):
    scopes: ClassVar = {"GET": "reports:read"}
    serializer_class = OverviewOut

    @operation("The state of all relationships", gives=OverviewOut, one=True, tag="overview")
    def retrieve(self, request: Request) -> Response:
        """What the newest scoring of everyone found. 404 until everyone was scored once."""
        found = Portfolio.objects.filter(as_of__lte=request.viewpoint.as_of).first()
        if found is None:
            raise NotFound("Nobody was scored yet; start a job of the kind score.")
        model = FittedModel.objects.filter(kind=FittedModel.Kind.VALUE, is_current=True).first()
        families = veil.by_key(found.families, frank=self.sees(FRANK))
        facts = ("name", "version", "data_through", "fitted_at", "log_likelihood")
        return self.answer_one(
            {
                "as_of": found.as_of,
                "currency": request.company.currency,
                "customers": found.customers,
                "alive": found.alive,
                "acted": found.facts.get("acted"),
                "families": {name: _share(row) for name, row in families.items()},
                "value": {name: found.value[name] for name in Spread._declared_fields},
                "model": model and {name: getattr(model, name) for name in facts},
                "computed_at": found.computed_at,
            }
        )


def _share(row: dict[str, float]) -> dict[str, float]:
    # The undetermined are shown as such, but nobody belongs to them by probability.
    return {"shown": row["shown"], "members": row.get("members", 0.0), "value": row["value"]}


class JobIn(Body):
    """Which of the usual jobs to start."""

    kind = Choice([("fit", "Fit the value models"), ("score", "Score everyone")])

    example: dict[str, Any] = {"kind": "score"}


class StartableJobs(Jobs):
    """Jobs, and the two that anybody with jobs:write may start."""

    @operation("Start a job", takes=JobIn, gives=JobOut, status=202, tag="jobs")
    @once_per_key
    def create(self, request: Request) -> Response:
        """Puts it in line for the worker, as of the day the company is looked at. While one of
        the same kind for that day waits or runs, that one is the answer."""
        start = STARTERS[self.told(JobIn)["kind"]]
        job = start(by=self.by, as_of=request.viewpoint.as_of)
        return self.answer_one(self.one(self.rows(), pk=job.pk), status=202)
