"""The document holds: schemathesis calls every operation with what it allows and forbids."""

import itertools
import json
from datetime import UTC, datetime
from zoneinfo import available_timezones

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils.timezone import now
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.config import (
    ChecksConfig,
    CoveragePhaseConfig,
    GenerationConfig,
    PhasesConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)
from schemathesis.config._checks import PositiveDataAcceptanceConfig
from schemathesis.specs.openapi.checks import ignored_auth

from customers.actions.contacts import add_contact
from customers.actions.custom import define_field
from customers.actions.merge import merge_customers
from customers.actions.notes import write_note
from customers.actions.organisations import join_organisation
from customers.actions.tags import tag_customers
from customers.api.segment_shapes import RULE
from customers.contact.actions.outbox import Draft, queue_message
from customers.models import (
    Customer,
    CustomField,
    Duplicate,
    Export,
    Import,
    Interaction,
    Merge,
    Message,
    Modifier,
    Organisation,
    OwnedProduct,
    PointOfContact,
    Product,
    Question,
    Segment,
    SensitiveCategory,
    SignUpForm,
    SubjectRequest,
    Tag,
    Task,
)
from feedback.actions import file_complaint
from feedback.models import Complaint, Promise
from feedback.promises.actions import make_promise
from relationships.actions.specifying import bring_edition
from relationships.engine.typology.specification import shipped_document
from relationships.models import Edition, FittedModel, Offer, Persona
from relcrm.base.actions import jobs
from relcrm.base.actions.webhooks import Listening, add_webhook, try_webhook
from relcrm.base.models import ApiKey, Job, Webhook
from relcrm.base.rest.once import PRINTABLE
from relcrm.base.rest.schema import document
from relcrm.base.rest.throttle import CallerThrottle
from tests.conftest import NOW, TODAY
from tests.keys import make_key

# What each address says of its data is the same on every database; their own tests run on both.
pytestmark = pytest.mark.one_database
ACCEPTED = PositiveDataAcceptanceConfig().expected_statuses
ZONES = sorted(available_timezones())
SPAN = {"min_value": datetime(1990, 1, 1), "max_value": datetime(2026, 3, 1)}

# Texts whose form the document names but JSON Schema cannot say.
schemathesis.openapi.format("iana-zone", st.sampled_from(["", *ZONES]))
schemathesis.openapi.format(
    "date-time", st.datetimes(**SPAN, timezones=st.just(UTC)).map(datetime.isoformat)
)


@pytest.fixture
def kept_connection():
    """The real WSGI application would close the connection in which the test's world lives."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def every_scope(ada, bo, cyd, dan, sam, root, judged, kept_connection, monkeypatch):
    """The header of a key of the admin with every scope, over the cast's data."""
    monkeypatch.setattr(CallerThrottle, "get_rate", lambda self: None)
    file_complaint(dan, subject="Soaked shoes", by=sam, now=NOW)
    make_promise(name="In time", words="In three days.", by=root, now=NOW)
    bring_edition(shipped_document() | {"shown_probability": 0.5}, note="A draft", by=root, now=NOW)
    hook = Listening("Shop", "https://example.com/hear", ["customer.merged"])
    try_webhook(add_webhook(hook, by=root, now=NOW), by=root, now=NOW)
    Segment.objects.create(name="All", rule=RULE, created_at=NOW, changed_at=NOW)
    Segment.objects.create(name="VIPs", kind="static", created_at=NOW, changed_at=NOW)
    SignUpForm.objects.create(
        slug="news", name="News", title="News", state="published", created_at=NOW, changed_at=NOW
    )
    Duplicate.objects.create(first=ada, second=cyd, score=0.9, found_at=NOW)
    twin = Customer.objects.create(name="Bo Lindt")
    merge_customers(bo, twin, by=root, now=now())
    jobs.ask_for("score", "Score everyone", by=root)
    queue_message(
        bo,
        Draft(
            channel="email",
            purpose="service",
            subject="Thanks",
            text="For coming.",
            dedupe_key="schema",
            origin="test",
        ),
        by=root,
        now=NOW,
    )
    write_note(ada, "Prefers mornings", by=root, now=now())
    Offer.objects.create(mix={"friend": 100.0}, changed_at=NOW)
    define_field(key="shoe_size", label="Shoe size", kind="number", by=root)
    tag_customers([ada.pk, bo.pk], "Hiker", by=root, now=NOW)
    add_contact(bo, sam, role="knows him", by=root)
    join_organisation(ada, Organisation.objects.create(name="Club"), by=root, now=NOW)
    shoe = Product.objects.create(sku="R3", expected_life_weeks=104)
    OwnedProduct.objects.create(customer=ada, product=shoe, since_on=TODAY)
    Import.objects.create(file_name="sales.csv", created_by=root)
    Export.objects.create(kind="customers", title="Customer list", created_by=root)
    _, secret = make_key(root, *ApiKey.SCOPES)
    return {"Authorization": f"Bearer {secret}"}


def from_document():
    config = SchemathesisConfig(
        seed=1,
        projects=ProjectsConfig(
            default=ProjectConfig(
                generation=GenerationConfig(deterministic=True, no_shrink=True, allow_x00=False),
                phases=PhasesConfig(coverage=CoveragePhaseConfig(enabled=True)),
                checks=ChecksConfig.from_dict(
                    # A generated If-Match is nobody's version.
                    {"positive_data_acceptance": {"expected-statuses": [*ACCEPTED, "412"]}}
                ),
            )
        ),
    )
    found = schemathesis.openapi.from_dict(json.loads(json.dumps(document())), config=config)
    found.app = get_wsgi_application()
    return found


def as_a_caller_would(case):
    """What no document can say: keys are new, cursors ours, some numbers those of real rows."""
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and PRINTABLE.fullmatch(key):
        case.headers["Idempotency-Key"] = f"{key[:200]}-{next(NUMBERS)}"
    query = case.query or {}
    if case.meta.generation.mode == GenerationMode.POSITIVE:
        query.pop("cursor", None)
        query.pop("brand", None)  # which brands there are is each company's business
        if isinstance(case.body, dict):
            if "rule" in case.body:
                case.body["rule"] = RULE  # its language has a schema of its own
            if case.operation.path.endswith("/imports"):  # JSON within a text of a form
                case.body.pop("mapping", None)
                case.body.pop("options", None)
            if case.operation.path.endswith("/sign-ups"):  # what is asked is each form's business
                case.body.pop("answers", None)
                case.body.pop("agreed", None)
                case.body["email"] = "eva@example.com"
            case.body.pop("custom", None)  # which fields there are is each company's business
        if case.operation.path.endswith("/customers") and query:
            for name in ("custom", "custom_is", "custom_from", "custom_to"):
                query.pop(name, None)
        if query.keys() & PERIOD and not query.keys() & {"customer", "kind"}:
            query["kind"] = "purchase"
        for least, most in RANGES:
            if least in query:
                query.pop(most, None)
    path = case.path_parameters or {}
    name = "customer" if "customer" in path else "id"
    number = path.get(name)
    if isinstance(number, int) and number % 2 == 0:
        model = MODELS[case.operation.path.split("/")[3]]
        known = model.objects.order_by("pk").values_list("pk", flat=True)[:5]
        if known:  # of some there is none to begin with
            path[name] = known[number // 2 % len(known)]


PERIOD = {"occurred_from", "occurred_to"}
RANGES = [
    ("value_least", "value_most"),
    ("alive_least", "alive_most"),
    ("last_order_from", "last_order_to"),
]
NUMBERS = itertools.count()
MODELS = {
    "customers": Customer, "interactions": Interaction, "complaints": Complaint, "jobs": Job,
    "duplicates": Duplicate, "merges": Merge, "messages": Message, "personae": Persona,
    "promises": Promise, "segments": Segment, "tasks": Task, "questions": Question,
    "imports": Import, "exports": Export, "privacy": SubjectRequest, "tags": Tag,
    "organisations": Organisation, "contacts": PointOfContact, "owned": OwnedProduct,
    "signup-forms": SignUpForm, "notes": Interaction, "custom-fields": CustomField,
    "modifiers": Modifier, "sensitive-goods": SensitiveCategory,
    "webhooks": Webhook, "offers": Offer, "specifications": Edition,
    "forecast": FittedModel,
}  # fmt: skip
schema = from_document()


@schema.parametrize()
@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_does_what_the_document_says(case, every_scope):
    """That none answers without a key, or with a wrong one, is asked once of each in test_doors.py
    and not again behind every case."""
    as_a_caller_would(case)
    case.call_and_validate(headers=every_scope, excluded_checks=[ignored_auth])
