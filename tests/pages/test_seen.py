"""Rooms that no other test looks at in a browser: no barriers, no sideways scrolling."""

from itertools import cycle

import pytest
from django.core.cache import cache
from django.utils import timezone

from customers.actions import imports
from customers.actions.custom import define_field
from customers.actions.organisations import join_organisation, make_organisation
from customers.actions.questions import ask_expert
from customers.actions.tags import tag_customers
from customers.actions.work import add_task
from customers.contact.actions.brands import add_brand
from customers.contact.actions.ledger import Said, add_wording, opened, record_consent
from customers.contact.actions.links import confirm_link_of, link_of
from customers.contact.actions.opting_in import ask_for_consent
from customers.models import Consent
from customers.signup.actions.forms import make_form, publish_form
from feedback.actions import file_complaint
from feedback.promises.actions import make_promise

pytestmark = pytest.mark.browser

ROOMS = {
    "work": ("/", "/tasks/", "/complaints/", "/complaints/new/", "/promises/", "{promise}",
             "/promises/new/", "{club}", "/organisations/"),
    "people": ("{ada}", "{ada}edit/", "{ada}timeline/", "{ada}consents/", "/segments/",
               "/outbox/", "/exports/", "/signup-forms/", "{form}", "{form}edit/"),
    "files": ("/imports/", "{import}", "/personae/", "/campaigns/targeting/"),
    "settings": ("/settings/", "/settings/team/", "/settings/keys/", "/settings/jobs/",
                 "/settings/fields/", "/settings/tags/", "/settings/contact/",
                 "/settings/contact/channels/", "/settings/contact/brands/", "{brand}",
                 "/settings/contact/words/", "/settings/contact/suppressed/",
                 "/settings/contact/returned/", "/settings/contact/waivers/"),
    "strangers": ("/s/newsletter/", "/ask/", "{own}", "{own}unsubscribe/", "{own}ask/correction/",
                  "{confirm}", "{confirmed}", "/s/confirm/nonsense/"),
}  # fmt: skip
LOOKS = ("light", "desktop"), ("dark", "phone")
UNKNOWN = "/s/confirm/nonsense/"


@pytest.fixture
def company_at_work(company, ada, bo, dan, root, sam, eve, tmp_path, settings):
    """Something in every room, through the actions that people use; where it is."""
    cache.clear()
    settings.MEDIA_ROOT = tmp_path
    now = timezone.now()
    act = {"by": root, "now": now}
    define_field(key="size", label="Shoe size", kind="number", unit="EU", by=root)
    tag_customers([ada.pk, bo.pk], "hiking club", **act)
    club = make_organisation(name="Hiking club", **act)
    join_organisation(bo, club, **act)
    add_task(ada, what="Call about the boot", due_on=now.date(), owner=root, by=root)
    ask_expert(ada, text="Can the sole be replaced?", topic="soles", expert=eve, **act)
    file_complaint(dan, subject="Late", text="Where is it?", by=sam, now=now)
    brand = add_brand("Alpine Kids", **act)
    words = add_wording(key="news", text="Yes, write to me.", purpose="marketing", **act)
    record_consent(ada, Said("marketing", "email", "form", brand=brand, wording=words), **act)
    ask_for_consent(bo, Said("marketing", "email", "form", wording=words), must_confirm=True, **act)
    form = make_form(name="News", slug="newsletter", title="News", asks=[(words, "email")], **act)
    publish_form(form, **act)
    promise = make_promise(name="In a day", words="Within a day.", test="complaint_answered",
                           within_hours=24, target_percent=90, **act)  # fmt: skip
    table = b"customer;date;amount\n1;01.02.2026;10,50\n"
    yield {
        "ada": f"/customers/{ada.pk}/", "club": f"/organisations/{club.pk}/",
        "promise": f"/promises/{promise.pk}/", "form": f"/signup-forms/{form.pk}/",
        "import": f"/imports/{imports.upload('a.csv', [table], by=root).pk}/",
        "brand": f"/settings/contact/brands/{brand.pk}/", "own": f"/p/{link_of(ada, now=now)}/",
        "confirm": f"/p/{confirm_link_of(bo, 'email', now=now)}/confirm/",
        "confirmed": f"/p/{confirm_link_of(ada, 'email', now=now)}/confirm/",
    }  # fmt: skip
    with opened([ada.pk, bo.pk]):  # the ledger lets nobody empty it, the suite neither
        Consent.objects.all().delete()


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_can_be_read_by_everyone(look_at, root, company_at_work, room):
    """One browser for a room; its pages by turns large in the light and small in the dark."""
    by = None if room == "strangers" else root
    page = look_at("", by=by, quiet=False)
    for shape, (theme, size) in zip(ROOMS[room], cycle(LOOKS), strict=False):
        path = shape.format(**company_at_work)
        assert page.goes_on(path, theme, size) == (404 if path == UNKNOWN else 200), path
        page.has_no_barriers()
        page.does_not_scroll_sideways()
    page.settles()
    assert [said for said in page.said if "404" not in said] == []
