"""The rows under everything: users, keys, jobs, audit lines, the company and its brands."""

from relcrm.base.models.audit import AuditLine
from relcrm.base.models.company import Brand, Company
from relcrm.base.models.job import Job
from relcrm.base.models.key import ApiKey, FirstAnswer
from relcrm.base.models.user import User

__all__ = ["ApiKey", "AuditLine", "Brand", "Company", "FirstAnswer", "Job", "User"]
