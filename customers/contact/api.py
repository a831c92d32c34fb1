"""The REST door to consents, the verdict and the outbox."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now as clock
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api.sight import customer_named, of_visible_customers
from customers.contact.actions.ledger import Said, record_consent
from customers.contact.actions.opting_in import ask_for_consent
from customers.contact.actions.outbox import Draft, cancel_message, queue_message, retry_message
from customers.contact.queries import wordings
from customers.contact.queries.verdict import may_contact
from customers.contact.shapes import (
    ConsentIn,
    ConsentOut,
    MessageIn,
    MessageOut,
    MessageQuery,
    VerdictOut,
    VerdictQuery,
)  # fmt: skip
from customers.models import Consent, Customer, Message
from relcrm.base.models import Brand
from relcrm.base.rest import Listing, Resource, Single, once_per_key, operation, page_of
from relcrm.base.rest.describe import Nothing
from relcrm.base.rest.resource import Readable
from relcrm.lib.rest.errors import Contradiction
from relcrm.lib.rest.keyset import Order, whole

NEWEST = Order((("id", whole),), descending=True)


class Consents(Resource):
    queryset = Consent.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = {"GET": "consents:read", "POST": "consents:write"}
    serializer_class = ConsentOut
    orders: ClassVar = {"-id": NEWEST}
    columns = (
        "id", "customer_id", "purpose", "channel", "brand__slug", "state", "wording__key",
        "wording__version", "source", "proof", "at", "recorded_at",
    )  # fmt: skip

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        row["customer"], row["brand"] = row["customer_id"], row["brand__slug"]
        row["wording"], row["version"] = row["wording__key"], row["wording__version"]
        if not self.sees("people:read"):
            row["proof"] = None
        return {name: row[name] for name in ConsentOut._declared_fields}

    @operation("A customer's consents", gives=page_of(ConsentOut), query=Listing, one=True)
    def list(self, request: Request, pk: int) -> Response:
        """Every line of the ledger, the newest first."""
        asked = self.asked(Listing)
        customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        return self.page(customer.consents.all(), asked, NEWEST)

    @operation("Record a consent", takes=ConsentIn, gives=ConsentOut, status=201, one=True)
    @once_per_key
    def create(self, request: Request, pk: int) -> Response:
        """A line is added; it cannot be changed or removed later. A no holds at once."""
        told = self.told(ConsentIn)
        customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        line = _record(customer, told, by=self.by)
        return self.answer_one(self.one(customer.consents.all(), pk=line.pk), status=201)


def _record(customer: Customer, told: dict[str, Any], *, by: Any) -> Consent:
    key = told.get("wording", "")
    wording = wordings.named(key, told.get("language") or customer.language) if key else None
    if key and wording is None:
        raise Contradiction({"wording": "There are no words of that name."})
    brand = _brand(told)
    if brand is not None and brand.is_default:
        brand = None  # under its name the company is meant, as its messages name no brand
    said = Said(
        told.get("purpose", ""), told.get("channel", ""), told["source"], state=told["state"],
        brand=brand, wording=wording, proof=told.get("proof") or {}, at=told.get("at"),
    )  # fmt: skip
    is_new_yes = said.state == Consent.State.GRANTED and said.at is None
    if is_new_yes and said.purpose and said.channel and not told["is_confirmed"]:
        return ask_for_consent(customer, said, by=by, now=clock())
    return record_consent(customer, said, by=by, now=clock())


def _brand(told: dict[str, Any]) -> Brand | None:
    """The brand that the body names; none: of the company."""
    if not told.get("brand"):
        return None
    found = Brand.objects.filter(slug=told["brand"]).first()
    if found is None:
        raise Contradiction({"brand": "We have no such brand; use one of ours."})
    return found


class Verdicts(Resource):
    queryset = Customer.objects.none()
    scopes: ClassVar = {"GET": "consents:read"}
    serializer_class = VerdictOut

    @operation("May we write to them?", gives=VerdictOut, query=VerdictQuery, one=True)
    def retrieve(self, request: Request, pk: int) -> Response:
        """The verdict of this moment, its reason, and when waiting alone would change it."""
        asked = self.asked(VerdictQuery)
        customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        asked["brand"] = _brand(asked)
        found = may_contact(customer, **asked, now=clock())
        return self.answer_one(
            {
                "customer": customer.pk, "allowed": found.is_allowed,
                "rule": found.rule.key if found.rule else None,
                "by": str(found.rule.by) if found.rule else None,
                "words": found.words, "spoken": list(found.spoken),
                "allowed_at": found.allowed_at,
            }
        )  # fmt: skip


class Messages(Readable, Resource):
    queryset = Message.objects.none()
    scopes: ClassVar = {"GET": "messages:read", "POST": "messages:write"}
    serializer_class = MessageOut
    query = MessageQuery
    orders: ClassVar = {"-id": NEWEST, "id": Order((("id", whole),))}

    def rows(self) -> QuerySet[Message]:
        """Without those to addresses that nobody stands behind yet: they are no customer's."""
        return of_visible_customers(Message.objects.exclude(customer=None), self.request.user)

    def narrow(self, rows: QuerySet[Message], asked: dict[str, Any]) -> QuerySet[Message]:
        exact = {"customer": "customer_id", "state": "state", "channel": "channel"}
        return rows.filter(**{to: asked[name] for name, to in exact.items() if name in asked})

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        row["customer"], row["brand"] = row["customer_id"], row["brand__slug"]
        if not self.sees("people:read"):
            row |= dict.fromkeys(MessageOut.PERSONAL)
            row["detail"] = row["detail"] if row["reason"] else None
        return {name: row[name] for name in MessageOut._declared_fields}

    def after(self, message: Message, status: int = 200) -> Response:
        return self.answer_one(self.one(self.rows(), pk=message.pk), status=status)

    @operation("List messages", gives=page_of(MessageOut), query=MessageQuery)
    def list(self, request: Request) -> Response:
        """What waits, what was sent, and what was not, with the reason."""
        return super().list(request)

    @operation("Look at a message", gives=MessageOut, query=Single, one=True)
    def retrieve(self, request: Request, pk: int) -> Response:
        """One message and what became of it."""
        return super().retrieve(request, pk)

    @operation("Write to a customer", takes=MessageIn, gives=MessageOut, status=201)
    @once_per_key
    def create(self, request: Request) -> Response:
        """Only what may be sent is sent: look at `state` and `reason` of the answer."""
        told = self.told(MessageIn)
        customer = customer_named(self, told.pop("customer"))
        draft = Draft(**told | {"brand": _brand(told)}, origin="api")
        message = queue_message(customer, draft, by=self.by, now=clock())
        return self.after(message, status=201)

    @operation("Cancel a message", takes=Nothing, gives=MessageOut, one=True)
    @once_per_key
    def cancel(self, request: Request, pk: int) -> Response:
        """While it waits; what is leaving cannot be called back."""
        self.told(Nothing)
        message = get_object_or_404(self.rows(), pk=pk)
        cancel_message(message, by=self.by, now=clock())
        return self.after(message)

    @operation("Send a message again", takes=Nothing, gives=MessageOut, one=True)
    @once_per_key
    def retry(self, request: Request, pk: int) -> Response:
        """After it failed, was withheld, or may have been lost; the verdict is asked again."""
        self.told(Nothing)
        message = get_object_or_404(self.rows(), pk=pk)
        retry_message(message, by=self.by, now=clock())
        return self.after(message)
