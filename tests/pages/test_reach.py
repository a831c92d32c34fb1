"""Nobody has to know an address: whatever a role may open is reached by following links."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve

from relcrm.base.models import User
from tests.addresses import addresses
from tests.conftest import colleague

# What is no page of the house: other programs' doors, what leads away, and what mails lead to.
ASIDE = (
    "/admin/",
    "/api/",
    "/health/",
    "/accounts/",
    "/welcome/",
    "/hooks/",
    "/s/",
    "/p/",
    "/ask/",
)


def pages():
    """Addresses without a number in them: what there is in an empty company."""
    return [
        address
        for address in addresses()
        if not address.path.startswith(ASIDE)
        and "<" not in str(address.pattern.pattern)
        and "1" not in address.path
    ]


def reached_from_the_start(client):
    """Address → status, for what a person finds by following links and search forms."""
    found, todo = {}, ["/"]
    while todo:
        if (path := todo.pop()) in found:
            continue
        answer = client.get(path, follow=True)
        found[path] = answer.status_code
        if is_page(answer):
            todo += [path for path in links(answer.text) if not path.startswith(ASIDE)]
    return found


def links(text):
    for tag in re.findall(r"<(?:a|form) [^>]*>", text):
        way = re.search(r'(?:href|action)="(/[^"]*)"', tag)
        if way and 'method="post"' not in tag:
            yield urlsplit(unescape(way[1])).path


def is_page(answer):
    return answer.status_code == 200 and "html" in answer["Content-Type"]


def names(paths):
    for path in paths:
        try:
            yield resolve(path).view_name
        except Resolver404:
            continue


@pytest.mark.parametrize("role", User.Role.values)
def test_every_page_that_a_role_may_open_is_reached_and_no_link_leads_astray(as_, company, role):
    client = as_(colleague(f"R{role}", role))
    found = reached_from_the_start(client)
    assert {path: status for path, status in found.items() if status >= 400} == {}
    reached = set(names(found))
    typed = [each.path for each in pages() if each.name not in reached]
    assert [path for path in typed if is_page(client.get(path))] == []
