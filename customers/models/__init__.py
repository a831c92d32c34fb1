"""The facts: people, how we know them, what happened between us, and the files it came in."""

from customers.models.catalogue import OrderLine, Product
from customers.models.consent import Consent, LedgerKey, Purpose, Reach, Wording
from customers.models.contact import (
    BrandManners,
    ContactKey,
    ContactPolicy,
    Sender,
    Suppression,
    Waiver,
)  # fmt: skip
from customers.models.custom import CustomField, CustomValue
from customers.models.customer import Customer, Identity, Organisation, PointOfContact
from customers.models.erased import Remainder, Tombstone
from customers.models.exports import Export
from customers.models.imports import (
    Import,
    ImportBatch,
    ImportBefore,
    ImportProblem,
    RememberedMapping,
)
from customers.models.interaction import Interaction, Kind
from customers.models.merging import Arrival, Duplicate, Merge
from customers.models.modifier import Modifier
from customers.models.notes import FormerNote
from customers.models.outbox import Message
from customers.models.owned import OwnedProduct
from customers.models.privacy import DataPackage, RetentionRule, SubjectRequest
from customers.models.reports import Heard, StrayMail
from customers.models.segment import Segment, SegmentCount, SegmentMember
from customers.models.sensitive import SensitiveCategory
from customers.models.signup import SignUp, SignUpAsk, SignUpForm, SignUpFormVersion
from customers.models.tags import Tag, Tagging
from customers.models.tally import Tally, Tallying, TallyMark
from customers.models.work import Question, Task

__all__ = [
    "Arrival",
    "BrandManners",
    "Consent",
    "ContactKey",
    "ContactPolicy",
    "CustomField",
    "CustomValue",
    "Customer",
    "DataPackage",
    "Duplicate",
    "Export",
    "FormerNote",
    "Heard",
    "Identity",
    "Import",
    "ImportBatch",
    "ImportBefore",
    "ImportProblem",
    "Interaction",
    "Kind",
    "LedgerKey",
    "Merge",
    "Message",
    "Modifier",
    "OrderLine",
    "Organisation",
    "OwnedProduct",
    "PointOfContact",
    "Product",
    "Purpose",
    "Question",
    "Reach",
    "Remainder",
    "RememberedMapping",
    "RetentionRule",
    "Segment",
    "SegmentCount",
    "SegmentMember",
    "Sender",
    "SensitiveCategory",
    "SignUp",
    "SignUpAsk",
    "SignUpForm",
    "SignUpFormVersion",
    "StrayMail",
    "SubjectRequest",
    "Suppression",
    "Tag",
    "Tagging",
    "Tally",
    "TallyMark",
    "Tallying",
    "Task",
    "Tombstone",
    "Waiver",
    "Wording",
]
