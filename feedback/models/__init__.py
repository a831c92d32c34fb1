"""What customers tell us, and what we told them they can count on."""

from feedback.models.complaint import Complaint, ComplaintQuerySet
from feedback.models.promise import Outcome, Promise

__all__ = ["Complaint", "ComplaintQuerySet", "Outcome", "Promise"]
