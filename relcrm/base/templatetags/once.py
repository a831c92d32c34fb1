"""`{% once %}`: the mark by which a form that is sent twice is known (relcrm.base.once)."""

import secrets

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def once() -> SafeString:
    mark = secrets.token_urlsafe(16)
    return format_html('<input type="hidden" name="once" value="{}">', mark)
