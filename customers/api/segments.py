"""Segments over REST: make, change and forget them, count them, see who is in and why."""

from dataclasses import asdict
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.timezone import now as clock
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from customers.actions.segments import (
    bring_back_segment,
    change_segment,
    fill_list,
    forget_segment,
    keep_segment,
)
from customers.api.segment_shapes import (
    CountOut,
    CountQuery,
    FilledOut,
    InSegmentOut,
    MembershipOut,
    RuleIn,
    SchemaOut,
    SegmentChanges,
    SegmentIn,
    SegmentOut,
    Written,
)
from customers.api.sight import reader_of
from customers.models import Customer, Segment
from customers.queries import segments as queries
from customers.segments import Moment, Reader
from customers.segments.explain import explain
from customers.segments.left_out import left_out as find_left_out
from customers.segments.naming import is_withheld, name_of, rule_of, tells_rules
from customers.segments.reading import read
from customers.segments.rule import Group, Malformed
from customers.segments.schema import language
from relcrm.base.rest import Listing, Resource, Single, once_per_key, operation, page_of
from relcrm.base.rest.resource import Readable
from relcrm.lib.rest.keyset import Order, whole


class Asking(Resource):
    """What all of segments share: who asks, and a rule's mistakes by their place."""

    scopes: ClassVar = {
        "GET": "segments:read", "POST": "segments:write", "PATCH": "segments:write",
        "DELETE": "segments:write",
    }  # fmt: skip

    @property
    def reader(self) -> Reader:
        if not hasattr(self, "_reader"):
            self._reader = reader_of(self)
        return self._reader

    @property
    def is_about(self) -> bool:
        """Whether about how many will do."""
        return self.asked(CountQuery).get("about") == "yes"

    def who(self) -> queries.Asked:
        company, viewpoint = self.request.company, self.request.viewpoint
        among = Customer.objects.visible_to(self.request.user)
        return queries.Asked(
            among, self.reader, Moment(viewpoint.as_of, company.tzinfo, company.currency)
        )

    def segment(self, pk: int) -> Segment:
        return get_object_or_404(Segment, pk=pk)

    def open_rule(self, segment: Segment) -> Group:
        rule = rule_of(segment, self.reader)
        if rule is None:
            raise PermissionDenied("This segment asks about what you may not see.")
        return rule


def mistakes(problem: Malformed) -> ValidationError:
    return ValidationError({f"rule.{place}": [words] for place, words in problem.errors.items()})


class Segments(Readable, Asking):
    queryset = Segment.objects.none()  # for the document: which model the id is of
    serializer_class = SegmentOut
    orders: ClassVar = {"id": Order((("id", whole),))}
    columns = (
        "id", "name", "kind", "rule", "created_by_id", "people", "counted_at", "created_at",
        "changed_at",
    )  # fmt: skip

    def rows(self) -> QuerySet[Segment]:
        return Segment.objects.all()

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        kept = ("id", "name", "kind", "rule", "created_by_id")
        segment, reader = Segment(**{name: row[name] for name in kept}), self.reader
        row |= {"name": name_of(segment, reader), "is_withheld": is_withheld(segment, reader)}
        if row["is_withheld"] or not tells_rules(reader):
            row |= dict.fromkeys(("rule", "people", "counted_at"))
        return {name: row[name] for name in SegmentOut._declared_fields}

    @operation("List segments", gives=page_of(SegmentOut), query=Listing, tag="segments")
    def list(self, request: Request) -> Response:
        """All of them. A rule that asks about what you may not see is null and `is_withheld`.
        Whoever sees only their own customers is told no rule, as it may name others; a name that
        says a negative type needs the scope `negative:read`."""
        return super().list(request)

    @operation("Look at a segment", gives=SegmentOut, query=Single, one=True, tag="segments")
    def retrieve(self, request: Request, pk: int) -> Response:
        """Its name and rule, with an ETag."""
        return super().retrieve(request, pk)

    @operation("Make a segment", takes=SegmentIn, gives=SegmentOut, status=201, tag="segments")
    @once_per_key
    def create(self, request: Request) -> Response:
        """By rule, in the language of `/segments/schema`; without a rule it is an empty list."""
        told = self.told(SegmentIn)
        try:
            segment = keep_segment(
                told["name"], rule=told.get("rule"), reader=self.reader, by=self.by, now=clock()
            )
        except Malformed as problem:
            raise mistakes(problem) from None
        return self.answer_one(self.one(self.rows(), pk=segment.pk), status=201)

    @operation(
        "Change a segment", takes=SegmentChanges, gives=SegmentOut, one=True, edits=True,
        tag="segments",
    )  # fmt: skip
    @once_per_key
    def partial_update(self, request: Request, pk: int) -> Response:
        """Its name, its rule, or both."""
        told = self.told(SegmentChanges)
        with self.changing(self.rows(), pk=pk) as segment:
            try:
                change_segment(segment, reader=self.reader, by=self.by, now=clock(), **told)
            except Malformed as problem:
                raise mistakes(problem) from None
            row = self.one(self.rows(), pk=pk)
        return self.answer_one(row)

    @operation("Forget a segment", gives=None, status=204, one=True, tag="segments")
    def destroy(self, request: Request, pk: int) -> Response:
        """Nobody in it is touched, and it can be brought back for a month."""
        forget_segment(self.segment(pk), by=self.by, now=clock())
        return Response(status=204)

    @operation("Bring a segment back", gives=SegmentOut, one=True, tag="segments")
    @once_per_key
    def bring_back(self, request: Request, pk: int) -> Response:
        """One that was forgotten within the last month, as it was."""
        found = get_object_or_404(Segment.every.forgotten(), pk=pk)
        bring_back_segment(found, by=self.by, now=clock())
        return self.answer_one(self.one(self.rows(), pk=pk))

    @operation("Count a segment", gives=CountOut, query=CountQuery, one=True, tag="segments")
    def count(self, request: Request, pk: int) -> Response:
        """How many are in it just now, of those you may see."""
        segment, asked = self.segment(pk), self.who()
        if not segment.is_list:
            self.open_rule(segment)
        counting = queries.headcount_at_first if self.is_about else queries.headcount
        left_out = queries.left_out_of(segment, asked)
        return self.answer_one(CountOut.told(counting(segment, asked), left_out))

    @operation("Fill a list", takes=Written, gives=FilledOut, one=True, tag="segments")
    @once_per_key
    def fill(self, request: Request, pk: int) -> Response:
        """Numbers and e-mails of customers; those that mean nobody, or several, are named. E-mails
        and phones need `people:read`, as the answer tells whether somebody has them."""
        people, sees_people = self.told(Written)["people"], self.sees("people:read")
        if not sees_people and any("@" in one for one in people):
            raise PermissionDenied("E-mails need the scope people:read.")
        found = fill_list(
            self.segment(pk), people, among=self.who().among, by_contact=sees_people, by=self.by,
            now=clock(),
        )  # fmt: skip
        return Response(asdict(found))


class Members(Asking):
    queryset = Segment.objects.none()
    serializer_class = InSegmentOut
    columns = ("pk", "name")

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        named = self.sees("people:read")
        return {"customer": row["pk"], "name": row["name"] if named else None}

    @operation(
        "Who is in a segment", gives=page_of(InSegmentOut), query=Listing, one=True,
        tag="segments",
    )  # fmt: skip
    def list(self, request: Request, pk: int) -> Response:
        """Page by page, by number."""
        asked, segment = self.asked(Listing), self.segment(pk)
        if not segment.is_list:
            self.open_rule(segment)
        return self.page(queries.members(segment, self.who()), asked, self.order(asked))


class Reasons(Asking):
    queryset = Segment.objects.none()
    serializer_class = MembershipOut

    @operation("Why somebody is in or out", gives=MembershipOut, one=True, tag="segments")
    def retrieve(self, request: Request, pk: int, customer: int) -> Response:
        """Each condition true or false, with the value found for this customer; whoever sees only
        their own customers is told no more than in or out."""
        segment, asked = self.segment(pk), self.who()
        if segment.is_list:
            rows = asked.among.filter(pk=customer)
            if not rows.exists():
                raise Http404
            is_in = segment.members.filter(customer_id=customer).exists()
            return self.answer_one(_told(customer, is_in))
        found = explain(
            self.open_rule(segment), customer, asked.among, moment=asked.moment,
            reader=asked.reader,
        )  # fmt: skip
        if found is None:
            raise Http404
        if not tells_rules(self.reader):
            return self.answer_one(_told(customer, found.is_in))
        finding = asdict(found.finding) if found.finding else None
        return self.answer_one(_told(customer, found.is_in, found.is_withheld, finding))


class Rules(Asking):
    """A rule that is not kept."""

    queryset = Segment.objects.none()
    scopes: ClassVar = {"GET": "segments:read"}
    serializer_class = CountOut

    @operation("The language of rules", gives=SchemaOut, tag="segments")
    def schema_of_rules(self, request: Request) -> Response:
        """As JSON Schema, with the fields you may ask about."""
        return Response(language(self.reader))

    @operation(
        "Count by a rule", takes=RuleIn, gives=CountOut, query=CountQuery, tag="segments",
        also={413, 415},
    )  # fmt: skip
    def count(self, request: Request) -> Response:
        """How many a rule means, without keeping it."""
        try:
            rule = read(self.told(RuleIn)["rule"], reader=self.reader)
        except Malformed as problem:
            raise mistakes(problem) from None
        asked = self.who()
        counting = queries.count_at_first if self.is_about else queries.count
        left_out = find_left_out(rule, asked.among, asked.reader)
        return Response(CountOut.told(counting(rule, asked), left_out))


def _told(
    customer: int, is_in: bool, is_withheld: bool = False, finding: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {
        "customer": customer, "is_in": is_in, "is_withheld": is_withheld, "finding": finding,
    }  # fmt: skip
