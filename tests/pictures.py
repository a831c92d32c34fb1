"""`make pictures`: a walk through the whole site that leaves a picture of every page.

Every page in both themes and both sizes, in pictures/. The walk starts a demo company of its own
in a temporary folder, or looks at a site that runs already:

    make pictures                                   every page
    make pictures ARGS="overview map"               these pages
    make pictures ARGS="--url http://127.0.0.1:8000 --email root@larkfell.example --password …"

It fails when a page answers otherwise than it should, scrolls sideways or is not quiet.
"""

import argparse
import re
import sys
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import ROOT, SIZES, THEMES, SeenPage, start_chromium
from tests.servers import demo

FOLDER = ROOT / "pictures"
ADMIN, ANALYST = "root@larkfell.example", "nils@larkfell.example"
EXTENT = "(({scrollWidth, scrollHeight}) => [scrollWidth, scrollHeight])(document.documentElement)"
FAMILIES = ("fling", "friend", "marriage", "distant", "negative", "undetermined")
FILE = "Customer;Day;Invoice;Total\nA-1017;23/02/2026;5001;48,90\nB-2210;27/02/2026;5002;19,50\n"


@dataclass(frozen=True)
class Stop:
    """One page of the walk: where it is, or which link of that page leads to it."""

    path: str
    link: str = ""
    status: int = 200
    by: str = "admin"


STOPS = {
    "sign-in": Stop("/accounts/login/", by="stranger"),
    "overview": Stop("/"),
    "customers": Stop("/customers/"),
    **{f"profile-{f}": Stop(f"/customers/?family={f}", r"/customers/\d+/") for f in FAMILIES},
    "add-customer": Stop("/customers/new/"),
    "edit-customer": Stop("/customers/1/edit/"),
    "timeline": Stop("/customers/1/timeline/"),
    "consents": Stop("/customers/1/consents/"),
    "erase": Stop("/customers/1/erase/"),
    "duplicates": Stop("/customers/duplicates/"),
    "merge": Stop("/customers/1/merge/2/"),
    "merges": Stop("/customers/merges/"),
    "segments": Stop("/segments/"),
    "build-segment": Stop("/segments/new/"),
    "organisations": Stop("/organisations/"),
    "add-organisation": Stop("/organisations/new/"),
    "promises": Stop("/promises/"),
    "promise": Stop("/promises/", r"/promises/\d+/"),
    "edit-promise": Stop("/promises/1/edit/"),
    "sign-up-forms": Stop("/signup-forms/"),
    "sign-up-form": Stop("/signup-forms/", r"/signup-forms/\d+/"),
    "hosted-form": Stop("/s/newsletter/", by="stranger"),
    "tasks": Stop("/tasks/"),
    "outbox": Stop("/outbox/"),
    "exports": Stop("/exports/"),
    "ask": Stop("/ask/", by="stranger"),
    "requests": Stop("/privacy/requests/"),
    "new-request": Stop("/privacy/requests/new/"),
    "breaches": Stop("/privacy/breaches/"),
    "new-breach": Stop("/privacy/breaches/new/"),
    "retention": Stop("/privacy/retention/"),
    "imports": Stop("/imports/"),
    "mapping": Stop("/imports/", r"/imports/\d+/"),
    "complaints": Stop("/complaints/"),
    "new-complaint": Stop("/complaints/new/"),
    "complaint": Stop("/complaints/", r"/complaints/\d+/"),
    "personae": Stop("/personae/"),
    "persona": Stop("/personae/", r"/personae/\d+/"),
    "data": Stop("/relationships/data/"),
    "quality": Stop("/relationships/quality/"),
    "wanted-and-treated": Stop("/relationships/gap/"),
    "offered": Stop("/relationships/offered/"),
    "targeting": Stop("/campaigns/targeting/"),
    "map": Stop("/relationships/map/"),
    "moves": Stop("/relationships/moves/"),
    "types": Stop("/relationships/types/"),
    "type": Stop("/relationships/types/", r"/relationships/types/[\w-]+/"),
    "specification": Stop("/relationships/specification/"),
    "say-what-it-is": Stop("/relationships/of/1/"),
    "value": Stop("/relationships/value/"),
    "forecast": Stop("/relationships/value/forecast/"),
    "losing": Stop("/relationships/losing/"),
    "costs": Stop("/settings/costs/"),
    "jobs": Stop("/settings/jobs/"),
    "company": Stop("/settings/"),
    "team": Stop("/settings/team/"),
    "colleague": Stop("/settings/team/", r"/settings/team/\d+/"),
    "keys": Stop("/settings/keys/"),
    "webhooks": Stop("/settings/webhooks/"),
    "audit": Stop("/settings/audit/"),
    "contact": Stop("/settings/contact/"),
    "channels": Stop("/settings/contact/channels/"),
    "brands": Stop("/settings/contact/brands/"),
    "returned-mail": Stop("/settings/contact/returned/"),
    "wordings": Stop("/settings/contact/words/"),
    "suppressed": Stop("/settings/contact/suppressed/"),
    "waivers": Stop("/settings/contact/waivers/"),
    "fields": Stop("/settings/fields/"),
    "tags": Stop("/settings/tags/"),
    "goods": Stop("/settings/goods/"),
    "search": Stop("/search/?q=an"),
    "api": Stop("/api/v1/docs/"),
    "admin": Stop("/admin/"),
    "admin-customers": Stop("/admin/customers/customer/"),
    "404": Stop("/there-is-no-such-page/", status=404),
    "403": Stop("/settings/", status=403, by="colleague"),
}


@dataclass
class Walk:
    """A browser on a site, with who is signed in; `wrong` gathers what pages did wrong."""

    browser: Browser
    origin: str
    sessions: dict[str, list]
    wrong: list[str]

    def context(self, by: str, theme: str = "light", size: str = "desktop") -> BrowserContext:
        width, height = SIZES[size]
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme,
            reduced_motion="reduce", locale="en-GB",
        )  # fmt: skip
        context.add_cookies(self.sessions[by])
        return context

    def sign_in(self, who: str, email: str, password: str) -> None:
        context = self.context("stranger")
        page = context.new_page()
        page.goto(f"{self.origin}/accounts/login/")
        page.fill("[name=login]", email)
        page.fill("[name=password]", password)
        page.click("main button[type=submit]")
        if "/accounts/login/" in page.url:
            raise SystemExit(f"{email} cannot sign in at {self.origin} with this password.")
        self.sessions[who] = context.cookies()
        context.close()

    def find(self, stop: Stop) -> str:
        """The address of a stop; pages of single rows are found by the first link to one."""
        if not stop.link:
            return stop.path
        with self.context(stop.by) as context:
            page = context.new_page()
            for _ in range(60):  # what the worker makes after the start, personae, takes a while
                page.goto(self.origin + stop.path)
                links = page.locator("main a[href]").evaluate_all("all => all.map(a => a.pathname)")
                if found := [link for link in links if re.fullmatch(stop.link, link)]:
                    return str(found[0])
                page.wait_for_timeout(2000)
        raise SystemExit(f"{stop.path} has no link like {stop.link}")

    def photograph(self, name: str, stop: Stop, path: str) -> None:
        for theme in THEMES:
            for size, (width, height) in SIZES.items():
                context = self.context(stop.by, theme, size)
                page = SeenPage(context.new_page(), self.origin)
                answer = page.goto(self.origin + path, wait_until="networkidle")
                wide, high = page.evaluate(EXTENT)
                # A window as high as the page: what is fixed to an edge stands at that edge.
                page.set_viewport_size({"width": width, "height": max(high, height)})
                page.screenshot(path=FOLDER / f"{name}-{theme}-{width}.png")
                self.judge(f"{name}, {theme}, {size}", stop, answer.status, page.said, wide - width)
                context.close()

    def judge(self, what: str, stop: Stop, status: int, said: list[str], aside: int) -> None:
        if status != stop.status:
            self.wrong.append(f"{what}: answers {status}, not {stop.status}")
        if aside > 0:
            self.wrong.append(f"{what}: {aside} px wider than the window")
        # Chromium itself says in the console that a page answered 403 or 404.
        told = f"the server responded with a status of {stop.status}"
        self.wrong += [f"{what}: {words}" for words in said if told not in words]


def bring_file(page: Page, origin: str) -> None:
    """A file that waits for its columns to be named, so that this page can be seen too."""
    page.goto(f"{origin}/imports/")
    file = {"name": "shop-2026.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    page.set_input_files("input[type=file]", [file])
    page.click("form[enctype] button")
    page.wait_for_url(re.compile(r"/imports/\d+/"))


def walk(arguments: argparse.Namespace, origin: str, password: str) -> list[str]:
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        walk = Walk(start_chromium(playwright), origin, {"stranger": []}, [])
        names = arguments.pages or list(STOPS)
        people = {"admin": arguments.email, "colleague": arguments.colleague}
        for who in {STOPS[name].by for name in names} & people.keys():
            walk.sign_in(who, people[who], password)
        if {"imports", "mapping"} & set(names):
            bring_file(walk.context("admin").new_page(), origin)
        for name in names:
            print(f"  {name}", flush=True)
            walk.photograph(name, STOPS[name], walk.find(STOPS[name]))
        walk.browser.close()
    return walk.wrong


def main() -> int:
    parser = argparse.ArgumentParser(prog="make pictures", description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="*", choices=[[], *STOPS], metavar="page")
    parser.add_argument("--url", help="a site that runs already; otherwise a demo is started")
    parser.add_argument("--email", default=ADMIN, help="an admin there")
    parser.add_argument("--colleague", default=ANALYST, help="somebody who may not see settings")
    parser.add_argument("--password", default="", help="of both")
    arguments = parser.parse_args()
    if arguments.url:
        wrong = walk(arguments, arguments.url.rstrip("/"), arguments.password)
    else:
        with demo() as (origin, password):
            wrong = walk(arguments, origin, password)
    print("\n".join(wrong) or f"Every page is as it should be; the pictures are in {FOLDER}.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
