"""What the frame around every page asks for: the way around, and the reader's choice of theme."""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from relcrm.pages import navigation as rooms

register = template.Library()
THEMES = {"light": ' data-theme="light"', "dark": ' data-theme="dark"'}


@register.simple_tag(takes_context=True)
def navigation(context: dict[str, Any]) -> list[rooms.Entry]:
    """The side bar's entries for this person; views name their room as `nav` and `nav_part`."""
    user = context.get("user")
    return rooms.entries(user, context.get("nav", ""), context.get("nav_part", "")) if user else []


@register.simple_tag(takes_context=True)
def theme(context: dict[str, Any]) -> SafeString:
    """The reader's choice from their cookie, so that a page never flashes in the other theme."""
    request = context.get("request")
    chosen = request.COOKIES.get("relcrm_theme", "") if request else ""
    return mark_safe(THEMES.get(chosen, ""))  # noqa: S308 (two constants)
