"""The rows under everything: users, keys, jobs, audit lines, the company and its brands."""

from relcrm.base.models.audit import AuditLine, AuditSweep
from relcrm.base.models.breach import Breach
from relcrm.base.models.company import Brand, Company
from relcrm.base.models.costs import UnitCost
from relcrm.base.models.job import Job, Part
from relcrm.base.models.key import ApiKey, FirstAnswer
from relcrm.base.models.reading import Reading
from relcrm.base.models.user import User
from relcrm.base.models.webhook import Delivery, Happening, Webhook

__all__ = [
    "ApiKey", "AuditLine", "AuditSweep", "Brand", "Breach", "Company", "Delivery", "FirstAnswer",
    "Happening", "Job", "Part", "Reading", "UnitCost", "User", "Webhook",
]  # fmt: skip
