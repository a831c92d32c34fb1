"""What each customer did, packed: so that counting everybody reads a row a customer and kind."""

from django.db import models
from django.db.models.constraints import UniqueConstraint

from customers.models.customer import Customer
from customers.models.interaction import Kind
from relcrm.lib.packed import Packed


class Tally(models.Model):
    """All interactions of one kind with one customer, in their order: the days, the instants, and
    what all of them so far came to in cents. A copy of `Interaction`, which alone holds: the worker
    makes it anew after each change. Where the order of days is not that of instants, it is empty.
    """

    # Filled by the hundred thousand, so the database does not look for each customer.
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="tallies", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=24, choices=Kind)
    days = Packed(of="date", null=True, editable=False)
    instants = Packed(of="timestamptz", null=True, editable=False)
    cents = Packed(of="bigint", null=True, editable=False)  # empty where nothing has an amount

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [UniqueConstraint(fields=["customer", "kind"], name="tally_once")]

    def __str__(self) -> str:
        return f"{self.kind} of customer {self.customer_id}"


class TallyMark(models.Model):
    """The tallies of this customer do not hold: something changed since. Written in the transaction
    that changes an interaction; the worker takes it away when it has made them anew.

    No foreign key: it says nothing about anybody, and may outlive a customer by a minute.
    """

    customer = models.BigIntegerField()
    # The worker found that they cannot be packed; the next change has it look again.
    is_lasting = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [models.Index(fields=["customer"], name="tallymark_customer")]

    def __str__(self) -> str:
        return f"customer {self.customer}"


class Tallying(models.Model):
    """How far the worker is: customers with higher numbers have no tallies yet."""

    through = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "tallying"

    def __str__(self) -> str:
        return f"through customer {self.through}"
