"""What do our customers want, how do we treat them, and does the difference matter?"""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from customers.models import Customer, Segment
from customers.queries import segments
from customers.segments import Reader
from customers.segments.naming import called, is_withheld
from feedback import queries as feedback
from relationships import gap_card, gap_page, proof_page, veil, wish_page
from relationships.actions.gap import offering
from relationships.actions.gap.offering import OFFERED
from relationships.gap_forms import OfferForm, mix_of, scope_of, wishes_in
from relationships.gap_words import COMPLAINED, DIFFICULT, FIRST, LABEL_ORDER, MEANS, WISHES
from relationships.models import Family, GapLabel, GapPicture, Offer, Profile
from relationships.queries.gap import choice, offers, one
from relationships.queries.gap.sums import Sums
from relcrm.base import roles
from relcrm.base.access import allow
from relcrm.lib.written import whole

NAV = {"nav": "relationships", "nav_part": "gap"}


@require_GET
@allow("see_company")
def gap(request: HttpRequest) -> HttpResponse:
    """Of everybody, or of one brand or line, as last added up; of a segment, and of those in it
    who bought of a brand or line, counted now."""
    reader = Reader.of(request.user)
    picture = GapPicture.objects.filter(as_of__lte=request.viewpoint.as_of).first()
    told = list(offers.offers())
    chosen = _chosen(request, told)
    segment = _segment(request)
    is_of_some = chosen is not None and not chosen.is_of_all
    return render(request, "relationships/gap.html", NAV | {
        "picture": picture,
        **_compared(request, picture, told, chosen, segment),
        "proof": proof_page.proof(picture.proof) if picture else None,
        "labels": [(key, GapLabel(key).label, MEANS[GapLabel(key)]) for key in LABEL_ORDER],
        "segment": segment, "segments": segments.names(reader),
        "segment_name": called(segment, reader) if segment else "",
        "is_withheld": segment is not None and is_withheld(segment, reader),
        "offers": told, "chosen": chosen,
        "is_narrowed": segment is not None or is_of_some, "is_of_some": is_of_some,
        "narrowed": _narrowed(chosen, segment),
    })  # fmt: skip


def _compared(
    request: HttpRequest, picture: GapPicture | None, told: list[Offer], chosen: Offer | None,
    segment: Segment | None,
) -> dict[str, Any]:  # fmt: skip
    """By family or type, and by wish: of one brand or line what it offers, else what any does."""
    added, by_type = _added(request, picture, chosen, segment), request.GET.get("by") == "type"
    frank = roles.may(request.user, "see_negative_types")
    page = gap_page.page(added, chosen.mix if chosen else None, by_type=by_type, frank=frank)
    found = wish_page.by_wish(added, offers.asked_of(chosen, told), frank=frank)
    return {"page": page if picture else None, "by_wish": found, "by_type": by_type}


def _narrowed(chosen: Offer | None, segment: Segment | None) -> str:
    """What links add, so that they open the people of the choice alone."""
    given = {"segment": segment.pk} if segment else {}
    if chosen is not None and not chosen.is_of_all:
        given["bought"] = chosen.pk
    return f"&{urlencode(given)}" if given else ""


def _chosen(request: HttpRequest, told: list[Offer]) -> Offer | None:
    """The offer asked for, else the whole company's, if it said any."""
    pk = whole(request.GET.get("of", ""))
    found = next((offer for offer in told if (offer.pk == pk if pk else offer.is_of_all)), None)
    if pk and found is None:
        raise Http404
    return found


def _segment(request: HttpRequest) -> Segment | None:
    pk = whole(request.GET.get("segment", ""))
    return get_object_or_404(Segment, pk=pk) if pk else None


def _added(
    request: HttpRequest, picture: GapPicture | None, chosen: Offer | None, segment: Segment | None
) -> Sums:
    members = None
    if segment is not None:
        asked = segments.asked(request.user, request.company, request.viewpoint)
        members = segments.members(segment, asked)
    sees_goods = roles.may(request.user, "see_discreet")
    as_of = request.viewpoint.as_of
    return choice.added(picture, chosen, members, as_of, sees_goods=sees_goods)


@require_GET
@allow("see_customers")
def wanted(request: HttpRequest, pk: int) -> HttpResponse:
    """The card on a customer's page, which asks for it once it is shown (and is on record)."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    if request.htmx.target != "wanted":
        return redirect("customers:profile", pk)
    profile = Profile.objects.filter(pk=pk).first() if customer.is_judgeable else None
    frank = roles.may(request.user, "see_negative_types")
    hidden = profile is not None and veil.is_veiled(profile.family, frank=frank)
    found = None
    if profile is not None and not hidden:
        found = one.wanted(profile, request.company, request.viewpoint.as_of)
    card = gap_card.card(found, first=_first(profile, customer)) if profile and found else None
    return render(request, "relationships/_gap_card.html", {"is_veiled": hidden, "card": card})


def _first(profile: Profile, customer: Customer) -> str:
    """What comes before all that the gap would advise, as the next step on the page says."""
    if any(feedback.standing(customer, timezone.now())):
        return str(COMPLAINED)
    is_hard = profile.family == Family.NEGATIVE
    return str(FIRST.get(profile.next_step, DIFFICULT if is_hard else ""))


@require_GET
@allow("see_company")
def offered(request: HttpRequest) -> HttpResponse:
    """Which relationships we offer, and the mix we aim at; with `change` the form holds what was
    said of that one."""
    pk = whole(request.GET.get("change", ""))
    return _offered(request, _form(None, Offer.objects.filter(pk=pk).first() if pk else None))


@require_POST
@allow("target")
def save_offer(request: HttpRequest) -> HttpResponse:
    form = _form(request.POST)
    if not form.is_valid():
        return _offered(request, form)
    facts = form.cleaned_data
    brand, line = scope_of(facts)
    offering.offer_mix(
        mix_of(facts), wishes_in(facts), brand=brand, line=line, by=request.user,
        now=timezone.now(),
    )  # fmt: skip
    messages.success(request, _("Saved. The comparison has it at once."))
    return redirect("relationships:offered")


def _form(typed: Any, of: Offer | None = None) -> OfferForm:
    return OfferForm(typed, lines=offers.lines(), brands=offers.brands(), of=of)


def _offered(request: HttpRequest, form: OfferForm) -> HttpResponse:
    told = [
        (
            offer,
            [(family, family.label, offer.mix.get(family.value, 0)) for family in OFFERED],
            [WISHES.get(wish.key, wish.asked) for wish in offers.wishes_of(offer)],
        )
        for offer in offers.offers()
    ]
    status = 422 if form.errors else 200
    words = NAV | {"form": form, "offers": told}
    return render(request, "relationships/offered.html", words, status=status)


@require_POST
@allow("target")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    offering.withdraw_offer(get_object_or_404(Offer, pk=pk), by=request.user, now=timezone.now())
    messages.success(request, _("Withdrawn."))
    return redirect("relationships:offered")
