"""What every resource of the API shares: who asks, what they may see, pages, versions, answers."""

from relcrm.base.rest.describe import operation, page_of
from relcrm.base.rest.once import once_per_key
from relcrm.base.rest.queries import Listing, Single
from relcrm.base.rest.resource import Resource

__all__ = ["Listing", "Resource", "Single", "once_per_key", "operation", "page_of"]
