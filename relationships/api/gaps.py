"""Wanted and treated: of one customer, of everybody, and which relationships are offered."""

from dataclasses import asdict
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.timezone import now as clock
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api.sight import reader_of
from customers.models import Customer, Segment
from customers.queries import modifiers, segments
from customers.segments.naming import is_withheld
from relationships import gap_page, veil, wish_page
from relationships.actions.gap import offering
from relationships.api.gap_shapes import GapOut, GapsOut, GapsQuery, OfferIn, OfferOut
from relationships.api.profiles import FRANK
from relationships.engine.gap import offered, terms
from relationships.models import GapPicture, Offer, Profile
from relationships.queries.gap import choice, offers, one, sums
from relcrm.base.models import Brand
from relcrm.base.rest import Listing, Resource, once_per_key, operation, page_of
from relcrm.base.rest.resource import Readable
from relcrm.lib.rest.errors import Contradiction
from relcrm.lib.rest.keyset import Order, whole

Row = dict[str, Any]


class GapOf(Resource):
    queryset = Customer.objects.none()
    scopes: ClassVar = {"GET": "customers:read"}
    serializer_class = GapOut

    @operation("What a customer wants, and gets", gives=GapOut, one=True, also=(409,),
               tag="profiles")  # fmt: skip
    def retrieve(self, request: Request, pk: int) -> Response:
        """Measured afresh from the same evidence as the profile. For a relationship that is left
        to service it needs the scope `negative:read`."""
        customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        profile = Profile.objects.filter(pk=pk).first()
        if profile is None or not customer.is_judgeable:
            raise Http404
        if veil.is_veiled(profile.family, frank=self.sees(FRANK)):
            raise PermissionDenied(f"This one is left to service; its gap needs {FRANK}.")
        found = one.wanted(profile, request.company, request.viewpoint.as_of)
        if found is None:
            raise Http404
        told = asdict(found)
        told["label"] = told["label"] or None
        return self.answer_one({"customer": pk, "as_of": request.viewpoint.as_of, **told})


class Gaps(Resource):
    scopes: ClassVar = {"GET": "reports:read"}
    serializer_class = GapsOut

    @operation("Offered, wanted, held, treated", gives=GapsOut, query=GapsQuery, one=True,
               tag="overview")  # fmt: skip
    def retrieve(self, request: Request) -> Response:
        """As added up when everyone was scored last, 404 until then; of a segment, and of an
        offer within it, counted now. `families` sets the mix aimed at beside what is wanted, held
        and treated; `wishes` the nine wishes, by what the offer asked for meets, else by what any
        offer does. Without `negative:read` who is left to service is in none of the sums but
        `followed`."""
        asked = self.asked(GapsQuery)
        as_of = request.viewpoint.as_of
        picture = GapPicture.objects.filter(as_of__lte=as_of).first()
        if picture is None:
            raise NotFound("Nobody was scored yet; start a job of the kind score.")
        told, sees_goods = [*offers.offers()], self.sees(modifiers.SCOPE)
        offer = _chosen(told, asked.get("offer"))
        found = choice.added(
            picture, offer, self._members(asked.get("segment")), as_of, sees_goods=sees_goods
        )
        page = gap_page.page(
            found, offer.mix if offer else None, by_type=asked["by"] == "type",
            frank=self.sees(FRANK),
        )  # fmt: skip
        by = wish_page.by_wish(found, offers.asked_of(offer, told), frank=self.sees(FRANK))
        return self.answer_one(
            {"as_of": picture.as_of, **_told(page), **_wishes(by), "followed": picture.proof}
        )

    def _members(self, pk: int | None) -> QuerySet[Customer] | None:
        if pk is None:
            return None
        if not self.sees("segments:read"):
            raise PermissionDenied("A segment needs the scope segments:read.")
        segment, reader = get_object_or_404(Segment, pk=pk), reader_of(self)
        if is_withheld(segment, reader):
            raise PermissionDenied("This segment asks about what you may not see.")
        return segments.members(segment, segments.asked_now(self.request.user, clock(), reader))


def _chosen(told: list[Offer], pk: int | None) -> Offer | None:
    """The one asked for, else the whole company's, if it said any."""
    found = next((one for one in told if (one.is_of_all if pk is None else one.pk == pk)), None)
    if pk is not None and found is None:
        raise Http404
    return found


def _wishes(found: wish_page.ByWish | None) -> Row:
    if found is None:
        return {"wishes": [], "unoffered": [], "unwanted": []}
    return {
        "wishes": [
            {"wish": row.key, "family": row.family, "offered": row.is_offered,
             "offered_by": [offer.pk for offer in row.offered_by], "wanting": row.wanting,
             "stated": row.stated, **{of: share for of, share, _width in row.shares}}
            for row in found.rows
        ],
        "unoffered": [row.key for row in found.unoffered],
        "unwanted": [row.key for row in found.unwanted],
    }  # fmt: skip


def _told(page: gap_page.Page) -> Row:
    return {
        "people": page.people,
        "stated": page.stated,
        "wide_share": page.wide,
        "labels": {row.label: row.n for row in page.labels},
        "families": [
            {"family": row.family} | {of: share for of, share, _width in row.shares}
            for row in page.compared
        ],
        "relationships": [
            {"family": line.family, "type": line.type or None, "people": line.n,
             "labels": {label: n for label, n in line.counts if n}, "wide_share": line.wide}
            for line in page.lines
        ],
    }  # fmt: skip


class Offers(Readable, Resource):
    queryset = Offer.objects.none()
    scopes: ClassVar = {
        "GET": "reports:read", "POST": "offers:write", "DELETE": "offers:write",
    }  # fmt: skip
    serializer_class = OfferOut
    orders: ClassVar = {"id": Order((("id", whole),))}
    columns = ("id", "brand__slug", "line", "mix", "wishes", "changed_at")

    def rows(self) -> QuerySet[Offer]:
        return Offer.objects.all()

    def present(self, row: Row) -> Row:
        mix = {name: row["mix"].get(name, 0.0) for name in sums.WANTED}
        meets = [wish.key for wish in offered(mix, row["wishes"], terms())]
        return {"id": row["id"], "brand": row["brand__slug"], "line": row["line"] or None,
                "mix": mix, "wishes": row["wishes"], "meets": meets,
                "changed_at": row["changed_at"]}  # fmt: skip

    @operation("List what is offered", gives=page_of(OfferOut), query=Listing, tag="overview")
    def list(self, request: Request) -> Response:
        """The mixes of relationships that the company aims at, and the wishes that they meet."""
        return super().list(request)

    @operation("Say what is offered", takes=OfferIn, gives=OfferOut, status=201, tag="overview")
    @once_per_key
    def create(self, request: Request) -> Response:
        """For everything, a brand, or a product line; what was said of it before is replaced.
        The shares are percent and add up to 100. A wish of a family without a share is refused."""
        told = self.told(OfferIn)
        brand = None
        if slug := told.get("brand"):
            brand = Brand.objects.filter(slug=slug).first()
            if brand is None:
                raise Contradiction({"brand": "There is no such brand."})
        offer = offering.offer_mix(
            told["mix"], told.get("wishes", ()), brand=brand, line=told.get("line") or "",
            by=self.by, now=clock(),
        )  # fmt: skip
        return self.answer_one(self.one(self.rows(), pk=offer.pk), status=201)

    @operation("Withdraw an offer", gives=None, status=204, one=True, tag="overview")
    def destroy(self, request: Request, pk: int) -> Response:
        """Nothing is said of it any more."""
        offering.withdraw_offer(get_object_or_404(Offer, pk=pk), by=self.by, now=clock())
        return Response(status=204)
