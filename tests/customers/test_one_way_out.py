"""There is one way to write to a customer: the outbox, by the verdict."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone

from customers.contact.actions.suppression import suppress
from customers.contact.tasks import send_due
from customers.models import Message, Question
from tests.conftest import NOW

ROOT = Path(__file__).parent.parent.parent
APPS = ("customers", "feedback", "relationships", "campaigns", "relcrm")
# Who may hand a mail to a server: the way out itself; allauth sends by templates of ours to
# colleagues and imports nothing here.
MAIL = {"customers/contact/ways/mail.py"}
# Who may put a row into the outbox.
OUTBOX = {"customers/contact/actions/outbox.py"}
# Who may hand something to another host.
OUTWARD = {
    "customers/contact/ways/webhook.py", "customers/contact/actions/manners.py",
    "relcrm/base/speaking.py", "relcrm/base/actions/webhooks.py",  # programs, not people
    "relcrm/pages/installation.py",  # asks ourselves whether we are reached
}  # fmt: skip
WRITES = ("create", "bulk_create", "get_or_create", "update_or_create")


def modules() -> Iterator[tuple[str, ast.Module]]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def imported(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
    return found


def makes_messages(tree: ast.Module) -> bool:
    """Message(…), or Message.objects.create(…) and its kin, or a customer's `messages`."""
    if "customers.models.Message" not in imported(tree) and "customers.models.outbox" not in {
        name.rpartition(".")[0] for name in imported(tree)
    }:
        return _writes(tree, "messages")
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    made = any(isinstance(call, ast.Name) and call.id == "Message" for call in calls)
    return made or _writes(tree, "Message") or _writes(tree, "messages")


def _writes(tree: ast.Module, name: str) -> bool:
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    made = (each for each in calls if isinstance(each, ast.Attribute) and each.attr in WRITES)
    return any(name in ast.unparse(each).split(".") for each in made)


def test_only_the_way_out_hands_mail_to_a_server():
    senders = ("django.core.mail", "smtplib", "anymail.message", "anymail.backends")
    found = {
        path for path, tree in modules()
        if any(name.startswith(senders) for name in imported(tree))
    }  # fmt: skip
    assert found == MAIL


def test_only_the_outbox_itself_takes_messages_in():
    assert {path for path, tree in modules() if makes_messages(tree)} == OUTBOX


def test_only_the_ways_out_reach_other_hosts():
    reaching = ("relcrm.lib.outward", "urllib.request", "requests", "http.client", "httpx")
    found = {
        path for path, tree in modules()
        if any(name.startswith(reaching) for name in imported(tree))
    }  # fmt: skip
    assert found - {"relcrm/lib/outward.py"} == OUTWARD


@pytest.mark.parametrize(
    "code",
    [
        "from customers.models import Message\nMessage(text='x').save()",
        "from customers.models import Message\nMessage.objects.create(text='x')",
        "customer.messages.create(text='x')",
        "from customers.models.outbox import Message\nMessage.objects.bulk_create([])",
    ],
)
def test_another_way_in_would_be_found(code):
    assert makes_messages(ast.parse(code))


def test_who_asks_on_the_public_page_hears_by_the_outbox_and_nobody_who_is_suppressed(
    company, client, monkeypatch
):
    monkeypatch.setattr("customers.contact.tasks.clock", timezone.now)
    told = {"text": "Do you have size 47?", "email": "Kim@Example.com"}
    client.post("/ask/", told)
    send_due()
    assert [out.to for out in mail.outbox] == [["kim@example.com"]]
    suppress("kim@example.com", channel="email", cause="asked", source="test", by=None, now=NOW)
    assert client.post("/ask/", told).status_code == 200
    send_due()
    assert len(mail.outbox) == 1
    assert Question.objects.count() == 2
    assert sorted(Message.objects.values_list("state", flat=True)) == ["sent", "withheld"]
