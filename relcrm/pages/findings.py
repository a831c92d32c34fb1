"""Headings that say a finding: computed by rule from the data, silent where there is none."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from feedback.queries import Counts

LEAST_CHANGE = 0.5  # points: below this nothing moved, whatever the decimals say
LEAST_PEOPLE = 5  # nor with fewer people than these
UNSURE = "undetermined"
HALF = 0.5  # of the margin with nobody's name on it: then that is the finding
MOST = 0.6  # of the margin: from here on "most" is a finding


def joined(words: Sequence[str]) -> str:
    """One, two and three: as people list things."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def mix(names: Mapping[str, str], now: Mapping[str, float], then: Mapping[str, float]) -> str:
    """What happened to the mix. `now`, `then`: expected customers by family; then may be empty."""
    total = sum(now.values())
    if not total:
        return ""
    shares = {family: 100 * count / total for family, count in now.items()}
    if not then:
        return _leading(names, shares)
    before = sum(then.values()) or 1.0
    changes = {family: shares[family] - 100 * then.get(family, 0.0) / before for family in now}
    return _moved(names, changes, max(LEAST_CHANGE, 100 * LEAST_PEOPLE / total))


def _leading(names: Mapping[str, str], shares: Mapping[str, float]) -> str:
    first, second = sorted(shares, key=lambda family: -shares[family])[:2]
    words = {"a": names[first], "x": round(shares[first]), "b": names[second].lower(),
             "y": round(shares[second])}  # fmt: skip
    if shares[first] >= 50:
        return _("%(a)s: %(x)d %% of all relationships") % words
    return _("%(a)s %(x)d %%, %(b)s %(y)d %%: the two largest families") % words


def _moved(names: Mapping[str, str], changes: Mapping[str, float], least: float) -> str:
    gained = max(changes, key=lambda family: changes[family])
    lost = min(changes, key=lambda family: changes[family])
    up, down = changes[gained], -changes[lost]
    if max(up, down) < least:
        return _("The mix has held steady")
    words = {"a": names[lost], "x": f"{down:.1f}", "b": names[gained].lower(), "y": f"{up:.1f}"}
    if abs(up - down) < 0.25:
        return _("%(a)s lost %(x)s points, %(b)s gained as many") % words
    if up > 2 * down:
        return _("%(b)s gained %(y)s points") % (words | {"b": names[gained]})
    if down > 2 * up:
        return _("%(a)s lost %(x)s points") % words
    return _("%(a)s lost %(x)s points, %(b)s gained %(y)s") % words


def direction(names: Mapping[str, str], now: Mapping[str, float], then: Mapping[str, float]) -> str:
    """The mix in a breath, for the head of the page; nothing when nothing moved or no past."""
    total, before = sum(now.values()), sum(then.values())
    if not total or not before:
        return ""
    least = max(LEAST_CHANGE, 100 * LEAST_PEOPLE / total)
    changes = {f: 100 * now[f] / total - 100 * then.get(f, 0.0) / before for f in now}
    more = [f for f in sorted(changes, key=lambda f: -changes[f]) if changes[f] >= least][:1]
    fewer = [f for f in sorted(changes, key=lambda f: changes[f]) if changes[f] <= -least][:1]
    if more and fewer:
        return _("Share of %(more)s up, share of %(fewer)s down.") % {
            "more": names[more[0]].lower(),
            "fewer": names[fewer[0]].lower(),
        }
    return _("The mix of relationships has held steady.") if not more and not fewer else ""


def money(names: Mapping[str, str], value: Mapping[str, float], people: Mapping[str, float]) -> str:
    """Who earns the margin: the fewest families that earn most of it, with their share of us.

    `value` and `people` hold everyone, those of whom it is too early to tell included.
    """
    total = sum(value.values())
    if total <= 0:
        return _("No margin is expected yet")
    if (unsure := value.get(UNSURE, 0.0) / total) >= HALF:
        return _("Too early to tell for %d %% of the margin") % round(100 * unsure)
    ranked = sorted((f for f in value if f != UNSURE), key=lambda family: -value[family])
    for size in (1, 2):
        chosen = ranked[:size]
        part = sum(value[family] for family in chosen) / total
        if part >= MOST:
            return _earn([names[f] for f in chosen], part, _share(people, chosen))
    return _("The margin comes from every family")


def _share(people: Mapping[str, float], chosen: Sequence[str]) -> float:
    return sum(people.get(f, 0.0) for f in chosen) / (sum(people.values()) or 1.0)


def _earn(names: Sequence[str], part: float, of_people: float) -> str:
    words = {"who": joined([names[0], *(n.lower() for n in names[1:])]), "part": round(100 * part),
             "people": round(100 * of_people)}  # fmt: skip
    if part > 1:
        return _("%(who)s earn all of the margin, and pay for the rest") % words
    if part - of_people >= 0.1:
        return _("%(who)s, %(people)d %% of customers, earn %(part)d %% of the margin") % words
    return _("%(who)s earn %(part)d %% of the margin") % words


def complaints(desk: Counts) -> str:
    """What the desk needs first."""
    if desk.overdue == 1:
        return _("One complaint is overdue; answering it comes first.")
    if desk.overdue:
        return _("%d complaints are overdue; answering them comes first.") % desk.overdue
    if desk.unowned:
        words = {"n": desk.unowned, "all": desk.open}
        return _("%(n)d of %(all)d open complaints belong to nobody yet.") % words
    return ""
