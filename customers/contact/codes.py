"""Hard or soft: what a mail server's answer says of an address (RFC 3463, and common words)."""

import re

ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
PLAIN = re.compile(r"(?<![\d.])([245])\d\d(?= |-|$)")
# The address or its host does not exist, or the mailbox is switched off. 5.4.1 and 5.4.310 are
# Exchange Online's for an unknown recipient and an unknown domain.
HARD = {
    (1, 0), (1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1), (4, 1), (4, 4), (4, 310),
}  # fmt: skip
# Codes that say nothing by themselves: then the words decide.
VAGUE = {(0, 0), (5, 0), (5, 1), (3, 0), (4, 0), (2, 0)}
GONE = re.compile(
    r"no such (user|recipient|mailbox|address|person)|user (is )?unknown|unknown (user|recipient)"
    r"|recipient (address )?(rejected: )?(is )?(unknown|not found)|mailbox (is )?(unavailable|not "
    r"found|disabled)|(does not|doesn't) exist|address (rejected|not found|unknown)|invalid "
    r"(recipient|mailbox|address)|account (has been |is )?(disabled|deleted|inactive|closed)"
    r"|not a valid (user|mailbox|recipient)|host (or domain name )?(not found|unknown)",
    re.IGNORECASE,
)


def is_hard(text: str) -> bool | None:
    """True when the address is gone for good, False when it may work again; None when the text
    does not say."""
    if found := ENHANCED.search(text):
        kind, code = found[1], (int(found[2]), int(found[3]))
        if kind != "5":
            return False
        return bool(GONE.search(text)) if code in VAGUE else code in HARD
    if found := PLAIN.search(text):
        return found[1] == "5" and bool(GONE.search(text))
    return True if GONE.search(text) else None
