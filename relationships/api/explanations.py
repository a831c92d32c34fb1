"""Why a relationship is judged as it is, in sentences."""

from dataclasses import asdict
from typing import Any, ClassVar

from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from customers.models import Customer
from relationships import veil
from relationships.api.profiles import FRANK
from relationships.api.shapes import ExplanationOut
from relationships.models import Profile
from relationships.queries.explanation import explanation
from relationships.queries.untold import untold
from relcrm.base.rest import Resource, operation

# What the page calls it → what the API does, and where its scale begins; each ends at 1.
NAMES = {
    "mood": ("valence", -1.0),
    "closeness": ("closeness", 0.0),
    "intensity": ("intensity", 0.0),
}


class Explanations(Resource):
    queryset = Customer.objects.none()
    scopes: ClassVar = {"GET": "customers:read"}
    serializer_class = ExplanationOut

    @operation("Explain a profile", gives=ExplanationOut, one=True, also=(409,), tag="profiles")
    def retrieve(self, request: Request, pk: int) -> Response:
        """Computed afresh from the same evidence as the profile. For a relationship that is
        left to service it needs the scope `negative:read`; of one of whom it is too early to tell
        which it is, without it no types are told and no reasons for them. What complaints and
        promises said is told with `complaints:read` and `promises:read`."""
        customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        profile = Profile.objects.filter(pk=pk).only("family", "own_family").first()
        if profile is None or not customer.is_judgeable:
            raise Http404
        frank = self.sees(FRANK)
        if veil.is_veiled(profile.family, frank=frank):
            raise PermissionDenied(f"This one is left to service; its reasons need {FRANK}.")
        as_of = request.viewpoint.as_of
        hushed = untold(
            sees_complaints=self.sees("complaints:read"), sees_promises=self.sees("promises:read")
        )
        found = explanation(customer, request.company, as_of, frank=frank, untold=hushed)
        if veil.is_doubtful(profile.family, profile.own_family, frank=frank):
            found = found.without_types()
        return self.answer_one({"customer": pk, "as_of": as_of, **told(asdict(found), frank=frank)})


def told(found: dict[str, Any], *, frank: bool) -> dict[str, Any]:
    """An explanation as JSON."""
    for said in ("why", "against", "missing", "would_change"):
        found[said] = veil.sayable(found[said], frank=frank)
    found["dimensions"] = [_placed(place) for place in found["dimensions"]]
    return found


def _placed(place: dict[str, Any]) -> dict[str, Any]:
    """A place on the page's meter from 0 to 100, by the name and on the scale of the profile."""
    key, lowest = NAMES[place["key"]]
    scaled = {
        name: round(lowest + place[name] / 100 * (1 - lowest), 4)
        for name in ("value", "low", "high")
    }
    evidence = [
        {"direction": direction, "sentence": sentence} for direction, sentence in place["evidence"]
    ]
    return place | scaled | {"key": key, "evidence": evidence}
