"""How Django admin looks: its theme's settings, in the product's colours."""

from typing import Any

from django.templatetags.static import static

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "relcrm",
    "SITE_HEADER": "relcrm",
    "SITE_SUBHEADER": "Back office",
    "SITE_URL": "/",
    "SITE_ICON": lambda request: static("icon.svg"),
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("icon.svg")}
    ],
    "SHOW_HISTORY": True,
    "SHOW_BACK_BUTTON": True,
    "SIDEBAR": {"navigation": "relcrm.base.backoffice.site.side_bar"},
    # The product's blue (--accent in static/css/tokens.css), in the theme's steps.
    "COLORS": {
        "primary": {
            str(step): f"oklch({light}% {chroma} 258)"
            for step, light, chroma in (
                (50, 97.5, 0.012),
                (100, 95.5, 0.022),
                (200, 90, 0.045),
                (300, 83, 0.085),
                (400, 74.5, 0.125),
                (500, 62, 0.16),
                (600, 50, 0.17),
                (700, 44, 0.155),
                (800, 38, 0.13),
                (900, 32, 0.1),
                (950, 26, 0.06),
            )
        }
    },
}
