"""The first and the last day there is, and numbers beyond any, asked for: no fault of ours."""

import pytest

from customers.timeline import Position
from tests.conftest import TODAY

DAYS = ("0001-01-01", "9999-12-31")
TAKES = (
    "/customers/{pk}/timeline/?from={day}", "/customers/{pk}/timeline/?to={day}",
    "/customers/{pk}/timeline/?before={day}T23:59:59%2B00:00~turns~1",
    "/customers/?was=friend&became=fling&was_on={day}&became_on=2026-01-01",
    "/customers/?was=friend&became=fling&was_on=2026-01-01&became_on={day}",
    "/relationships/moves/?from={day}", "/relationships/moves/?to={day}",
    "/campaigns/targeting/?last_order_from={day}", "/campaigns/targeting/?last_order_to={day}",
    "/api/v1/customers/{pk}/timeline?since={day}", "/api/v1/customers/{pk}/timeline?until={day}",
    "/api/v1/customers/{pk}/timeline?cursor={day}T00:00:00%2B00:00~turns~1",
    "/api/v1/customers?seen_from={day}", "/api/v1/customers?seen_to={day}",
    "/api/v1/interactions?customer={pk}&occurred_from={day}",
    "/api/v1/interactions?customer={pk}&occurred_to={day}",
    "/api/v1/transitions?from={day}", "/api/v1/transitions?to={day}",
    "/api/v1/targeting?last_order_from={day}", "/api/v1/targeting?last_order_to={day}",
)  # fmt: skip


@pytest.mark.parametrize("day", DAYS)
def test_no_address_that_takes_a_day_breaks(judged, company, ada, root, as_, day):
    company.zone = "Pacific/Kiritimati"  # fourteen hours ahead of the calendar's own
    company.as_of = TODAY
    company.save()
    browser = as_(root)
    for address in TAKES:
        path = address.format(pk=ada.pk, day=day)
        assert browser.get(path).status_code in {200, 400, 404}, path
    assert Position.read(f"{day}T00:00:00+00:00~turns~1") is None


@pytest.mark.parametrize(
    "path",
    ["customers/{}/profile", "profiles?persona={}", "interactions?customer={}",
     "tasks?customer={}", "complaints?customer={}", "customers?organisation={}"],
)  # fmt: skip
def test_no_number_is_too_large_to_be_answered(company, root, as_, path):
    for number in (2**63, 10**20 - 1):
        answer = as_(root).get(f"/api/v1/{path.format(number)}")
        assert answer.status_code in {400, 404}, answer.content


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("within", [{"from": "{}"}, {"to": "{}"}])
def test_no_rule_about_a_day_breaks(company, ada, root, as_, day, within):
    within = {name: value.format(day) for name, value in within.items()}
    conditions = [
        {"did": True, "kinds": ["purchase"], "within": within},
        {"field": "first_order_on", "operator": "before", "value": day},
        {"field": "birth_on", "operator": "after", "value": day},
    ]
    for one in conditions:
        answer = as_(root).post(
            "/api/v1/segments/count", {"rule": {"version": 1, "all": [one]}},
            content_type="application/json",
        )  # fmt: skip
        assert answer.status_code in {200, 400}, answer.content


@pytest.mark.parametrize("day", DAYS)
def test_what_is_dated_there_is_taken_or_refused_by_name(judged, company, ada, root, as_, day):
    company.zone = "Pacific/Kiritimati"
    company.save()
    at, browser = f"{day}T23:59:59Z", as_(root)
    event = {"kind": "visit", "occurred_at": at, "source": "till", "source_id": day}
    label = {"family": "friend", "reason": "Met her", "until": day}
    for path, body in (
        ("/api/v1/interactions", event | {"customer": ada.pk}),
        (f"/api/v1/customers/{ada.pk}/profile/label", label),
        (f"/api/v1/customers/{ada.pk}/modifiers", {"kind": "staff", "reason": "x", "until": day}),
        ("/api/v1/tasks", {"customer": ada.pk, "what": "Call", "due_on": day}),
        ("/api/v1/privacy/requests", {"customer": ada.pk, "kind": "access", "received_on": day}),
        (f"/api/v1/customers/{ada.pk}/owned", {"sku": "R3", "since_on": day}),
        ("/api/v1/transitions", {"from": "2026-01-01", "to": day}),
        ("/api/v1/transitions", {"from": day, "to": "2026-01-01"}),
    ):
        answer = browser.post(path, body, content_type="application/json")
        assert answer.status_code < 500, (path, answer.content)
        assert answer.status_code != 405, path
    as_of = browser.post("/settings/as-of/", {"day": day})
    assert as_of.status_code == 409
    assert b"choose a" in as_of.content
