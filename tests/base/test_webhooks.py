"""Programs are told what happens: once on record, signed, repeated until heard, never too much."""

import json
from datetime import timedelta
from random import Random

import numpy as np
import pytest
from django.urls import reverse

from customers.actions.erasure import erase_customer
from customers.actions.merge import merge_customers
from feedback.actions import file_complaint
from relationships.actions.overriding import end_label, set_label
from relationships.actions.scoring import score_these
from relationships.models import ProfileChange
from relationships.news import tell_changes
from relcrm.base import company as companies
from relcrm.base import happenings, tasks
from relcrm.base.actions import telling, webhooks
from relcrm.base.actions.webhooks import Listening
from relcrm.base.models import Delivery, Happening, Webhook
from relcrm.lib import signatures
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY

EVERYTHING = sorted(happenings.KINDS)


@pytest.fixture
def hook(company, listener, root, monkeypatch):
    monkeypatch.setattr("relcrm.base.tasks.clock", lambda: NOW)
    meant = Listening("Newsletter", listener.address("/hear"), EVERYTHING)
    return webhooks.add_webhook(meant, by=root, now=NOW)


def bodies(listener):
    return [json.loads(body) for _told, body in listener.heard]


def at(monkeypatch, moment):
    monkeypatch.setattr("relcrm.base.tasks.clock", lambda: moment)


def scored(*customers):
    ids = np.array(sorted(one.pk for one in customers))
    score_these(ids, companies.current(), as_of=TODAY, now=NOW)


def test_a_changed_relationship_is_told_signed(hook, listener, ada):
    scored(ada)
    assert tasks.tell_due() == 1
    ((told, body),) = listener.heard
    assert signatures.is_genuine(hook.secret, told, body, NOW)
    change = ProfileChange.objects.get()
    letter = json.loads(body)
    assert letter["type"] == "profile.changed"
    assert letter["data"] | {"family": change.family} == letter["data"]
    assert letter["data"]["customer"] == ada.pk
    assert Delivery.objects.get().state == "sent"
    assert tasks.tell_due() == 0


def test_no_letter_holds_personal_data(hook, listener, ada, bo, root):
    scored(ada, bo)
    file_complaint(ada, subject="Ada Novak is cross", by=root, now=NOW)
    merge_customers(ada, bo, by=root, now=NOW)
    tasks.tell_due()
    said = b"".join(body for _told, body in listener.heard).decode()
    assert len(listener.heard) >= 4
    assert not [word for word in ("Novak", "@", "Lind", "Graz", "cross") if word in said]


def turned(customer, new, old):
    """A change of label on record, as scoring writes it."""
    ProfileChange.objects.create(
        customer=customer, on=TODAY, recorded_at=NOW, family=new[0], type=new[1],
        old_family=old[0], old_type=old[1],
    )  # fmt: skip
    tell_changes(customer.pk, customer.pk, on=TODAY, at=NOW)


def test_who_may_not_know_negative_types_hears_that_service_takes_care(hook, listener, dan, root):
    frank = Listening("Desk", listener.address("/frank"), ["profile.changed"], sees_negative=True)
    webhooks.add_webhook(frank, by=root, now=NOW)
    turned(dan, ("negative", "N1"), ("friend", "R2"))
    tasks.tell_due()
    told = sorted((one["data"]["family"], one["data"]["type"] or "") for one in bodies(listener))
    assert told == [("leave_to_service", ""), ("negative", "N1")]


def test_a_label_that_a_colleague_sets_is_told_and_so_is_its_end(hook, ada, root):
    scored(ada)
    Happening.objects.all().delete()
    asked = {"family": "friend", "key": "R5", "reason": "We met her", "frank": True}
    until = NOW.date() + timedelta(days=9)
    row = set_label(ada, **asked, until=until, by=root, as_of=TODAY, now=NOW)
    end_label(row, by=root, as_of=TODAY, now=NOW + timedelta(hours=1))
    first, second = Happening.objects.filter(kind="profile.changed").order_by("pk")
    assert (first.told["type"], second.told["old_type"]) == ("R5", "R5")


def test_between_two_negative_types_only_the_frank_hear_of_it(hook, dan, root):
    turned(dan, ("negative", "N5"), ("negative", "N1"))
    assert not Delivery.objects.exists()
    hook.sees_negative = True
    hook.save()
    ProfileChange.objects.all().delete()
    turned(dan, ("negative", "N5"), ("negative", "N1"))
    assert Delivery.objects.count() == 1


def test_who_does_not_listen_to_a_kind_is_not_told(hook, listener, ada, root):
    webhooks.change_webhook(
        hook, Listening("Newsletter", hook.address, ["customer.erased"]), by=root, now=NOW
    )
    scored(ada)
    assert tasks.tell_due() == 0
    erase_customer(ada, by=root, now=NOW)
    assert tasks.tell_due() == 1
    assert bodies(listener) == [
        {"type": "customer.erased", "timestamp": NOW.isoformat(), "data": {"customer": ada.pk}}
    ]


def test_what_was_told_of_an_erased_customer_is_forgotten(hook, ada, root):
    scored(ada)
    assert Happening.objects.filter(about=ada.pk).exists()
    erase_customer(ada, by=root, now=NOW)
    assert not Happening.objects.filter(about=ada.pk).exists()


def test_it_is_told_again_under_the_same_number_until_heard(hook, listener, ada, monkeypatch):
    scored(ada)
    listener.answer = 503
    tasks.tell_due()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.status, delivery.attempts) == ("waiting", 503, 1)
    assert tasks.tell_due() == 0  # not before its time
    listener.answer = 204
    at(monkeypatch, delivery.next_attempt_at + timedelta(minutes=5))
    tasks.tell_due()
    delivery.refresh_from_db()
    assert delivery.state == "sent"
    assert len({told["webhook-id"] for told, _ in listener.heard}) == 1
    hook.refresh_from_db()
    assert (hook.failing_since, hook.rests_until) == (None, None)


def test_a_dead_worker_leaves_nothing_untold(hook, listener, ada, monkeypatch):
    scored(ada)
    assert telling.claim(NOW) is not None  # and then the worker dies
    assert tasks.tell_due() == 0
    at(monkeypatch, NOW + telling.LEASE + timedelta(seconds=1))
    assert tasks.tell_due() == 1
    assert len(listener.heard) == 1


def test_the_last_try_is_after_three_days_and_then_it_is_given_up(hook, ada, listener):
    scored(ada)
    now, rng, tries = NOW, Random(1), 0
    while (delivery := telling.claim(now)) is not None:
        tries += 1
        telling.settle(delivery, telling.Deaf("no", 500), rng=rng, now=now)
        delivery.refresh_from_db()
        now = max(delivery.next_attempt_at, now + telling.RESTS)
    assert (delivery, Delivery.objects.get().state) == (None, "failed")
    assert tries == len(telling.WAITS) + 1
    assert timedelta(days=3) < now - NOW < timedelta(days=5)


def test_gone_means_gone(hook, listener, ada):
    scored(ada)
    listener.answer = 410
    tasks.tell_due()
    hook.refresh_from_db()
    assert (hook.stopped_at, "410" in hook.stopped_why) == (NOW, True)
    scored(ada)
    assert Delivery.objects.count() == 1


def test_an_address_that_is_silent_for_five_days_is_stopped(hook, ada):
    scored(ada)
    Webhook.objects.update(failing_since=NOW - timedelta(days=6))
    delivery = telling.claim(NOW)
    telling.settle(delivery, telling.Deaf("no", 500), rng=Random(1), now=NOW)
    hook.refresh_from_db()
    assert hook.stopped_at == NOW


def test_while_a_secret_changes_both_are_good(hook, listener, root):
    old = hook.secret
    new = webhooks.change_secret(hook, by=root, now=NOW)
    webhooks.try_webhook(hook, by=root, now=NOW)
    tasks.tell_due()
    ((told, body),) = listener.heard
    assert all(signatures.is_genuine(secret, told, body, NOW) for secret in (old, new))
    assert hook.secrets(NOW + webhooks.CHANGEOVER) == [new]


@pytest.mark.parametrize(
    ("address", "kinds"),
    [
        ("http://example.com/", EVERYTHING), ("ftp://example.com/", EVERYTHING),
        ("https://user:word@example.com/", EVERYTHING), ("https://example.com/", []),
        ("https://example.com/", ["no.such"]),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(company, root, address, kinds):
    with pytest.raises(Refused):
        webhooks.add_webhook(Listening("x", address, kinds), by=root, now=NOW)


def test_an_address_in_our_own_network_is_never_asked(company, root, ada, monkeypatch):
    monkeypatch.setattr("relcrm.base.tasks.clock", lambda: NOW)
    hook = webhooks.add_webhook(Listening("x", "https://10.1.2.3/", EVERYTHING), by=root, now=NOW)
    webhooks.try_webhook(hook, by=root, now=NOW)
    tasks.tell_due()
    hook.refresh_from_db()
    assert "private network" in hook.stopped_why


def test_an_admin_sets_one_up_tries_it_and_reads_the_log(company, as_, root, listener, monkeypatch):
    monkeypatch.setattr("relcrm.base.tasks.clock", lambda: NOW + timedelta(days=9_999))
    page = as_(root)
    told = {"name": "Shop", "address": listener.address("/"), "kinds": ["profile.changed"]}
    assert page.post(reverse("settings:webhooks"), told | {"kinds": []}).status_code == 422
    answer = page.post(reverse("settings:webhooks"), told)
    hook = Webhook.objects.get()
    assert answer.url == reverse("settings:webhook", args=[hook.pk])
    page.post(reverse("settings:webhook-step", args=[hook.pk, "try"]))
    tasks.tell_due()
    shown = page.get(answer.url).content.decode()
    assert "webhook.test" in shown
    assert "Heard" in shown
    assert bodies(listener)[0]["type"] == "webhook.test"
    delivery = Delivery.objects.get()
    page.post(reverse("settings:tell-again", args=[hook.pk, delivery.pk]))
    tasks.tell_due()
    assert len(listener.heard) == 2
    page.post(reverse("settings:webhook-step", args=[hook.pk, "remove"]))
    assert not Webhook.objects.exists()


def test_a_key_lets_nobody_hear_what_it_may_not_read(key_for, root):
    client = key_for(root, "webhooks:write", "webhooks:read")
    meant = {"name": "x", "address": "https://example.com/", "kinds": ["profile.changed"]}
    assert client.post("/api/v1/webhooks", meant, format="json").status_code == 403
    client = key_for(root, "webhooks:write", "webhooks:read", "customers:read")
    frank = meant | {"sees_negative": True}
    assert client.post("/api/v1/webhooks", frank, format="json").status_code == 403
    made = client.post("/api/v1/webhooks", meant, format="json")
    assert made.json()["secret"].startswith("whsec_")
    place = f"/api/v1/webhooks/{made.json()['id']}"
    shown = client.get(place)
    assert "secret" not in shown.json()
    changes = {"name": "y", "kinds": ["customer.erased"]}
    etag = {"HTTP_IF_MATCH": shown["ETag"]}
    assert client.patch(place, changes, format="json", **etag).json()["name"] == "y"
    client.post(f"{place}/try", {}, format="json")
    (line,) = client.get(f"{place}/deliveries").json()["results"]
    assert (line["kind"], line["state"]) == ("webhook.test", "waiting")
    assert client.post(f"{place}/deliveries/{line['id']}/again", {}).status_code == 409
    assert client.delete(place).status_code == 204
