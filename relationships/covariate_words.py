"""In a sentence: by how much what else is known of somebody bends what they are expected to buy."""

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relationships.engine.value.covariates import WORTH_TELLING
from relationships.models import Covariate, Forecast

WHY = {
    Covariate.TENURE: gettext_lazy("how long they have been with us"),
    Covariate.COMPLAINTS: gettext_lazy("their complaints"),
    Covariate.BROKEN: gettext_lazy("promises that we broke"),
    Covariate.KEPT: gettext_lazy("promises that we kept"),
    Covariate.TRAITS: gettext_lazy("age, gender and household"),
    Covariate.NO_COMPLAINTS: gettext_lazy("that they never complained"),
    Covariate.NONE_BROKEN: gettext_lazy("that we broke no promise"),
    Covariate.NONE_KEPT: gettext_lazy("that no promise was kept so far"),
}
# What one must be allowed to see to be told of these; everybody is told of the others.
COMPLAINTS = (Covariate.COMPLAINTS, Covariate.NO_COMPLAINTS)
PROMISES = (Covariate.BROKEN, Covariate.KEPT, Covariate.NONE_BROKEN, Covariate.NONE_KEPT)


def is_told(forecast: Forecast) -> bool:
    """Nearer to 1 it is not worth a word."""
    return abs(forecast.covariates_factor - 1) > WORTH_TELLING


def because(forecast: Forecast, *, untold: Collection[str] = ()) -> str:
    """What counts most, for whom it is; nothing where it is not worth a word."""
    most = forecast.covariates_because if is_told(forecast) else ""
    return "" if most in untold else most


def untold(*, complaints: bool, promises: bool) -> frozenset[str]:
    """Of what somebody is not told who may see complaints or not, and promises or not."""
    hidden = (() if complaints else COMPLAINTS) + (() if promises else PROMISES)
    return frozenset(str(one.value) for one in hidden)


def off(forecast: Forecast) -> str:
    """By how many percent it is bent."""
    return f"{100 * (forecast.covariates_factor - 1):+.0f} %".replace("-", "−")


def sentence(forecast: Forecast, *, untold: Collection[str] = ()) -> str:
    """Nothing where it is not worth a word."""
    if not is_told(forecast):
        return ""
    most = because(forecast, untold=untold)
    if not most:
        return _("%(off)s for what else is known of them.") % {"off": off(forecast)}
    return _("%(off)s for what else is known of them, above all %(why)s.") % {
        "off": off(forecast), "why": WHY[Covariate(most)],
    }  # fmt: skip
