"""The audit trail holds what was done, sign-ins too, and nothing in this house can change it."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now as clock

from relcrm.base import audit, queries, readings
from relcrm.base.models import AuditLine, AuditSweep, Reading
from relcrm.lib import idsets

pytestmark = pytest.mark.django_db
YEARS_AGO = clock() - timedelta(days=900)


def ask(sql, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE base_auditline SET verb = 'nothing.happened'",
        "UPDATE base_auditline SET at = at",
        "DELETE FROM base_auditline",
        "DELETE FROM base_auditline WHERE id = (SELECT max(id) FROM base_auditline)",
        "UPDATE base_reading SET people = 0",
        "DELETE FROM base_reading",
    ],
)
def test_no_statement_changes_what_is_on_record(sql, root):
    audit.record("customer.viewed", by=root)
    readings.keep(root, "customers", ["name"], [1, 2], now=clock())
    with pytest.raises(IntegrityError, match="can be added to, never changed"):
        ask(sql)
    assert AuditLine.objects.filter(verb="customer.viewed").count() == 1
    assert Reading.objects.get().ids == [1, 2]


def test_a_known_line_cannot_be_replaced(root):
    line = audit.record("customer.viewed", by=root)
    columns = "id, at, actor, verb, subject_kind, detail"
    replace = (
        f"INSERT INTO base_auditline ({columns}) SELECT {columns} FROM base_auditline "
        "ON CONFLICT (id) DO UPDATE SET verb = 'x'"
        if connection.vendor == "postgresql"
        else f"REPLACE INTO base_auditline ({columns}) SELECT {columns} FROM base_auditline"
    )
    with pytest.raises(IntegrityError, match="never changed"):
        ask(replace)
    assert AuditLine.objects.get(pk=line.pk).verb == "customer.viewed"


@pytest.mark.postgres
def test_the_trail_cannot_be_truncated():
    with pytest.raises(IntegrityError, match="never changed"):
        ask("TRUNCATE base_auditline")


def test_age_is_the_one_way_out_and_the_sweep_stays_on_record(root):
    audit.record("customer.viewed", by=root, at=YEARS_AGO)
    young = audit.record("customer.viewed", by=root)
    with pytest.raises(IntegrityError, match="never changed"):
        ask("DELETE FROM base_auditline WHERE at < %s", YEARS_AGO + timedelta(days=1))
    with pytest.raises(IntegrityError, match="12 months"), transaction.atomic():
        AuditSweep.objects.create(before=clock() - timedelta(days=300))
    AuditSweep.objects.create(before=YEARS_AGO + timedelta(days=1))
    assert ask("DELETE FROM base_auditline WHERE at < %s", YEARS_AGO + timedelta(hours=1)) == 1
    with pytest.raises(IntegrityError, match="never changed"):
        ask("DELETE FROM base_auditline")
    with pytest.raises(IntegrityError, match="never changed"):
        ask("DELETE FROM base_auditsweep")
    assert AuditLine.objects.filter(pk=young.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_the_rules_hold_for_committed_rows_and_after_a_test_that_emptied_everything(root):
    audit.record("customer.viewed", by=root)
    with pytest.raises(IntegrityError, match="never changed"):
        ask("DELETE FROM base_auditline")


def test_who_comes_in_and_who_goes_is_on_record(client, root):
    client.post("/accounts/login/", {"login": "root@example.com", "password": "correct horse"})
    came = AuditLine.objects.get(verb="user.signed_in")
    assert (came.user, came.detail["network"]) == (root, "127.0.0.0/24")
    client.post("/accounts/logout/")
    assert AuditLine.objects.get(verb="user.signed_out").user == root


def test_a_failed_attempt_is_on_record_without_what_was_typed(client, root):
    for typed in ("root@example.com", "Root@Example.com", "my-secret-password"):
        client.post("/accounts/login/", {"login": typed, "password": "wrong"})
    tries = list(AuditLine.objects.filter(verb="user.sign_in_failed").order_by("id"))
    assert [line.subject_id for line in tries[:2]] == [root.pk, root.pk]
    assert tries[0].detail["typed"] == tries[1].detail["typed"]
    told = str([(line.detail, line.actor) for line in tries])
    assert "root@" not in told
    assert "secret" not in told


def test_what_is_shown_is_gathered_and_written_in_one_row_per_hour_and_resource(root, mara):
    for page in ([1, 2, 3], [3, 4], []):
        readings.note(root, "page", "customer list", ["name", "email"], page)
    readings.note(mara, "page", "customer list", ["name"], [9])
    assert readings.flush() == 2
    row = Reading.objects.get(actor=f"user:{root.pk}")
    assert (row.ids, row.people, row.calls, row.fields) == ([1, 2, 3, 4], 4, 2, ["email", "name"])
    assert readings.flush() == 0


def test_what_cannot_be_written_is_kept_for_later(root):
    readings.note(root, "api", "customers", ["name"], [1])
    with transaction.atomic():
        transaction.set_rollback(True)  # no statement is taken any more
        assert readings.flush() == 0
    readings.note(root, "api", "customers", ["name"], [2])
    assert readings.flush() == 1
    assert (Reading.objects.get().ids, Reading.objects.get().calls) == ([1, 2], 2)


def test_numbers_are_packed_small_and_come_back_whole():
    for numbers in ([], [0], [5, 3, 3], [1, 2**40, 2**62], list(range(1, 50_000))):
        assert idsets.unpack(idsets.pack(numbers)) == sorted(set(numbers))
    assert len(idsets.pack(range(1_000_000))) < 5_000


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("who=user:{mara}", {"customer.viewed"}),
        ("who={mara}", {"customer.viewed"}),
        ("verb=customer", {"customer.viewed", "customer.changed"}),
        ("number=7", {"customer.changed"}),
        ("kind=base.user&number=7", set()),
        ("since=2026-03-02&until=2026-03-02", {"customer.changed"}),
        ("until=2026-03-01", {"customer.viewed"}),
        ("who=nonsense", set()),
    ],
)
def test_lines_are_found_by_who_what_whom_and_when(company, ada, mara, pia, as_, asked, shown):
    seven = type(ada)(pk=7)
    audit.record("customer.viewed", ada, by=mara, at=datetime(2026, 3, 1, 12, tzinfo=UTC))
    audit.record("customer.changed", seven, by=None, at=datetime(2026, 3, 2, 22, 30, tzinfo=UTC))
    wanted = queries.trail(dict(parse_qsl(asked.format(mara=mara.pk))))
    ours = {line.verb for line in wanted.lines(company.tzinfo)}
    assert ours & {"customer.viewed", "customer.changed"} == shown
    assert as_(pia).get(f"/settings/audit/?{asked.format(mara=mara.pk)}").status_code == 200


def test_the_trail_is_taken_out_as_a_file_and_that_is_on_record(company, ada, mara, pia, as_):
    audit.record("customer.viewed", ada, by=mara)
    reply = as_(pia).post("/settings/audit/export/", {"wanted": f"number={ada.pk}"})
    told = b"".join(reply.streaming_content).decode()
    assert "customer.viewed" in told
    assert "user.signed_in" not in told
    assert AuditLine.objects.get(verb="audit.exported").user == pia
