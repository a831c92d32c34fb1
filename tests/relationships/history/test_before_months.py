"""Before months are on record, and outside of them: what is missing, and what to do."""

from relationships.actions.history import running
from tests.conftest import NOW, TODAY


def test_where_nothing_is_known_the_api_says_what_is_missing(key_for, root, company, ada):
    company.as_of = TODAY
    company.save()
    client = key_for(root, "reports:read", "jobs:write")
    days = {"from": "2026-01-01", "to": "2026-02-28"}

    def told(**asked):
        answer = client.get("/api/v1/transitions", asked)
        assert answer.status_code == 404
        return answer.json()["detail"]

    assert "Once everyone was scored (a job of the kind score)" in told()
    assert "Once everyone was scored" in told(**days)
    posted = client.post("/api/v1/transitions", days, format="json")
    assert (posted.status_code, posted.json()["detail"]) == (409, told(**days))
    job = running.ask_for_history(by=root, as_of=TODAY)
    assert f"job {job.pk} looks back on them just now" in told()
    running.tell_history(company, as_of=TODAY, months=2, now=NOW, progress=lambda *a, **k: None)
    early = told(**{"from": "2025-01-01", "to": "2025-02-01"})
    assert early.startswith("Nothing is on record before 31 January 2026")
    assert told(**{"from": "2026-02-28", "to": "2026-01-31"}) == "The later day comes second."
    late = client.post("/api/v1/transitions", days | {"to": "2026-12-24"}, format="json")
    assert "Data count through 2 March 2026" in late.json()["detail"]
