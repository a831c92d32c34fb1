"""SMS and social media: a signed request to the provider, safe to repeat under the same key."""

import http.client
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from customers.contact.ways.outcome import ComesBack, Never, NotNow, Outcome, Sent
from relcrm.lib import outward, signatures

LATER = (408, 425, 429)


@dataclass
class Webhook:
    """One message on its way to a provider. `key` names it for good, however often it is sent."""

    address: str
    secret: str
    key: str
    told: dict[str, Any]
    now: datetime

    def open(self) -> Outcome | None:
        """None when the address may be asked; nothing has left yet."""
        try:
            self.place = outward.place(self.address, allowed=settings.PRIVATE_HOSTS)
        except outward.Forbidden as problem:
            return Never(str(problem))
        except outward.Unreachable as problem:
            return NotNow(str(problem))
        return None

    def send(self) -> Outcome:
        body = json.dumps(self.told, ensure_ascii=False).encode()
        headers = signatures.headers(self.secret, self.key, self.now, body)
        headers |= {"Content-Type": "application/json", "Idempotency-Key": self.key}
        try:
            answer = outward.post(self.place, body, headers)
        except (OSError, http.client.HTTPException) as problem:
            # The provider knows the key: a repetition is not a second message.
            return NotNow(f"The provider cannot be reached: {type(problem).__name__}.")
        return _outcome(answer)

    def close(self) -> None:
        pass


def _outcome(answer: outward.Answer) -> Outcome:
    if 200 <= answer.status < 300:
        return Sent(_number(answer.body))
    if answer.status in LATER or answer.status >= 500:
        return NotNow(f"The provider answered {answer.status}.")
    if answer.status == 422:
        return ComesBack("The provider says that this number or name does not exist.")
    if 300 <= answer.status < 400:
        return Never("The provider redirects; enter the address it leads to.")
    return Never(f"The provider refused the message ({answer.status}).")


def _number(body: bytes) -> str:
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    return str(said.get("id") or "")[:200] if isinstance(said, dict) else ""
