"""Every address the site answers, made up from the resolver."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern

# A value for each kind of converter in a route.
SAMPLES = {
    "int": "1",
    "str": "x",
    "slug": "x",
    "path": "x",
    "uuid": "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
}


@dataclass(frozen=True)
class Address:
    """One address with samples in place of its variables, and the name it is known by."""

    path: str
    name: str
    pattern: URLPattern

    def __str__(self) -> str:
        return self.path

    @property
    def answers_nothing_to_anyone(self) -> bool:
        """Catch-alls that say 404 to whoever asks."""
        return self.pattern.callback.__name__ in ("NoSuchAddress",)


def addresses() -> list[Address]:
    return list(_walk(get_resolver().url_patterns, "/", ""))


def _walk(patterns: list[URLPattern | URLResolver], prefix: str, space: str) -> Iterator[Address]:
    for pattern in patterns:
        path = prefix + _sample(pattern.pattern)
        if isinstance(pattern, URLPattern):
            name = f"{space}{pattern.name}" if pattern.name else path
            yield Address(path, name, pattern)
        else:
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, path, inner)


def _sample(pattern: RoutePattern | RegexPattern) -> str:
    if isinstance(pattern, RoutePattern):
        return re.sub(r"<(?:(\w+):)?\w+>", lambda m: SAMPLES[m[1] or "str"], pattern._route)
    groups = r"\(\?P<\w+>((?:[^()]|\([^()]*\))*)\)"
    return re.sub(groups, lambda m: _choice(m[1]), pattern._regex).strip("^$\\Z")


def _choice(expression: str) -> str:
    """The first of several words (auth|account); else something that looks like a key."""
    return expression.split("|")[0] if re.fullmatch(r"\w+(\|\w+)*", expression) else "x-1"
