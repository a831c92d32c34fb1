"""The link that confirms a yes: looked at, followed, followed again, or too late."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from customers.contact.actions import opting_in
from customers.contact.links import token as signed
from customers.contact.queries.standing import waiting
from customers.contact.views.public import by_confirm_link, proof
from customers.models import Customer


@by_confirm_link
def confirm(request: HttpRequest, customer: Customer) -> HttpResponse:
    """Looking changes nothing, as scanners of mail look at every link; the button confirms."""
    link, now = request.link, timezone.now()
    asked = waiting(customer, link.channel)
    words = {"asked": asked, "page": signed(link.key, now=link.issued_at)}
    if not asked:
        return render(request, "preferences/confirmed.html", words)
    if not link.is_fresh(now):
        return _too_late(request, customer)
    if request.method != "POST":
        return render(request, "preferences/confirm.html", words)
    opting_in.confirm(customer, link.channel, proof=proof(request), now=now)
    return render(request, "preferences/confirmed.html", words)


def _too_late(request: HttpRequest, customer: Customer) -> HttpResponse:
    """The button sends a new link to the address on file, not to whoever pressed it."""
    is_sent = request.method == "POST"
    if is_sent:
        opting_in.ask_again(customer, request.link.channel, now=timezone.now())
    return render(
        request, "preferences/late.html", {"is_sent": is_sent}, status=200 if is_sent else 410
    )
