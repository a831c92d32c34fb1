"""What this app itself knows about customers, entered as fields of segments."""

from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, ExtractDay, ExtractMonth, ExtractYear
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from customers.models import Identity, Interaction, Segment, SegmentMember, Tally, TallyMark
from customers.segments.fields import Field, Kind, Meets, Moment, Reader, Span, Words, register
from customers.segments.naming import called, in_order
from customers.segments.tallied import stale

WHO, WHERE, BETWEEN = _("Who they are"), _("Where they are"), _("Between us")
PEOPLE = "see_people"


def register_known() -> None:
    register(*_who(), *_where(), *_between())


def _who() -> list[Field]:
    return [
        Field(key="name", label=_("Name"), kind=Kind.TEXT, group=WHO, path="name", needs=PEOPLE),
        Field(key="email", label=_("E-mail"), kind=Kind.TEXT, group=WHO, path="email",
              needs=PEOPLE),
        Field(key="phone", label=_("Phone"), kind=Kind.TEXT, group=WHO, path="phone",
              needs=PEOPLE),
        Field(key="age", label=_("Age"), kind=Kind.NUMBER, group=WHO, value=_age,
              unit=_("years")),
        Field(key="gender", label=_("Gender"), kind=Kind.CHOICE, group=WHO, path="gender"),
        Field(key="education", label=_("Education"), kind=Kind.CHOICE, group=WHO,
              path="education"),
        Field(key="occupation", label=_("Occupation"), kind=Kind.TEXT, group=WHO,
              path="occupation"),
        Field(key="household_size", label=_("Household"), kind=Kind.NUMBER, group=WHO,
              path="household_size", unit=_("people")),
        Field(key="organisation", label=_("Organisation"), kind=Kind.TEXT, group=WHO,
              path="organisation__name", needs=PEOPLE),
        Field(key="interests", label=_("Interests"), kind=Kind.LIST, group=WHO,
              path="interests", needs=PEOPLE),
    ]  # fmt: skip


def _where() -> list[Field]:
    return [
        Field(key="country", label=_("Country"), kind=Kind.CHOICE, group=WHERE, path="country"),
        Field(key="region", label=_("Region"), kind=Kind.TEXT, group=WHERE, path="region"),
        Field(key="city", label=_("City"), kind=Kind.TEXT, group=WHERE, path="city",
              needs=PEOPLE),
        Field(key="language", label=_("Language"), kind=Kind.CHOICE, group=WHERE,
              path="language"),
        Field(key="zone", label=_("Time zone"), kind=Kind.CHOICE, group=WHERE, path="zone"),
    ]  # fmt: skip


def _between() -> list[Field]:
    return [
        Field(key="first_seen_on", label=_("First seen"), kind=Kind.DATE, group=BETWEEN,
              value=_first_seen),
        Field(key="last_seen_on", label=_("Last seen"), kind=Kind.DATE, group=BETWEEN,
              value=_last_seen, at_large=_were_last_seen),
        Field(key="objects_to_profiling", label=_("Objects to being judged by data"),
              kind=Kind.YES_NO, group=BETWEEN, path="objects_to_profiling"),
        Field(key="list", label=_("List"), kind=Kind.CHOICE, group=BETWEEN,
              rows=lambda moment: SegmentMember.objects.annotate(
                  in_list=Cast("segment_id", CharField())),
              path="in_list", choices=_lists),
        Field(key="known_in", label=_("Known in the system"), kind=Kind.CHOICE, group=BETWEEN,
              rows=lambda moment: Identity.objects.filter(kind=Identity.Kind.EXTERNAL),
              path="source"),
    ]  # fmt: skip


def _lists(reader: Reader) -> list[tuple[str, Words]]:
    lists = Segment.objects.filter(kind=Segment.Kind.STATIC).only("name", "kind", "created_by")
    return [(str(one.pk), called(one, reader)) for one in in_order(lists, reader)]


def _age(moment: Moment) -> Any:
    """Full years on the day we look; with a year alone, the years since then."""
    day = moment.as_of
    years = Value(day.year) - ExtractYear("birth_on")
    had_it = ExtractMonth("birth_on") * 100 + ExtractDay("birth_on")
    return Case(
        When(birth_on__isnull=False, then=Case(
            When(LessThanOrEqual(had_it, day.month * 100 + day.day), then=years),
            default=years - 1,
        )),
        When(birth_year__isnull=False, then=Value(day.year) - F("birth_year")),
        default=None,
        output_field=IntegerField(),
    )  # fmt: skip


def _first_seen(moment: Moment) -> Any:
    """Nothing is known of a day that has not come yet."""
    return Case(
        When(first_seen_on__lte=moment.as_of, then=F("first_seen_on")),
        default=None,
        output_field=DateField(),
    )


def _last_seen(moment: Moment) -> Any:
    """The kept day, unless it lies after the day we look: then the newest one before."""
    seen = Interaction.objects.filter(
        customer=OuterRef("pk"), occurred_on__lte=moment.as_of
    ).order_by()
    newest = seen.values("customer_id").annotate(newest=Max("occurred_on")).values("newest")
    return Case(
        When(last_seen_on__lte=moment.as_of, then=F("last_seen_on")),
        When(last_seen_on__gt=moment.as_of, then=Subquery(newest)),
        default=None,
        output_field=DateField(),
    )


def _were_last_seen(meets: Meets, moment: Moment, span: Span | None) -> Q:
    """Those whom nobody saw later by the kept day; of the others the newest day before, grouped."""
    kept = Q(last_seen_on__isnull=False) & Q(last_seen_on__lte=moment.as_of) & meets("last_seen_on")
    seen = Interaction.objects.order_by().filter(
        occurred_on__lte=moment.as_of, customer__last_seen_on__gt=moment.as_of
    )
    if span is not None:
        seen = seen.filter(span.q("customer_id"))
    found = kept
    if moment.tallied_through:
        found |= _in_tallies(meets, moment, span)
        seen = stale(seen, moment)
    newest = seen.values("customer_id").annotate(newest=Max("occurred_on"))
    return found | Q(pk__in=newest.filter(meets("newest")).values("customer_id"))


def _in_tallies(meets: Meets, moment: Moment, span: Span | None) -> Q:
    """Those seen later by the kept day, whose newest day before is in their tallies."""
    some = Tally.objects.order_by().filter(
        customer__last_seen_on__gt=moment.as_of, customer_id__lte=moment.tallied_through
    )
    some = some.exclude(customer_id__in=TallyMark.objects.values("customer"))
    if span is not None:
        some = some.filter(span.q("customer_id"))
    day = RawSQL("days[width_bucket(%s::date, days)]", (moment.as_of,), DateField())
    newest = some.values("customer_id").annotate(newest=Max(day))
    return Q(pk__in=newest.filter(meets("newest")).values("customer_id"))
