"""What is told of a job to those who may not see people: files and errors may name somebody."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relcrm.base.models import Job

# Titles that quote the name of a file, which whoever brought it chose.
FILES = {
    "import": gettext_lazy("Take in a file"),
    "check_import": gettext_lazy("Check a file"),
    "undo_import": gettext_lazy("Undo a file"),
}


def title(kind: str, told: str) -> str:
    return str(FILES.get(kind, told))


def error(kind: str, told: str) -> str:
    """Of a file the error may quote a value of one row."""
    if not told or kind not in FILES:
        return told
    return _("This file could not be worked off. Whoever may bring files is told why.")


def discreet(job: Job) -> Job:
    """The row as it may be shown; not to be saved."""
    job.title, job.error = title(job.kind, job.title), error(job.kind, job.error)
    return job
