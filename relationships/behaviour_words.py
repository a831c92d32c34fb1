"""The specification's numbers of one type as a person reads them: "buys 2 times a cycle"."""

from django.utils.translation import gettext as _

from relationships import live

Line = tuple[str, str]


def behaviour(key: str) -> list[Line]:
    """What we expect of this type, as the live edition has it, before the company is looked at."""
    spec, at = live.specification().behaviour, live.typology().keys.index(key)

    def number(name: str) -> str:
        return f"{float(spec[name][at]):g}"

    def share(name: str) -> str:
        return f"{100 * float(spec[name][at]):.3g} %"

    return [
        (_("Buys"), _("%s in a usual purchase cycle") % _times(number("purchases_per_cycle"))),
        (_("Discounts"), _("on %s of the orders") % share("discounted_share")),
        (_("New things"), _("%s of the orders") % share("novel_share")),
        (_("Sends back"), _("%s of the orders") % share("returned_share")),
        (_("Visits"), _("%s a week") % number("visits_per_week")),
        (_("Clicks"), _("on %s of our messages") % share("click_share")),
        (_("Asks for help"), _("%s an order") % _times(number("support_per_order"))),
        (_("Complains"), _("%s an order") % _times(number("complaints_per_order"))),
        (_("Waits for us to put something right"), share("unsettled_failure")),
        (_("Suggests"), _("%s a year") % _times(number("suggestions_per_year"))),
        (_("Praises or refers"), _("%s a year") % _times(number("praise_per_year"))),
        (_("Speaks ill in public"), _("%s a year") % _times(number("hostile_posts_per_year"))),
        (_("Stars"), _("%s of 5") % number("mean_stars")),
        (_("Would recommend"), _("%s of 10") % number("mean_nps")),
        (_("Under contract"), share("under_contract")),
        (_("Wants no more messages"), share("opted_out")),
        (_("Usually with us"), _("%s weeks") % number("tenure_weeks")),
    ]


def _times(number: str) -> str:
    return _("once") if number == "1" else _("%s times") % number
