"""What came of setting a new forecast against the one in use, in words for page and command."""

from typing import Any

from django.utils.translation import gettext_lazy

from relationships.engine.value.contest import AS_GOOD, BETTER, FIRST, LEAPS, UNTESTED, WORSE

VERDICTS = {
    FIRST: gettext_lazy("nothing that was tested on your own past was in use before"),
    BETTER: gettext_lazy("came nearer than the one before on the same past"),
    AS_GOOD: gettext_lazy("as near as the one before on the same past, and it knows more"),
    WORSE: gettext_lazy("further off than the one in use on the same past"),
    UNTESTED: gettext_lazy("could not be tested on the past, as the one in use was"),
    LEAPS: gettext_lazy("expects far more or less of the same customers, without better proof"),
    "pinned": gettext_lazy("somebody went back to an earlier one; what follows waits for you"),
}


def because(verdict: dict[str, Any]) -> str:
    """Empty for a version made to look back, which was set against nothing."""
    return str(VERDICTS.get(verdict.get("kind", ""), ""))
