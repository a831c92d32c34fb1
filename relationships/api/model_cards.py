"""The model card of types over the API: what it is for, how made, how good, how guarded."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from relationships.api.profiles import FRANK
from relationships.model_card import card
from relcrm.base.rest import Resource, operation


class CheckOut(serializers.Serializer):
    """A line of the evaluation; `reached` is null where nothing was aimed at."""

    check = serializers.CharField()
    figure = serializers.FloatField()
    target = serializers.CharField(allow_null=True)
    reached = serializers.BooleanField(allow_null=True)


class RunOut(serializers.Serializer):
    """One run of the evaluation, with the command that repeats it."""

    command = serializers.CharField()
    world = serializers.CharField(help_text="exact, or how far it differs from the specification.")
    labels = serializers.IntegerField(help_text="How many customers said what they are.")
    checks = CheckOut(many=True)


class TellingOut(serializers.Serializer):
    """One way of telling customers apart, held against who came back."""

    name = serializers.CharField()
    groups = serializers.IntegerField(help_text="0 for a probability.")
    bits = serializers.FloatField(help_text="Mutual information with coming back.")
    auc = serializers.FloatField()
    log_loss = serializers.FloatField()
    gini_spend = serializers.FloatField()
    c_index = serializers.FloatField(help_text="Of the time to the next purchase.")


class ReliableOut(serializers.Serializer):
    """The chance of coming back as told and as it came true, of one group of customers."""

    where = serializers.CharField(allow_blank=True)
    by = serializers.CharField(help_text="family, time (with the company) or country.")
    group = serializers.CharField()
    people = serializers.IntegerField()
    told = serializers.FloatField(help_text="Mean probability.")
    was = serializers.FloatField(help_text="Share who came back.")
    error = serializers.FloatField(help_text="Calibration error over 15 bins.")


class PublicFileOut(serializers.Serializer):
    """A public file of real purchases: judged on a day, and what came after held against it."""

    key = serializers.CharField()
    name = serializers.CharField()
    sha256 = serializers.CharField(help_text="Of the file.")
    measured_on = serializers.DateField()
    specification = serializers.CharField(help_text="Fingerprint of what judged.")
    command = serializers.CharField(help_text="Repeats it.")
    split = serializers.DateField(help_text="The day of the judgement.")
    customers = serializers.IntegerField()
    came_back = serializers.FloatField(help_text="Share of them.")
    ways = TellingOut(many=True)
    checks = CheckOut(many=True)
    reliability = ReliableOut(many=True)


class ModelDetailsOut(serializers.Serializer):
    """What judges, by which edition of the specification, set to the company by what."""

    name = serializers.CharField()
    edition = serializers.IntegerField()
    note = serializers.CharField(help_text="What is different in this edition.")
    is_adapted = serializers.BooleanField(help_text="Other than it came with relcrm.")
    faults = serializers.ListField(
        child=serializers.CharField(),
        help_text="Why it cannot be used, so that the shipped one serves; [] when it can.",
    )
    live_from = serializers.DateTimeField(allow_null=True)
    calibration = serializers.IntegerField(
        allow_null=True, help_text="Its version; null while usual values serve."
    )
    calibration_in_use = serializers.BooleanField(
        allow_null=True, help_text="False on an earlier day: the newest of that time."
    )
    calibration_of_edition = serializers.BooleanField(
        allow_null=True, help_text="False: what it learned by source is left out until the next."
    )
    calibrated_through = serializers.DateField(allow_null=True)
    calibrated_on = serializers.IntegerField(help_text="Customers; 0 while usual values serve.")
    constants = serializers.DictField(
        child=serializers.FloatField(), help_text="Of the company: cycle, usual order, rates."
    )
    multipliers = serializers.DictField(
        child=serializers.FloatField(), help_text="By source: so many times the specification's."
    )


class LearnedOut(serializers.Serializer):
    """The newest trial of learning from what people say, by cross-validation."""

    version = serializers.IntegerField()
    data_through = serializers.DateField()
    is_used = serializers.BooleanField(help_text="Better by more than one standard error.")
    labels = serializers.IntegerField()
    gain = serializers.FloatField(help_text="In mean −log p of what was said, of those left out.")
    gain_se = serializers.FloatField()
    ece = serializers.FloatField(help_text="Calibration error before, of those left out.")
    ece_after = serializers.FloatField(help_text="The same, as used.")


class ShownOut(serializers.Serializer):
    """How many customers show a type, a family only, or neither."""

    customers = serializers.IntegerField()
    type = serializers.IntegerField()
    family = serializers.IntegerField()
    undetermined = serializers.IntegerField()


class AgreementOut(serializers.Serializer):
    """How far people agree with the family that we hold them in (Cohen's kappa)."""

    people = serializers.IntegerField()
    agreed = serializers.FloatField()
    by_chance = serializers.FloatField()
    kappa = serializers.FloatField(allow_null=True)


class StabilityOut(serializers.Serializer):
    """Shown labels over the last closed months."""

    months = serializers.IntegerField()
    changed = serializers.FloatField(help_text="Share of customers a month.")
    undone = serializers.FloatField(
        allow_null=True, help_text="Of the changes, those taken back a month later."
    )


class AnalysesOut(serializers.Serializer):
    """How it does in invented worlds, and in the company itself."""

    measured_on = serializers.DateField()
    is_current = serializers.BooleanField()
    seed = serializers.IntegerField()
    specification = serializers.CharField(help_text="Fingerprint of what judged in the runs.")
    runs = RunOut(many=True)
    files = PublicFileOut(many=True)
    shown = ShownOut(allow_null=True)
    agreement = AgreementOut(allow_null=True)
    stability = StabilityOut(allow_null=True)
    set_by_hand = serializers.IntegerField(help_text="Labels set by colleagues, at present.")


class ModelCardOut(serializers.Serializer):
    """A model card (Mitchell et al. 2019) of the judgement of relationships."""

    as_of = serializers.DateField()
    model_details = ModelDetailsOut()
    intended_use = serializers.ListField(child=serializers.CharField())
    out_of_scope = serializers.ListField(child=serializers.CharField())
    factors = serializers.ListField(child=serializers.CharField())
    evaluation_data = serializers.ListField(child=serializers.CharField())
    training_data = LearnedOut(allow_null=True)
    quantitative_analyses = AnalysesOut()
    ethical_considerations = serializers.ListField(child=serializers.CharField())
    caveats = serializers.ListField(child=serializers.CharField())

    example: dict[str, Any] = {
        "as_of": "2026-03-02",
        "model_details": {
            "name": "Types of relationship", "edition": 1, "note": "As it comes with relcrm",
            "is_adapted": False, "faults": [], "live_from": None,
            "calibration": 3, "calibration_in_use": True, "calibration_of_edition": True,
            "calibrated_through": "2026-03-01", "calibrated_on": 2000,
            "constants": {"cycle_weeks": 8.6}, "multipliers": {"visits": 0.6},
        },
        "intended_use": ["To choose how to treat somebody"],
        "out_of_scope": ["No price, credit or refusal is decided by it"],
        "factors": ["Which sources come in"],
        "evaluation_data": ["6,000 invented customers"],
        "training_data": None,
        "quantitative_analyses": {
            "measured_on": "2026-11-22", "is_current": True, "seed": 20261, "runs": [{
                "command": "manage.py evaluate relationships --world exact --seed 20261",
                "world": "exact", "labels": 0, "checks": [{
                    "check": "drawn: macro-F1 against the best possible", "figure": 0.9836,
                    "target": ">= 0.97", "reached": True,
                }],
            }],
            "specification": "0aa98d1fa20a",
            "files": [{
                "key": "cdnow", "name": "CDNOW", "sha256": "2abbb8641a26", "split": "1997-09-30",
                "measured_on": "2026-11-22", "specification": "0aa98d1fa20a",
                "command": "manage.py evaluate validity --file cdnow_master.csv.gz",
                "customers": 23570, "came_back": 0.299, "ways": [{
                    "name": "types and dimensions", "groups": 0, "bits": 0.1709, "auc": 0.7711,
                    "log_loss": 0.4906, "gini_spend": 0.699, "c_index": 0.7379,
                }],
                "checks": [{
                    "check": "soft AUC, aim for CDNOW", "figure": 0.7711, "target": ">= 0.772",
                    "reached": False,
                }],
                "reliability": [{
                    "where": "", "by": "family", "group": "friend", "people": 8000, "told": 0.47,
                    "was": 0.47, "error": 0.01,
                }],
            }],
            "shown": {"customers": 2000, "type": 760, "family": 980, "undetermined": 260},
            "agreement": {"people": 180, "agreed": 0.62, "by_chance": 0.4, "kappa": 0.3667},
            "stability": {"months": 12, "changed": 0.083, "undone": 0.03}, "set_by_hand": 2,
        },
        "ethical_considerations": ["Whoever objects has no judgement left"],
        "caveats": ["Invented customers are not people"],
    }  # fmt: skip


class ModelCard(Resource):
    scopes: ClassVar = {"GET": "reports:read"}
    serializer_class = ModelCardOut

    @operation("The model card of types", gives=ModelCardOut, one=True, tag="overview")
    def retrieve(self, request: Request) -> Response:
        """What the judgement is for, how it is made, how well it does where the truth is known
        and in the company, how people are protected, and what is not known."""
        found = card(request.company, request.viewpoint.as_of, frank=self.sees(FRANK))
        return self.answer_one(found)
