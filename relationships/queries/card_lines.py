"""The versions of the forecast as plain text: what was compared, and what came of it."""

from collections.abc import Iterable

from relationships.engine.value.replacing import Replacing
from relationships.models import FittedModel
from relationships.queries.evidence import day_of
from relationships.verdict_words import because


def verdict_lines(model: FittedModel) -> list[str]:
    """Old against new, origin by origin, and whether the new one is in use."""
    verdict = model.verdict
    if not verdict:
        return []
    state = "is in use" if model.is_current else "was held back"
    lines = [f"Version {model.version} {state}: {because(verdict)}."]
    if not verdict["rounds"]:
        return lines
    head = f"  {'from':<12}{'weeks':>6}{'customers':>11}{'old deviance':>14}{'new deviance':>14}"
    rows = [
        f"  {day_of(one['day'])!s:<12}{one['weeks']:>6.0f}{one['customers']:>11,}"
        f"{one['old']['deviance']:>14.4f}{one['new']['deviance']:>14.4f}"
        f"{'' if one['as_it_stood'] else '  (old: fitted anew on what was known)'}"
        for one in verdict["rounds"]
    ]
    ratio = f"  purchases expected of the same customers, new / old: {verdict['ratio']:.3f}"
    against = f"Against version {verdict['against']}:"
    whole = f"  {'what decides':<29}{verdict['old']:>14.4f}{verdict['new']:>14.4f}"
    return [against, head, *rows, whole, ratio, *lines]


def replacing_lines(found: Replacing | None) -> list[str]:
    """How often people buy when something of theirs is due, and whether that could be relied on."""
    if found is None:
        return []
    lines = [f"Of {found.seen:,} days on which something was due {found.share:.0%} saw a purchase"]
    lines += [
        f"  {kind:<22}{one.seen:>7,}{one.share:>7.0%}" for kind, one in [*found.kinds.items()][:8]
    ]
    if proof := found.proof:
        told = f"{proof.days:,} later days promised at {proof.said:.0%}: {proof.came:.0%} saw one"
        lines.append(f"  learned on the earlier two thirds, {told}")
    return lines


def version_lines(rows: Iterable[FittedModel]) -> list[str]:
    """One line per version, the newest first."""
    return [
        f"{one.version:>4}  {one.state:<10}{one.name:<12}{one.customers:>10,} customers  "
        f"through {one.data_through}  {one.asked_because}"
        f"{'  ' + because(one.verdict) if one.verdict else ''}"
        f"{'  (later ones wait)' if one.is_pinned else ''}"
        for one in rows
    ]
