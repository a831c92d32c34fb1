"""What stays of the erased: fingerprints that know them again, and sums without them."""

from django.db import models

from customers.models.interaction import Kind


class Tombstone(models.Model):
    """The fingerprint of one way to recognise somebody who was erased, so that no import
    brings them back in silence. Nobody can be read out of it."""

    digest = models.CharField(max_length=64, unique=True)  # keyed SHA-256, customers.tombstones
    erased_on = models.DateField()

    class Meta:
        verbose_name = "fingerprint of somebody erased"
        verbose_name_plural = "fingerprints of the erased"

    def __str__(self) -> str:
        return f"tombstone {self.pk}"


class Remainder(models.Model):
    """What all erased people together did in one month: how often, and for how much."""

    month = models.DateField()  # its first day
    kind = models.CharField(max_length=24, choices=Kind)
    number = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=16, decimal_places=2, default=0)

    class Meta:
        verbose_name = "sum over the erased"
        verbose_name_plural = "sums over the erased"
        constraints = [models.UniqueConstraint(fields=["month", "kind"], name="remainder_once")]

    def __str__(self) -> str:
        return f"{self.kind} in {self.month:%B %Y}"
