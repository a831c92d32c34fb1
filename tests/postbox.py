"""Mail backends for tests with processes of their own: what is handed over lands in a file."""

import os
import time
from pathlib import Path
from typing import Any

from django.core.mail.backends.base import BaseEmailBackend

SECONDS = 60  # longer than any test lets them live


class Postbox(BaseEmailBackend):
    """Each message is a line in the file that RELCRM_TEST_POSTBOX names."""

    def send_messages(self, messages: list[Any]) -> int:
        with Path(os.environ["RELCRM_TEST_POSTBOX"]).open("a") as box:
            for message in messages:
                box.write(f"{message.to[0]} {message.extra_headers['Message-ID']}\n")
        return len(messages)


class NeverAnswers(Postbox):
    """Takes the message, and never says so."""

    def send_messages(self, messages: list[Any]) -> int:
        super().send_messages(messages)
        time.sleep(SECONDS)
        return 0


class NeverOpens(Postbox):
    """Lets nobody in."""

    def open(self) -> None:
        Path(os.environ["RELCRM_TEST_POSTBOX"]).touch()
        time.sleep(SECONDS)
