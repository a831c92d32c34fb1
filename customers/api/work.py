"""Tasks and questions over REST: given, done, opened again, asked, answered."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now as clock
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from customers.actions import questions, work
from customers.models import Customer, Question, Task
from customers.queries.work import questions_visible_to, tasks_visible_to
from relcrm.base.models import ApiKey, User
from relcrm.base.rest import Listing, Resource, once_per_key, operation, page_of
from relcrm.base.rest.describe import Nothing
from relcrm.lib.rest.errors import Contradiction
from relcrm.lib.rest.fields import Body, Choice, Text
from relcrm.lib.rest.keyset import Order, day, instant, whole

STATES = [("open", "open"), ("done", "done")]


class TaskOut(serializers.Serializer):
    """Something to do by a day. The words are null for callers who may not see people."""

    id = serializers.IntegerField()
    customer = serializers.IntegerField(allow_null=True, source="customer_id")
    what = serializers.CharField(allow_null=True)
    due_on = serializers.DateField()
    owner = serializers.IntegerField(allow_null=True, source="owner_id")
    done_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()

    example: dict[str, Any] = {
        "id": 12, "customer": 17, "what": "Call her about the new boots", "due_on": "2026-03-05",
        "owner": 2, "done_at": None, "created_at": "2026-03-02T09:00:00Z",
    }  # fmt: skip


class TaskIn(Body):
    customer = serializers.IntegerField(min_value=1)
    what = Text(200, required=True)
    due_on = serializers.DateField()
    owner = serializers.IntegerField(
        min_value=1, required=False, allow_null=True, help_text="Anybody, when left out."
    )

    example: dict[str, Any] = {"customer": 17, "what": "Call her", "due_on": "2026-03-05"}


class TaskQuery(Listing):
    customer = serializers.IntegerField(min_value=1, required=False)
    owner = serializers.IntegerField(min_value=1, required=False)
    state = Choice(STATES, required=False)


def _customer(of: Resource, number: int) -> Customer:
    rows = Customer.objects.visible_to(of.request.user)
    if (customer := rows.filter(pk=number).first()) is None:
        raise Contradiction({"customer": "We know no such customer; use one of ours."})
    return customer


def _colleague(number: int | None, name: str) -> User | None:
    if number is None:
        return None
    if (found := User.objects.filter(is_active=True, pk=number).first()) is None:
        raise Contradiction({name: "There is no such colleague."})
    return found


class Tasks(Resource):
    queryset = Task.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = {"GET": "customers:read", "POST": "customers:write"}
    serializer_class = TaskOut
    query = TaskQuery
    orders: ClassVar = {"due_on": Order((("due_on", day), ("id", whole)))}

    def rows(self) -> QuerySet[Task]:
        return tasks_visible_to(self.request.user)

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        row["customer"], row["owner"] = row["customer_id"], row["owner_id"]
        row["what"] = row["what"] if self.sees("people:read") else None
        return {name: row[name] for name in TaskOut._declared_fields}

    @operation("List tasks", gives=page_of(TaskOut), query=TaskQuery)
    def list(self, request: Request) -> Response:
        """Those due first come first."""
        asked = self.asked(TaskQuery)
        exact = {"customer": "customer_id", "owner": "owner_id"}
        rows = self.rows().filter(**{to: asked[n] for n, to in exact.items() if n in asked})
        if "state" in asked:
            rows = rows.filter(done_at__isnull=asked["state"] == "open")
        return self.page(rows, asked, self.order(asked))

    @operation("Add a task", takes=TaskIn, gives=TaskOut, status=201)
    @once_per_key
    def create(self, request: Request) -> Response:
        """The owner must work with customers and may see this one."""
        told = self.told(TaskIn)
        customer = _customer(self, told["customer"])
        owner = _colleague(told.get("owner"), "owner")
        task = work.add_task(customer, what=told["what"], due_on=told["due_on"], owner=owner,
                             by=self.by)  # fmt: skip
        return self.answer_one(self.one(self.rows(), pk=task.pk), status=201)

    @operation("Do a task", takes=Nothing, gives=TaskOut, one=True)
    @once_per_key
    def done(self, request: Request, pk: int) -> Response:
        """It stands on the customer's timeline from now on."""
        self.told(Nothing)
        work.finish_task(get_object_or_404(self.rows(), pk=pk), by=self.by, now=clock())
        return self.answer_one(self.one(self.rows(), pk=pk))

    @operation("Open a task again", takes=Nothing, gives=TaskOut, one=True)
    @once_per_key
    def reopen(self, request: Request, pk: int) -> Response:
        """It was not done after all."""
        self.told(Nothing)
        work.reopen_task(get_object_or_404(self.rows(), pk=pk), by=self.by, now=clock())
        return self.answer_one(self.one(self.rows(), pk=pk))


class QuestionOut(serializers.Serializer):
    """A question around a customer. Its words are null for callers who may not see people."""

    id = serializers.IntegerField()
    customer = serializers.IntegerField(source="customer_id")
    topic = serializers.CharField(allow_null=True)
    text = serializers.CharField(allow_null=True)
    asked_by = serializers.IntegerField(
        allow_null=True, source="asked_by_id", help_text="A colleague; null: the customer."
    )
    expert = serializers.IntegerField(allow_null=True, source="expert_id")
    asked_at = serializers.DateTimeField()
    answer = serializers.CharField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)

    PERSONAL = ("topic", "text", "answer")
    example: dict[str, Any] = {
        "id": 5, "customer": 17, "topic": "boots", "text": "Can the soles be replaced?",
        "asked_by": 2, "expert": 4, "asked_at": "2026-03-01T17:20:00Z", "answer": "",
        "answered_at": None,
    }  # fmt: skip


class QuestionIn(Body):
    customer = serializers.IntegerField(min_value=1)
    text = Text(4_000, required=True)
    topic = Text(60, required=False)
    expert = serializers.IntegerField(
        min_value=1, required=False, allow_null=True,
        help_text="A colleague; an expert who is asked will see this customer.",
    )  # fmt: skip

    example: dict[str, Any] = {"customer": 17, "text": "Can the soles be replaced?", "expert": 4}


class AnswerIn(Body):
    answer = Text(8_000, required=True)

    example: dict[str, Any] = {"answer": "Yes, twice."}


class QuestionQuery(Listing):
    customer = serializers.IntegerField(min_value=1, required=False)
    expert = serializers.IntegerField(min_value=1, required=False)
    state = Choice([("open", "open"), ("answered", "answered")], required=False)


class Questions(Resource):
    queryset = Question.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = {"GET": "customers:read", "POST": "customers:write"}
    serializer_class = QuestionOut
    query = QuestionQuery
    orders: ClassVar = {"asked_at": Order((("asked_at", instant), ("id", whole)))}

    def rows(self) -> QuerySet[Question]:
        return questions_visible_to(self.request.user)

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        row |= {name: row[f"{name}_id"] for name in ("customer", "asked_by", "expert")}
        if not self.sees("people:read"):
            row |= dict.fromkeys(QuestionOut.PERSONAL)
        return {name: row[name] for name in QuestionOut._declared_fields}

    @operation("List questions", gives=page_of(QuestionOut), query=QuestionQuery)
    def list(self, request: Request) -> Response:
        """Who has waited longest comes first."""
        asked = self.asked(QuestionQuery)
        exact = {"customer": "customer_id", "expert": "expert_id"}
        rows = self.rows().filter(**{to: asked[n] for n, to in exact.items() if n in asked})
        if "state" in asked:
            rows = rows.filter(answered_at__isnull=asked["state"] == "open")
        return self.page(rows, asked, self.order(asked))

    @operation("Ask a question", takes=QuestionIn, gives=QuestionOut, status=201)
    @once_per_key
    def create(self, request: Request) -> Response:
        """It waits with the expert, or for anybody, until it is answered."""
        told = self.told(QuestionIn)
        question = questions.ask_expert(
            _customer(self, told["customer"]), text=told["text"], topic=told.get("topic", ""),
            expert=_colleague(told.get("expert"), "expert"), by=self.by, now=clock(),
        )  # fmt: skip
        return self.answer_one(self.one(self.rows(), pk=question.pk), status=201)

    @operation("Answer a question", takes=AnswerIn, gives=QuestionOut, one=True)
    @once_per_key
    def answer(self, request: Request, pk: int) -> Response:
        """Under the name of who is signed in, or of the key's maker; a customer's own question
        is answered by e-mail."""
        question = get_object_or_404(self.rows(), pk=pk)
        by = self.by.created_by if isinstance(self.by, ApiKey) else self.by
        if not isinstance(by, User):
            raise PermissionDenied
        questions.answer_question(question, self.told(AnswerIn)["answer"], by=by, now=clock())
        return self.answer_one(self.one(self.rows(), pk=pk))
