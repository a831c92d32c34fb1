"""What every page reached by a signed link has: whose it is, and that it is kept private."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from customers.contact import links
from customers.contact.queries.own_page import whose
from relcrm.lib.limits import is_too_often

View = Callable[..., HttpResponse]
# Whoever guesses links is soon stopped; mail programs that unsubscribe many people at once from
# one address are not, as theirs are good.
GUESSES, POSTS, WHILE_SECONDS = 20, 60, 600
PRIVATE = {
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",  # the address is a key: it goes to nobody else
    "Cache-Control": "no-store, private",
}


def by_link(view: View) -> View:
    """The view is given the customer and the link; what is not one of ours is not found."""
    return _opened(view, links.read)


def by_confirm_link(view: View) -> View:
    """The same for links that confirm."""
    return _opened(view, links.read_confirm)


def _opened(view: View, read: Callable[[str], links.Link | None]) -> View:
    @wraps(view)
    def opened(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponse:
        link = read(token)
        customer = whose(link)
        if customer is None or link is None:
            return private(unknown(request))
        if request.method == "POST" and is_too_often(
            "own page", link.key, times=POSTS, seconds=WHILE_SECONDS
        ):
            return private(render(request, "preferences/slow.html", status=429))
        request.link = link
        return private(view(request, customer, *args, **kwargs))

    return opened


def unknown(request: HttpRequest, page: str = "preferences/unknown.html") -> HttpResponse:
    """That a link is none of ours, on this page; whoever tries many is slowed down."""
    who = request.META.get("REMOTE_ADDR", "")
    if is_too_often("unknown link", who, times=GUESSES, seconds=WHILE_SECONDS):
        return render(request, "preferences/slow.html", status=429)
    return render(request, page, status=404)


def private(answer: HttpResponse) -> HttpResponse:
    for name, value in PRIVATE.items():
        answer[name] = value
    return answer


def proof(request: HttpRequest) -> dict[str, Any]:
    """What shows that it was them: the signed link, and from which message it came."""
    link: links.Link = request.link
    told: dict[str, Any] = {"link_of": link.issued_at.isoformat()}
    if link.message:
        told["message"] = link.message
    return told | {"at": timezone.now().isoformat()}
