"""Which of the wishes are offered by a mix of families, and which wish a type held would meet."""

from collections.abc import Collection, Mapping

from relationships.engine.gap.terms import Terms, Wish


def offered(mix: Mapping[str, float], chosen: Collection[str], rule: Terms) -> tuple[Wish, ...]:
    """A family with a share offers those chosen of its wishes, or all where none was chosen."""
    families = {wish.family for wish in rule.wishes if wish.key in chosen}
    return tuple(
        wish
        for wish in rule.wishes
        if mix.get(wish.family, 0) > 0 and (wish.key in chosen or wish.family not in families)
    )


def without_share(
    mix: Mapping[str, float], chosen: Collection[str], rule: Terms
) -> tuple[Wish, ...]:
    """Wishes that were chosen of families of which nothing is offered."""
    return tuple(
        wish for wish in rule.wishes if wish.key in chosen and not mix.get(wish.family, 0) > 0
    )


def held_wishes(people: Mapping[str, float], rule: Terms) -> dict[str, float]:
    """People by the type they have as people by the wish that it would meet; who has a type that
    two wishes mean counts half for each, and who has one that none means for none."""
    found = dict.fromkeys(rule.wish_keys, 0.0)
    for kind, n in people.items():
        meant = [wish.key for wish in rule.wishes if kind in wish.types]
        for key in meant:
            found[key] += n / len(meant)
    return found
