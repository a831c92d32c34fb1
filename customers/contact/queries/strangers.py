"""May we answer an address that somebody typed in, and that nobody stands behind yet?"""

from customers import tombstones
from customers.contact.queries.verdict import Verdict
from customers.contact.rules import rules
from customers.models import Identity, Reach, Suppression


def may_answer(address: str, *, channel: str) -> Verdict:
    """Unless messages to it come back, or its owner reported us or asked for silence. Spam counts
    here as well: what a stranger types in must not reach somebody who has complained."""
    kind = Identity.Kind.EMAIL if channel == Reach.EMAIL else Identity.Kind.PHONE
    digest = tombstones.fingerprint(kind, "", address)
    if Suppression.objects.filter(channel=channel, digest=digest).exists():
        rule = rules()["suppressed"]
        return Verdict(0, rule, (rule.key,), str(rule.why))
    return Verdict(0)
