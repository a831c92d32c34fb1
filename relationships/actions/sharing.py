"""Judging everyone as work that all workers share: cut into shards, each written once, closed once.

Why so: docs/decisions/sharded-scoring.md.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from customers.models import Customer
from relationships.actions import scoring
from relationships.actions.store import TURN
from relationships.queries.judging import Standard
from relationships.queries.pinned import Pin, pinned
from relcrm.base import company as companies
from relcrm.base.actions.jobs import Stop
from relcrm.base.actions.parts import Claims, Range
from relcrm.base.models import Part
from relcrm.lib.refusals import Refused

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def ranges(size: int | None = None) -> list[Range]:
    """The numbers of everyone we have, in stretches of about so many customers.

    They begin where the turns of writers do. Who comes later is judged for having come.
    """
    size = size or settings.SHARD_SIZE
    turn = min(TURN, size)
    with connection.cursor() as cursor:
        cursor.execute(_FIRSTS, [size])
        firsts = [row[0] for row in cursor.fetchall()]
    last = Customer.objects.aggregate(last=Max("pk"))["last"] or 1
    cuts = sorted({first // turn * turn for first in firsts[1:]} - {0})
    return list(zip([1, *cuts], [*(cut - 1 for cut in cuts), last], strict=True))


# The number of each so manieth customer.
_FIRSTS = """SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n
FROM customers_customer WHERE erased_at IS NULL) AS numbered WHERE n %% %s = 0 ORDER BY id"""


def work(claims: Claims, pin: Pin, *, between: Callable[[], None], clock: Clock) -> int:
    """Judge shards until none is left for us; one is read while the last is judged. How many."""
    sharer = Sharer(claims, pin, clock)
    worked = 0
    with scoring.ahead() as reader:
        coming = reader.submit(sharer.take)
        while (taken := coming.result()) is not None:
            coming = reader.submit(sharer.take)
            try:
                sharer.judge(*taken)
            except Stop:
                if left := coming.result():
                    claims.give_back(left[0], clock(), failed=False)
                raise
            worked += 1
            between()
    return worked


class Sharer:
    """One worker's way through the shards of a run."""

    def __init__(self, claims: Claims, pin: Pin, clock: Clock) -> None:
        self.claims, self.pin, self.clock = claims, pin, clock

    @cached_property
    def rule(self) -> Standard:
        """Read when the first shard is ours: what is wrong with it, is wrong with that shard."""
        return pinned(self.pin, companies.current())

    def take(self) -> tuple[Part, scoring.Looked | None, datetime] | None:
        """The next shard with what was read of it and when, None for nobody there."""
        while (part := self.claims.next(self.clock())) is not None:
            began = self.clock()
            try:
                ids = scoring.ids_between(part.first, part.last)
                return part, scoring.look(ids, self.rule) if len(ids) else None, began
            except Exception:  # noqa: BLE001 (the boundary of a shard: others go on)
                self._failed(part)
        return None

    def judge(self, part: Part, looked: scoring.Looked | None, began: datetime) -> None:
        try:
            found = scoring.conclude(looked, self.rule) if looked else None
            with transaction.atomic():
                if found:
                    scoring.keep(found, self.rule, began)
                self.claims.finish(part, len(looked or ()), self.clock())
        except Stop:
            raise
        except Exception:  # noqa: BLE001 (the boundary of a shard: others go on)
            self._failed(part)
            return
        if looked:
            scoring.forget_meanwhile(looked.some.evidence.customers)

    def _failed(self, part: Part) -> None:
        """No trace of it is left but what the log says; somebody tries again after a rest."""
        log.exception("shard %d of job %d failed", part.number, part.job_id)
        self.claims.give_back(part, self.clock(), failed=True)


def refuse_unless_whole(parts: list[Part]) -> None:
    """Words for the failed run, without numbers of customers in them."""
    failed = [part.number for part in parts if part.state == Part.State.FAILED]
    if not failed:
        return
    some = ", ".join(map(str, failed[:10])) + (" …" if len(failed) > 10 else "")
    raise Refused(
        f"{len(failed)} of {len(parts)} shards could not be judged in {Part.MAX_ATTEMPTS} attempts "
        f"each (shard {some}); the log says why. Everyone else was judged. Run the job again to "
        "try these shards once more."
    )
