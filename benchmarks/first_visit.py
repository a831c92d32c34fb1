"""What a first visit costs: the demo's time to its first page, and each page's bytes on the wire.

    python -m benchmarks.first_visit

Starts a demo company of its own (database, simulated shop, judging, server) and looks at it with
an empty cache in a real browser; what is counted is what came over the network, headers too.
"""

import time
from typing import Any

from playwright.sync_api import sync_playwright

from tests.browser import start_chromium
from tests.pictures import ADMIN, Walk
from tests.servers import demo

PAGES = {
    "overview": "/",
    "customers": "/customers/",
    "profile": "/customers/1/",
    "map": "/relationships/map/",
}
AT_MOST = 300  # kB for the overview


def bytes_of(walk: Walk, path: str) -> int:
    """Everything that one page makes a browser fetch that has nothing of it yet."""
    context = walk.context("admin")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    fetched: list[int] = []

    def count(event: dict[str, Any]) -> None:
        fetched.append(event["encodedDataLength"])

    session.on("Network.loadingFinished", count)
    page.goto(walk.origin + path, wait_until="networkidle")
    context.close()
    return sum(fetched)


def main() -> None:
    started = time.monotonic()
    with demo() as (origin, password), sync_playwright() as playwright:
        ready = time.monotonic() - started
        walk = Walk(start_chromium(playwright), origin, {"stranger": []}, [])
        walk.sign_in("admin", ADMIN, password)
        print(f"the demo company is ready after {ready:.0f} s (packages were there already)")
        for name, path in PAGES.items():
            wanted = f"  (at most {AT_MOST} kB)" if name == "overview" else ""
            print(f"first visit of {name:<12}{bytes_of(walk, path) / 1000:7.0f} kB{wanted}")
        walk.browser.close()


if __name__ == "__main__":
    main()
