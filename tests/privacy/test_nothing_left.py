"""After an erasure the whole database and every file are searched for what was hers.

Quella's name, addresses and numbers stand nowhere else in the world; whatever holds one of them
after she was erased, in whatever spelling or coding, is a hole.
"""

import base64
import gzip
import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from customers.actions.asked import ask_by_link, ask_unconfirmed
from customers.actions.customers import create_customer, update_customer
from customers.actions.erasure import erase_customer
from customers.actions.imports import discard
from customers.actions.merge import merge_customers
from customers.actions.notes import change_note, write_note
from customers.actions.requests import open_request
from customers.actions.unmerge import undo_merge
from customers.contact.actions.delivery import record_delivery
from customers.contact.actions.ledger import Said, record_consent
from customers.contact.actions.outbox import Draft, queue_message
from customers.contact.actions.returns import take_mail
from customers.contact.actions.suppression import suppress
from customers.contact.tasks import send_due
from customers.models import (
    Customer,
    CustomField,
    CustomValue,
    ImportProblem,
    Organisation,
    StrayMail,
    Tag,
    Tagging,
    Task,
)
from customers.signup.actions.forms import make_form, publish_form
from customers.signup.actions.sign_up import Filled, sign_up
from customers.tasks import remove_expired_exports
from feedback.actions import file_complaint
from feedback.promises.actions import make_promise
from feedback.promises.outcomes import state_outcome
from relcrm.base.actions import jobs
from relcrm.base.models import Job
from relcrm.base.tasks import run
from relcrm.pages.erasure import waiting_files
from relcrm.pages.privacy.packages import ask_for_package

NAME, EMAIL, OLD = "Quella Zyxmar", "Quella.Zyxmar@Mark.example", "zyxmar.old@mark.example"
PHONE, SPELT = "+43664188877", "0664 / 188 877"
NUMBER = "QZX-4711"
MARKS = ("quella", "zyxmar", "64188877", "4 188 877", "qzx-4711")


def tables() -> dict[str, list[str]]:
    """Every row of every table as text, whether Django knows the table or not."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = ["\n".join(map(text, row)) for row in cursor.fetchall()]
    return found


def text(value: object) -> str:
    raw = bytes(value) if isinstance(value, bytes | memoryview) else None
    return str(value) if raw is None else unpacked(raw)


def unpacked(raw: bytes) -> str:
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            raw = b"\n".join(packed.read(name) for name in packed.namelist())
    return raw.decode("latin-1")


def files(folder: Path) -> dict[str, list[str]]:
    return {
        str(path.relative_to(folder)): [path.name, unpacked(path.read_bytes())]
        for path in folder.rglob("*") if path.is_file()
    }  # fmt: skip


def codings(mark: str) -> set[str]:
    """The mark in base64 wherever in the text it stands, and as hexadecimal digits."""
    found = {mark.encode().hex()}
    for spelling in (mark, mark.title(), mark.upper()):
        for before in range(3):
            whole = base64.b64encode(b" " * before + spelling.encode()).decode().rstrip("=")
            found.add(whole[(0, 2, 3)[before] :][: len(spelling)])
    return found


def holes(*dumps: dict[str, list[str]]) -> dict[str, str]:
    """Where → what was found there."""
    coded = {coding for mark in MARKS for coding in codings(mark)}
    return {
        where: told[:1_000]
        for dump in dumps for where, texts in dump.items() for told in texts
        if any(mark in told.lower() for mark in MARKS) or any(coding in told for coding in coded)
    }  # fmt: skip


def on_the_disk() -> dict[str, list[str]]:
    """SQLite's own files, byte by byte: what was deleted may stand in them still."""
    if connection.vendor != "sqlite":
        return {}
    name = Path(connection.settings_dict["NAME"])
    there = [path for path in name.parent.glob(f"{name.name}*") if path.is_file()]
    return {path.name: [path.read_bytes().decode("latin-1")] for path in there}


def work(*kinds: str) -> None:
    """Jobs of these kinds are worked off, others put aside."""
    Job.objects.exclude(kind__in=kinds).update(state=Job.State.DONE)
    while job := jobs.claim(timezone.now()):
        run(job)


@pytest.fixture
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT, settings.BOUNCE_ADDRESS = tmp_path, "bounces@shop.example"
    return tmp_path


PEOPLE = f"""name;email;phone;number;birth;city
{NAME};{EMAIL};{SPELT};{NUMBER};1.2.1980;Zyxmartown
Bo Lind;bo@example.com;;B1;2.2.1980;Graz
Bad One;"{NAME} <{EMAIL}>";;B2;2.2.1980;Graz
Bad Two;"{SPELT}";;B3;2.2.1980;Graz
Bad Three;"{PHONE}";;B4;2.2.1980;Graz
Bad Four;"{NUMBER}";;B5;2.2.1980;Graz
"""
SALES = f"customer,date,amount\n{NUMBER},{NAME},5\n"


def send(client, name: str, content: str, **more):
    file = SimpleUploadedFile(name, content.encode())
    return client.post("/api/v1/imports", {"file": file, **more}, format="multipart")


def by_file(client) -> Customer:
    """One file is taken in but for some rows, one as a whole is no use."""
    send(client, "zyxmar.csv", PEOPLE, kind="customers", then="take")
    work("import")
    send(client, "sales.csv", SALES, kind="purchases", then="take")
    work("import")
    assert ImportProblem.objects.count() == 4
    assert NAME in Job.objects.get(state="failed").error
    return Customer.objects.get(name=NAME)


def by_program(client, quella: Customer, now) -> None:
    """First answers are kept, keys of calls as programs make them up, refusals too."""
    people = client.post("/api/v1/segments", {"name": "Some"}).json()["id"]
    visit = {
        "kind": "visit", "occurred_at": "2026-01-01T10:00:00Z", "source": "web",
        "source_id": "zyxmar-1", "email": EMAIL, "properties": {"page": "/zyxmar"},
    }  # fmt: skip
    calls = [
        ("post", "customers", {"name": NAME, "email": EMAIL}, 409),
        ("patch", f"customers/{quella.pk}", {"occupation": "Zyxmarist", "email": OLD}, 200),
        ("post", "interactions", visit, 201),
        ("post", "interactions/bulk", {"interactions": [visit | {"source_id": "zyxmar-2"}]}, 200),
        ("post", "interactions", visit | {"kind": f"{NAME} fell"}, 400),
        ("post", f"segments/{people}/people", {"people": [EMAIL.upper(), SPELT, NUMBER]}, 200),
        (
            "post",
            "privacy/requests",
            {"kind": "access", "contact": EMAIL, "words": NAME, "customer": quella.pk},
            201,
        ),
    ]
    for at, (method, path, body, status) in enumerate(calls):
        key = {"HTTP_IDEMPOTENCY_KEY": f"{at}-{EMAIL}"}
        answer = getattr(client, method)(f"/api/v1/{path}", body, **key)
        assert answer.status_code == status, answer.content
    for more in ({"asked_by": NAME, "contact": EMAIL, "words": NAME}, {"contact": SPELT}):
        open_request("portability", customer=None, by=None, now=now, **more)


def as_lists(client) -> None:
    """One file is written, one could not be, one waits for the worker."""
    asked = {"kind": "customers", "list": {"q": "zyxmar"}}
    failed = client.post("/api/v1/exports", asked).json()["job"]
    Job.objects.filter(pk=failed).update(state=Job.State.FAILED)
    client.post("/api/v1/exports", asked)
    work("export")
    client.post("/api/v1/exports", asked)


def by_mail(quella: Customer, mara, now) -> None:
    """Written to, bounced, suppressed, signed up, asking, and in mails nobody understood."""
    form = make_form(name="Spring", title="News", by=mara, now=now)
    publish_form(form, by=mara, now=now)
    sign_up(form, Filled(EMAIL, {"name": NAME}, [], "page"), by=None, now=now)
    ask_unconfirmed(text=f"{NAME} asks", email=EMAIL, name=NAME, topic="", now=now)
    ask_by_link(quella, text=f"{NAME} asks", topic="", now=now)
    draft = Draft("email", "service", f"Dear {NAME}", "x", "test", subject="Zyxmar")
    message = queue_message(quella, draft, by=None, now=now)
    send_due()
    record_delivery(message, "bounced", detail=f"550 {EMAIL} unknown", now=now)
    suppress(OLD, channel="email", cause="bounced", source="zyx", detail=OLD, by=None, now=now)
    said = Said("marketing", "email", "form", proof={"address": EMAIL})
    record_consent(quella, said, by=None, now=now)
    word = base64.b64encode(EMAIL.encode()).decode()
    for head, body in (
        ("Subject: a", EMAIL),
        ("Content-Transfer-Encoding: base64", base64.encodebytes(f"To {EMAIL}".encode()).decode()),
        ("Content-Transfer-Encoding: quoted-printable", EMAIL.replace("@", "=40=\n")),
        (f"Subject: =?utf-8?b?{word}?=", "hello"),
        (f"Subject: =?utf-8?q?{EMAIL.replace('@', '=40')}?=", "hello"),
    ):  # fmt: skip
        take_mail(f"From: a@b.example\n{head}\n\n{body}\n".encode(), now=now)
    assert StrayMail.objects.count() == 5


def by_colleagues(quella: Customer, sam, now) -> None:
    note = write_note(quella, NAME, by=sam, now=now)
    change_note(note, f"{NAME}!", by=sam, now=now)
    file_complaint(quella, subject=NAME, text=NAME, severity=1, by=sam, now=now)
    size = CustomField.objects.create(key="size", label="Size", kind="text")
    CustomValue.objects.create(customer=quella, field=size, text=NAME)
    Tagging.objects.create(customer=quella, tag=Tag.objects.create(name="VIP"), tagged_at=now)
    Task.objects.create(customer=quella, what=NAME, due_on=now.date(), owner=sam)
    promise = make_promise(name="In time", words="In three days.", by=sam, now=now)
    state_outcome(promise, quella, is_kept=False, occurred_at=now, source="by hand",
                  source_id="zyxmar", reason=NAME, by=sam, now=now)  # fmt: skip
    household = Organisation.objects.create(name="Household Zyxmar")
    update_customer(quella, organisation=household, by=sam, now=now)
    for number in (1, 2):
        told = {"name": f"Quella M. {number}", "email": f"q{number}.zyxmar@mark.example"}
        merge_customers(quella, create_customer(**told, by=sam, now=now), by=sam, now=now)
    undo_merge(quella.merges.first(), by=sam, now=now)


@pytest.mark.django_db(transaction=True)
def test_nothing_of_her_is_left_in_any_table_or_file(company, all_, pia, sam, mara, uploads):
    """What is left is the file that nobody took in, which the page names that asks."""
    now = timezone.now()
    quella = by_file(all_)
    by_program(all_, quella, now)
    by_mail(quella, mara, now)
    by_colleagues(quella, sam, now)
    as_lists(all_)
    ask_for_package(quella, by=pia, now=now)
    work("package")
    assert len(holes(tables())) > 20
    for customer in Customer.objects.filter(name__startswith="Quella"):
        erase_customer(customer, by=pia, now=now)
    work("export")  # what waited while she was erased
    remove_expired_exports()
    (waiting,) = waiting_files()
    assert holes(tables(), files(uploads), on_the_disk()).keys() == {waiting.path}
    discard(waiting, by=pia)
    assert holes(files(uploads)) == {}
