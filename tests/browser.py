"""A real browser for the suite: pages as people see them, in both themes and both sizes.

    def test_the_list_can_be_read_by_everyone(look_at, mara, ada):
        page = look_at("/customers/", by=mara, theme="dark", size="phone")
        assert page.get_by_text("Ada Novak").is_visible()
        page.has_no_barriers()

A page that was looked at must have kept quiet in the console and asked no other host; the
fixture checks that at the end of the test.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from tests.servers import program

if TYPE_CHECKING:  # pictures are taken of a running site, without Django in this process
    from relcrm.base.models import User

ROOT = Path(__file__).resolve().parent.parent
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
THEMES = ("light", "dark")
FLAGS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What a rule finds nothing wrong with is not told: gathering it took most of the time.
FIND_BARRIERS = """async (standards) => {
  const found = await axe.run(document, {runOnly: standards, resultTypes: ["violations"]});
  return found.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${v.help} — ${n.html}`));
}"""


def start_chromium(playwright: Any) -> Browser:
    """Debian's Chromium, headless; another one where Playwright has its own."""
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    return playwright.chromium.launch(executable_path=program("chromium"), args=flags)


def axe_source() -> str:
    """axe-core as npm installed it (found like Node finds it: here, else in a folder above)."""
    for folder in [ROOT, *ROOT.parents]:
        file = folder / "node_modules" / "axe-core" / "axe.min.js"
        if file.exists():
            return file.read_text()
    raise FileNotFoundError("axe-core is not installed; run `make setup`.")


class SeenPage:
    """A Playwright page with what it said and asked for; everything else is passed on to it."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page, self.origin = page, origin
        self.said: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.said.append(f"script failed: {error}"))
        page.on("request", self._follow)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.page, name)

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.said.append(f"{message.type}: {message.text}")

    def _follow(self, request: Any) -> None:
        if not request.url.startswith((self.origin, "data:", "blob:")):
            self.said.append(f"asked another host: {request.url}")

    def goes_on(self, path: str, theme: str | None = None, size: str | None = None) -> int:
        """This window at another address, in another light and as large as wished; the status.
        Many pages cost a fraction in one window of what they cost in a window each."""
        self.settles()
        if size:
            width, height = SIZES[size]
            self.page.set_viewport_size({"width": width, "height": height})
        if theme:
            self.page.emulate_media(color_scheme=theme)
        return self.page.goto(self.origin + path).status

    def settles(self) -> None:
        """Waits for what is on its way: leaving before would be heard as a failed request."""
        if not self.page.is_closed():
            self.page.wait_for_load_state("networkidle")

    def has_no_barriers(self) -> None:
        """axe finds nothing to complain about in the page as it stands now."""
        self.page.evaluate(axe_source())
        barriers = self.page.evaluate(FIND_BARRIERS, STANDARDS)
        assert barriers == [], "\n".join(barriers)

    def does_not_scroll_sideways(self) -> None:
        wide, seen = self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= seen, f"the page is {wide} px wide in a window of {seen} px"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    # Playwright's loop makes Django think it is in async code; nothing here is.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = start_chromium(playwright)
        yield browser
        browser.close()


@pytest.fixture
def look_at(chromium: Browser, live_server: Any) -> Iterator[Callable[..., SeenPage]]:
    """`look_at(path, by=user, theme="light", size="desktop", scripts=True)` → the page.

    Without a path the window is empty: `goes_on` leads it from page to page.
    """
    contexts: list[Any] = []
    pages: list[SeenPage] = []

    def look(
        path: str,
        *,
        by: "User | None" = None,
        theme: str = "light",
        size: str = "desktop",
        scripts: bool = True,
        quiet: bool = True,
    ) -> SeenPage:
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            java_script_enabled=scripts,
            reduced_motion="reduce",
            locale="en-GB",
        )
        contexts.append(context)
        if by:
            context.add_cookies([session_of(by, live_server.url)])
        page = SeenPage(context.new_page(), live_server.url)
        if quiet:
            pages.append(page)
        if path:
            page.goto(live_server.url + path)
        return page

    yield look
    for page in pages:
        page.settles()
    for context in contexts:
        context.close()
    assert [said for page in pages for said in page.said] == []


def session_of(user: "User", origin: str) -> dict[str, str]:
    """The cookie of a browser in which this person is signed in."""
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": origin}
