"""The specification in use: read once, and kept by this process until another one is live."""

import logging

from relationships.engine.typology import (
    BrokenSpecification,
    Specification,
    Typology,
    read_specification,
    shipped,
)
from relationships.models import Edition
from relcrm.base.models import Company

log = logging.getLogger(__name__)
_kept: Specification = shipped()
_version = 1


def specification() -> Specification:
    """As of the last time that this process read the company's row."""
    return _kept


def typology() -> Typology:
    """The types as the company calls and treats them."""
    return _kept.types


def follow(company: Company) -> None:
    """Takes over the version that the company's row names; one query when it has changed."""
    global _kept, _version  # noqa: PLW0603 (what a process knows of one row)
    if company.specification_version != _version:
        _kept, _version = of(company.specification_version), company.specification_version


def at(version: int) -> Specification:
    """A stored version; without a query when it is the one in use."""
    return _kept if version == _version else of(version)


def of(version: int) -> Specification:
    """A stored version. One that is gone or broken never stops judging: then the shipped one
    serves, and the log and the page of the specification say so."""
    found = Edition.objects.filter(version=version).first()
    if version == 1 or (found and not found.document):
        return shipped()
    try:
        return read_specification(found.document if found else None)
    except BrokenSpecification as error:
        words = "specification %d cannot be used, the shipped one serves: %s"
        log.error(words, version, error)  # noqa: TRY400 (the document's fault: no trace of ours)
        return shipped()
