"""When two customers become one, the strictest of what they said holds."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from customers.contact.actions.ledger import SOURCE as OURS
from customers.contact.actions.ledger import Said, opened, record_consent
from customers.contact.queries.standing import left_by, read
from customers.merging import Merging, Notes
from customers.models import Consent, Customer, Interaction
from relcrm.base.models import Brand

State = Consent.State
NEVER = ("never", "no")


def after_merge(merging: Merging) -> Notes:
    """What either had withdrawn is withdrawn for both, also when the other said yes later."""
    customer = merging.survivor
    proof = {"merged": merging.merged.pk}
    lines = []
    # The company's first: a no without brand speaks of every brand, which then needs none.
    for brand in (None, *_brands(customer)):
        for purpose, channel in _lost(merging, brand):
            no = Said(purpose, channel, "merge", State.WITHDRAWN, brand, proof=proof)
            lines.append(record_consent(customer, no, by=merging.by, now=merging.now).pk)
    return {"lines": lines} | _strict_wishes(merging)


def after_undo(merging: Merging, notes: Notes) -> None:
    """The lines that the merge wrote are taken back; each is again who they were."""
    written = notes.get("lines", [])
    with opened([merging.survivor.pk, merging.merged.pk]):
        Consent.objects.filter(pk__in=written, source="merge").delete()
    Interaction.objects.filter(source=OURS, source_id__in=[str(pk) for pk in written]).delete()
    survivor = merging.survivor
    if "wishes" in notes and survivor.preferences == notes["wishes"]:
        survivor.preferences = notes["wishes_before"]
        survivor.save(update_fields=["preferences"])


def _lost(merging: Merging, brand: Brand | None) -> list[tuple[str, str]]:
    """What one of them had withdrawn and what now would count as allowed, or as not said."""
    came = set(merging.moved(Consent))
    lines = _lines(merging.survivor, brand)
    theirs = [line for line in lines if line.pk in came]
    mine = [line for line in lines if line.pk not in came]
    gone_theirs, gone_mine = _gone(merging)
    refused = {
        (each.purpose, each.channel)
        for each in (*read(theirs, gone_theirs), *read(mine, gone_mine))
        if each.state == State.WITHDRAWN
    }
    return [
        (each.purpose, each.channel) for each in read(lines, [*gone_theirs, *gone_mine])
        if (each.purpose, each.channel) in refused and each.state != State.WITHDRAWN
    ]  # fmt: skip


def _brands(customer: Customer) -> QuerySet[Brand]:
    named = customer.consents.exclude(brand=None).order_by().values("brand")
    return Brand.objects.filter(pk__in=named).order_by("pk")


def _lines(customer: Customer, brand: Brand | None) -> list[Consent]:
    """Those that speak of this brand: its own, and those that name none."""
    meant = Q(brand=None) | Q(brand=brand) if brand else Q(brand=None)
    return list(customer.consents.filter(meant).order_by("at", "id"))


def _gone(merging: Merging) -> tuple[list[tuple[str, datetime]], list[tuple[str, datetime]]]:
    """Unsubscriptions that came with the other one, and one's own."""
    came = set(merging.moved(Interaction))
    found: tuple[list[Any], list[Any]] = ([], [])
    for row in left_by(merging.survivor):
        found[0 if row.pk in came else 1].append((row.channel, row.occurred_at))
    return found


def _strict_wishes(merging: Merging) -> Notes:
    """The slower pace, the longer pause, and every “never” of either."""
    chosen = merging.survivor.preferences
    before = merging.record.before.get("preferences", chosen)
    theirs = merging.record.row.get("fields", {}).get("preferences")
    strict = _strictest(chosen, before, theirs)
    if strict == chosen:
        return {}
    Customer.objects.filter(pk=merging.survivor.pk).update(preferences=strict)
    merging.survivor.preferences = strict
    return {"wishes": strict, "wishes_before": before}


def _strictest(chosen: Any, *told: Any) -> Any:
    wishes = [each for each in (chosen, *told) if isinstance(each, dict)]
    if not wishes:
        return chosen
    strict = dict(chosen) if isinstance(chosen, dict) else {}
    paces = [n for each in wishes if isinstance(n := each.get("pace_per_month"), int | float)]
    pauses = [at for each in wishes if isinstance(at := each.get("paused_until"), str)]
    if paces:
        strict["pace_per_month"] = min(paces)
    if pauses:
        strict["paused_until"] = max(pauses)
    for kind in ("channels", "topics"):
        answers = [found for each in wishes if isinstance(found := each.get(kind), dict)]
        never = {name: wish for found in answers for name, wish in found.items() if wish in NEVER}
        if never:
            mine = strict.get(kind)
            strict[kind] = (mine if isinstance(mine, dict) else {}) | never
    return strict
