"""Tags: words that people stick on customers, without order or meaning of their own."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from customers.models.customer import Customer


class Tag(models.Model):
    """A word for some customers, chosen by the team."""

    name = models.CharField(max_length=40)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="tag_once")]

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    """One tag on one customer: who put it there, and when."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="taggings", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="taggings", db_index=False)
    tagged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    tagged_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "tag"], name="tagging_once"),
        ]
        indexes = [models.Index(fields=["tag", "customer"], name="tagging_tag")]

    def __str__(self) -> str:
        return f"tag {self.tag_id} on customer {self.customer_id}"
