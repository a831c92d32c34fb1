"""Every address of the REST API, version 1."""

from django.urls import path

from campaigns.api import Members, Targeting
from customers.api.around import Contacts, Owned
from customers.api.customers import Customers, Identities
from customers.api.exports import Card, ExportFile, Exports
from customers.api.imports import ImportProblems, Imports, ImportSteps
from customers.api.interactions import Interactions
from customers.api.merges import Duplicates, Merges
from customers.api.modifiers import Modifiers
from customers.api.notes import Notes
from customers.api.organisations import OrganisationMembers, Organisations
from customers.api.requests import Requests
from customers.api.retention import Retention
from customers.api.segments import Members as SegmentMembers
from customers.api.segments import Reasons, Rules, Segments
from customers.api.sensitive import SensitiveGoods
from customers.api.timeline import CustomerTimeline
from customers.api.vocabulary import CustomFields, Tags
from customers.api.work import Questions, Tasks
from customers.contact.api import Consents, Messages, Verdicts
from customers.signup.api import SignUpForms
from feedback.api import Complaints
from feedback.promises.api import Outcomes, Promises
from relationships.api.data_richness import DataRichness
from relationships.api.explanations import Explanations
from relationships.api.forecasts import Forecasts
from relationships.api.gaps import GapOf, Gaps, Offers
from relationships.api.history import Movements, Snapshots
from relationships.api.labels import SetLabels
from relationships.api.losing import LosingOnes
from relationships.api.model_cards import ModelCard
from relationships.api.playbook import Personae, Types
from relationships.api.profiles import Changes, Profiles
from relationships.api.specifications import Specifications
from relationships.api.value_whole import PortfolioValue, ValueHistory
from relationships.api.values import ValueOf
from relationships.api.whole import Overview, StartableJobs
from relcrm.base.breach_api import Breaches
from relcrm.base.cost_api import Costs
from relcrm.base.rest.schema import Document, Index
from relcrm.base.webhook_api import Deliveries, Webhooks
from relcrm.pages.views.reference import api_reference

app_name = "api"
ALL = {"get": "list"}
NEW = ALL | {"post": "create"}
ONE = {"get": "retrieve"}
EDIT = {"patch": "partial_update"}
GO = {"delete": "destroy"}

urlpatterns = [
    path("customers", Customers.as_view(NEW), name="customers"),
    path("customers/<int:pk>", Customers.as_view(ONE | EDIT)),
    path("customers/<int:pk>/contacts", Contacts.as_view(NEW)),
    path("contacts/<int:pk>", Contacts.as_view(GO)),
    path("customers/<int:pk>/owned", Owned.as_view(NEW)),
    path("owned/<int:pk>/gone", Owned.as_view({"post": "gone"})),
    path("customers/<int:pk>/modifiers", Modifiers.as_view(NEW)),
    path("modifiers/<int:pk>", Modifiers.as_view(GO)),
    path("customers/<int:pk>/notes", Notes.as_view(NEW)),
    path("notes/<int:pk>", Notes.as_view(ONE | EDIT | GO)),
    path("notes/<int:pk>/put-back", Notes.as_view({"post": "put_back"})),
    path("customers/<int:pk>/timeline", CustomerTimeline.as_view(ALL)),
    path("customers/<int:pk>/identities", Identities.as_view(ALL)),
    path("customers/<int:pk>/merge", Merges.as_view({"post": "create"})),
    path("duplicates", Duplicates.as_view(ALL), name="duplicates"),
    path("duplicates/find", Duplicates.as_view({"post": "find"})),
    path("duplicates/<int:pk>", Duplicates.as_view(ONE)),
    path("duplicates/<int:pk>/dismiss", Duplicates.as_view({"post": "dismiss"})),
    path("duplicates/<int:pk>/postpone", Duplicates.as_view({"post": "postpone"})),
    path("duplicates/<int:pk>/reopen", Duplicates.as_view({"post": "reopen"})),
    path("merges", Merges.as_view(ALL), name="merges"),
    path("merges/<int:pk>", Merges.as_view(ONE)),
    path("merges/<int:pk>/undo", Merges.as_view({"post": "undo"})),
    path("organisations", Organisations.as_view(NEW), name="organisations"),
    path("organisations/<int:pk>", Organisations.as_view(ONE | EDIT)),
    path("organisations/<int:pk>/members", OrganisationMembers.as_view(NEW)),
    path("organisations/<int:pk>/members/<int:customer>", OrganisationMembers.as_view(GO)),
    path("tasks", Tasks.as_view(NEW), name="tasks"),
    path("tasks/<int:pk>", Tasks.as_view(ONE | EDIT)),
    path("tasks/<int:pk>/done", Tasks.as_view({"post": "done"})),
    path("tasks/<int:pk>/reopen", Tasks.as_view({"post": "reopen"})),
    path("questions", Questions.as_view(NEW), name="questions"),
    path("questions/<int:pk>", Questions.as_view(ONE)),
    path("questions/<int:pk>/hand", Questions.as_view({"post": "hand"})),
    path("questions/<int:pk>/answer", Questions.as_view({"post": "answer"})),
    path("custom-fields", CustomFields.as_view(NEW), name="custom_fields"),
    path("custom-fields/<int:pk>", CustomFields.as_view(ONE | EDIT)),
    path("custom-fields/<int:pk>/retire", CustomFields.as_view({"post": "retire"})),
    path("custom-fields/<int:pk>/bring-back", CustomFields.as_view({"post": "bring_back"})),
    path("sensitive-goods", SensitiveGoods.as_view(NEW), name="sensitive_goods"),
    path("sensitive-goods/<int:pk>", SensitiveGoods.as_view(ONE | GO)),
    path("tags", Tags.as_view(NEW), name="tags"),
    path("tags/<int:pk>", Tags.as_view(ONE | EDIT | GO)),
    path("tags/<int:pk>/put-on", Tags.as_view({"post": "put_on"})),
    path("tags/<int:pk>/take-off", Tags.as_view({"post": "take_off"})),
    path("customers/<int:pk>/consents", Consents.as_view(NEW)),
    path("customers/<int:pk>/may-contact", Verdicts.as_view(ONE)),
    path("messages", Messages.as_view(NEW), name="messages"),
    path("messages/<int:pk>", Messages.as_view(ONE)),
    path("messages/<int:pk>/cancel", Messages.as_view({"post": "cancel"})),
    path("messages/<int:pk>/retry", Messages.as_view({"post": "retry"})),
    path("interactions", Interactions.as_view(NEW), name="interactions"),
    path("interactions/bulk", Interactions.as_view({"post": "bulk"})),
    path("interactions/<int:pk>", Interactions.as_view(ONE)),
    path("customers/<int:pk>/profile", Profiles.as_view(ONE)),
    path("customers/<int:pk>/profile/explanation", Explanations.as_view(ONE)),
    path("customers/<int:pk>/profile/history", Changes.as_view(ALL)),
    path("customers/<int:pk>/profile/value", ValueOf.as_view(ONE)),
    path("customers/<int:pk>/profile/value/history", ValueHistory.as_view(ALL)),
    path("value", PortfolioValue.as_view(ONE)),
    path("losing", LosingOnes.as_view(ALL), name="losing"),
    path("costs", Costs.as_view(ONE | EDIT)),
    path("customers/<int:pk>/profile/gap", GapOf.as_view(ONE)),
    path(
        "customers/<int:pk>/profile/label",
        SetLabels.as_view(ONE | GO | {"post": "create"}),
    ),
    path("specifications", Specifications.as_view(NEW), name="specifications"),
    path("specifications/live", Specifications.as_view({"get": "live"})),
    path("specifications/<int:pk>", Specifications.as_view(ONE)),
    path("specifications/<int:pk>/try", Specifications.as_view({"post": "attempt"})),
    path("specifications/<int:pk>/live", Specifications.as_view({"post": "take_live"})),
    path("forecast", Forecasts.as_view({"get": "live"})),
    path("forecast/back", Forecasts.as_view({"post": "back"})),
    path("forecast/versions", Forecasts.as_view(ALL)),
    path("forecast/versions/<int:pk>", Forecasts.as_view(ONE)),
    path("forecast/versions/<int:pk>/use", Forecasts.as_view({"post": "use"})),
    path("gaps", Gaps.as_view(ONE)),
    path("offers", Offers.as_view(NEW), name="offers"),
    path("offers/<int:pk>", Offers.as_view(GO)),
    path("customers/<int:pk>/profile/snapshots", Snapshots.as_view(ALL)),
    path("transitions", Movements.as_view(ONE | {"post": "create"})),
    path("profiles", Profiles.as_view(ALL), name="profiles"),
    path("types", Types.as_view(ALL)),
    path("types/<str:code>", Types.as_view(ONE)),
    path("personae", Personae.as_view(ALL)),
    path("personae/<int:pk>", Personae.as_view(ONE)),
    path("overview", Overview.as_view(ONE)),
    path("data-richness", DataRichness.as_view(ONE)),
    path("model-card", ModelCard.as_view(ONE)),
    path("segments", Segments.as_view(NEW), name="segments"),
    path("segments/schema", Rules.as_view({"get": "schema_of_rules"})),
    path("segments/count", Rules.as_view({"post": "count"})),
    path(
        "segments/<int:pk>",
        Segments.as_view(ONE | {"patch": "partial_update", "delete": "destroy"}),
    ),
    path("segments/<int:pk>/bring-back", Segments.as_view({"post": "bring_back"})),
    path("segments/<int:pk>/count", Segments.as_view({"get": "count"})),
    path("segments/<int:pk>/people", Segments.as_view({"post": "fill"})),
    path("segments/<int:pk>/customers", SegmentMembers.as_view(ALL)),
    path("segments/<int:pk>/customers/<int:customer>", Reasons.as_view(ONE)),
    path("signup-forms", SignUpForms.as_view(ALL), name="signup_forms"),
    path("signup-forms/<int:pk>", SignUpForms.as_view(ONE)),
    path("signup-forms/<int:pk>/sign-ups", SignUpForms.as_view({"post": "create"})),
    path("targeting", Targeting.as_view(ONE)),
    path("targeting/customers", Members.as_view(ALL)),
    path("complaints", Complaints.as_view(NEW), name="complaints"),
    path("complaints/<int:pk>", Complaints.as_view(ONE)),
    path("complaints/<int:pk>/acknowledge", Complaints.as_view({"post": "acknowledge"})),
    path("complaints/<int:pk>/assign", Complaints.as_view({"post": "assign"})),
    path("complaints/<int:pk>/resolve", Complaints.as_view({"post": "resolve"})),
    path("promises", Promises.as_view(NEW), name="promises"),
    path("promises/<int:pk>", Promises.as_view(ONE | {"patch": "partial_update"})),
    path("promises/<int:pk>/retire", Promises.as_view({"post": "retire"})),
    path("promises/<int:pk>/outcomes", Outcomes.as_view(NEW), name="outcomes"),
    path("privacy/requests", Requests.as_view(NEW), name="requests"),
    path("privacy/requests/<int:pk>", Requests.as_view(ONE)),
    path("privacy/retention", Retention.as_view(ONE)),
    path("privacy/breaches", Breaches.as_view(ALL), name="breaches"),
    path("privacy/breaches/<int:pk>", Breaches.as_view(ONE)),
    path("privacy/breaches/<int:pk>/exposed", Breaches.as_view({"get": "exposed"})),
    path("imports", Imports.as_view(NEW), name="imports"),
    path("imports/<int:pk>", Imports.as_view(ONE)),
    path("imports/<int:pk>/problems", ImportProblems.as_view(ALL)),
    path("imports/<int:pk>/columns", ImportSteps.as_view({"post": "columns_named"})),
    path("imports/<int:pk>/check", ImportSteps.as_view({"post": "check"})),
    path("imports/<int:pk>/take", ImportSteps.as_view({"post": "take"})),
    path("imports/<int:pk>/undo", ImportSteps.as_view({"post": "undo"})),
    path("exports", Exports.as_view(NEW), name="exports"),
    path("exports/<int:pk>", Exports.as_view(ONE)),
    path("exports/<int:pk>/file", ExportFile.as_view(ONE)),
    path("customers/<int:pk>/card", Card.as_view(ONE)),
    path("jobs", StartableJobs.as_view(NEW), name="jobs"),
    path("jobs/<int:pk>", StartableJobs.as_view(ONE)),
    path("jobs/<int:pk>/cancel", StartableJobs.as_view({"post": "cancel"})),
    path("jobs/<int:pk>/run-again", StartableJobs.as_view({"post": "run_again"})),
    path("", Index.as_view(), name="index"),
    path("webhooks", Webhooks.as_view(NEW), name="webhooks"),
    path("webhooks/<int:pk>", Webhooks.as_view(ONE | EDIT | GO)),
    path("webhooks/<int:pk>/try", Webhooks.as_view({"post": "try_it"})),
    path("webhooks/<int:pk>/deliveries", Deliveries.as_view(ALL)),
    path(
        "webhooks/<int:pk>/deliveries/<int:delivery>/again", Deliveries.as_view({"post": "again"})
    ),
    path("openapi.json", Document.as_view(), name="document"),
    path("docs/", api_reference, name="docs"),
]
