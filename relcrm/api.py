"""Every address of the REST API, version 1."""

from django.urls import path

from customers.api.customers import Customers, Identities
from customers.api.interactions import Interactions
from feedback.api import Complaints
from relcrm.base.api import Jobs
from relcrm.base.rest.schema import Document

app_name = "api"
ALL = {"get": "list"}
NEW = ALL | {"post": "create"}
ONE = {"get": "retrieve"}

urlpatterns = [
    path("customers", Customers.as_view(NEW), name="customers"),
    path("customers/<int:pk>", Customers.as_view(ONE | {"patch": "partial_update"})),
    path("customers/<int:pk>/identities", Identities.as_view(ALL)),
    path("interactions", Interactions.as_view(NEW), name="interactions"),
    path("interactions/bulk", Interactions.as_view({"post": "bulk"})),
    path("interactions/<int:pk>", Interactions.as_view(ONE)),
    path("complaints", Complaints.as_view(NEW), name="complaints"),
    path("complaints/<int:pk>", Complaints.as_view(ONE)),
    path("complaints/<int:pk>/acknowledge", Complaints.as_view({"post": "acknowledge"})),
    path("complaints/<int:pk>/assign", Complaints.as_view({"post": "assign"})),
    path("complaints/<int:pk>/resolve", Complaints.as_view({"post": "resolve"})),
    path("jobs", Jobs.as_view(NEW), name="jobs"),
    path("jobs/<int:pk>", Jobs.as_view(ONE)),
    path("jobs/<int:pk>/cancel", Jobs.as_view({"post": "cancel"})),
    path("jobs/<int:pk>/run-again", Jobs.as_view({"post": "run_again"})),
    path("openapi.json", Document.as_view(), name="document"),
]
