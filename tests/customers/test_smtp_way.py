"""E-mail over a real connection: what the server answers decides what becomes of a message."""

import socketserver
import threading

import pytest
from django.utils import timezone

from customers.contact.actions.outbox import Draft, queue_message
from customers.contact.tasks import send_due
from customers.models import Customer, Suppression


class Speaker(socketserver.StreamRequestHandler):
    """Just enough SMTP: gone@ does not exist, busy@ later, hangs@ never hears an answer."""

    def handle(self) -> None:
        self.say("220 ready")
        who = ""
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "RCPT":
                who = line.partition("<")[2].partition("@")[0]
                self.say({"gone": "550 no such user", "busy": "451 later"}.get(who, "250 fine"))
            elif verb == "DATA":
                self.say("354 go on")
                self.server.heard.append((who, self.read()))
                if who == "hangs":
                    return
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def read(self) -> str:
        lines = []
        while (line := self.rfile.readline().decode()) != ".\r\n":
            lines.append(line)
        return "".join(lines)


@pytest.fixture
def server(settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Speaker) as found:
        found.heard = []
        threading.Thread(target=found.serve_forever, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = found.server_address
        yield found
        found.shutdown()


def write(name: str):
    customer = Customer.objects.create(name=name, email=f"{name}@example.com")
    return queue_message(
        customer,
        Draft(
            channel="email",
            purpose="service",
            subject="Your order",
            text="On its way.",
            dedupe_key=name,
            origin="test",
        ),
        by=None,
        now=timezone.now(),
    )


@pytest.mark.parametrize(
    ("name", "state"),
    [("ann", "sent"), ("gone", "bounced"), ("busy", "queued"), ("hangs", "unclear")],
)
def test_the_answer_of_the_server_decides(company, server, name, state):
    message = write(name)
    send_due()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (state, 1)
    assert [who for who, _ in server.heard] == ([name] if state in ("sent", "unclear") else [])
    assert Suppression.objects.exists() == (state == "bounced")


def test_a_server_that_cannot_be_reached_keeps_the_message_waiting(company, server, settings):
    settings.EMAIL_PORT = 1
    message = write("ann")
    send_due()
    message.refresh_from_db()
    assert (message.state, message.handed_at) == ("queued", None)
    assert "cannot be reached" in message.detail
