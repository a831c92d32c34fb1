"""The facts: people, how we know them, what happened between us, and the files it came in."""

from customers.models.catalogue import OrderLine, Product
from customers.models.customer import Customer, Identity, Organisation, PointOfContact
from customers.models.erased import Remainder, Tombstone
from customers.models.imports import Import, ImportProblem
from customers.models.interaction import Interaction, Kind

__all__ = [
    "Customer",
    "Identity",
    "Import",
    "ImportProblem",
    "Interaction",
    "Kind",
    "OrderLine",
    "Organisation",
    "PointOfContact",
    "Product",
    "Remainder",
    "Tombstone",
]
