"""The privacy desk in a browser: no barriers, no sideways scrolling, light, dark and small."""

import zipfile
from datetime import timedelta

import pytest
from django.utils.timezone import now as clock

from customers.actions.requests import check_identity, open_request
from customers.actions.retention import set_retention
from relcrm.base import readings
from relcrm.base.actions.breaches import report_breach
from relcrm.pages.privacy import packages
from relcrm.pages.privacy.bundle import bundle

DAY = timedelta(days=1)


@pytest.fixture
def desk(company, ada, bo, pia):
    """Something on every page: a request with a package, a late one, a rule, a breach."""
    now = clock()
    asked = open_request("access", customer=ada, by=pia, now=now, words="What do you know?")
    check_identity(asked, "signed letter", by=pia, now=now)
    package = packages.ask_for_package(ada, request=asked, by=pia, now=now)
    packages.make(package.pk, now=now)
    late = open_request("erasure", customer=bo, by=pia, now=now - 45 * DAY)
    set_retention({"interaction.purchase": 1}, by=pia, now=now)
    readings.keep(pia, "customer export", ["name", "email"], [ada.pk, bo.pk], now=now)
    breach = report_breach(
        by=pia, now=clock(), title="Laptop stolen", learned_at=now, began_at=now - DAY,
        ended_at=now + DAY, by_means_of="account", actor=f"user:{pia.pk}",
    )  # fmt: skip
    return {"asked": asked, "late": late, "breach": breach, "package": package, "bo": bo}


@pytest.mark.parametrize(
    "how", [{"theme": "light"}, {"theme": "dark", "size": "phone"}], ids=["light", "phone"]
)
def test_the_privacy_pages_have_no_barriers(look_at, desk, pia, how):
    addresses = [
        "/privacy/requests/", "/privacy/requests/new/", f"/privacy/requests/{desk['asked'].pk}/",
        f"/privacy/requests/{desk['late'].pk}/", "/privacy/retention/", "/privacy/breaches/",
        "/privacy/breaches/new/", f"/privacy/breaches/{desk['breach'].pk}/", "/settings/audit/",
        f"/customers/{desk['bo'].pk}/erase/", f"/privacy/yours/{packages.token(desk['package'])}/",
    ]  # fmt: skip
    page = look_at("", by=pia, **how)
    for address in addresses:
        assert page.goes_on(address) == 200, address
        page.has_no_barriers()
        page.does_not_scroll_sideways()


def test_the_page_in_a_package_can_be_read_by_everyone(look_at, ada, company, pia, tmp_path):
    """Opened from a file, as the person opens it, without us."""
    file = tmp_path / "p.zip"
    now = clock()
    file.write_bytes(bundle(ada, company, as_of=now.date(), now=now))
    zipfile.ZipFile(file).extract("read-me-first.html", tmp_path)
    page = look_at("/accounts/login/", quiet=False)
    page.page.goto((tmp_path / "read-me-first.html").as_uri())
    page.has_no_barriers()
    page.does_not_scroll_sideways()
