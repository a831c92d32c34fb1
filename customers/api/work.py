"""Tasks and questions over REST: given, changed, done, asked, handed on, answered."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now as clock
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from customers.actions import questions, work
from customers.api.sight import colleague_named, customer_named, hushed
from customers.models import Question, Task
from customers.queries.work import questions_visible_to, tasks_visible_to
from relcrm.base import company
from relcrm.base.models import ApiKey, User
from relcrm.base.rest import Listing, Resource, Single, once_per_key, operation, page_of
from relcrm.base.rest.describe import Nothing
from relcrm.base.rest.resource import Readable
from relcrm.lib.rest.fields import Body, Choice, Hour, Text
from relcrm.lib.rest.keyset import Order, day, instant, whole

STATES = [("open", "open"), ("overdue", "overdue"), ("done", "done")]


class TaskOut(serializers.Serializer):
    """Something to do by a day. The words are null for callers who may not see people."""

    id = serializers.IntegerField()
    customer = serializers.IntegerField(allow_null=True, source="customer_id")
    what = serializers.CharField(allow_null=True)
    due_on = serializers.DateField()
    due_time = Hour(allow_null=True, help_text="In the company's zone.")
    owner = serializers.IntegerField(allow_null=True, source="owner_id")
    done_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()

    example: dict[str, Any] = {
        "id": 12, "customer": 17, "what": "Call her about the new boots", "due_on": "2026-03-05",
        "due_time": "14:30", "owner": 2, "done_at": None, "created_at": "2026-03-02T09:00:00Z",
    }  # fmt: skip


class TaskChanges(Body):
    """What may be changed; what is not sent stays as it is."""

    what = Text(200, required=False, allow_blank=False)
    due_on = serializers.DateField(required=False)
    due_time = Hour(
        required=False, allow_null=True, help_text="In the company's zone; null: that day."
    )
    owner = serializers.IntegerField(
        min_value=1, required=False, allow_null=True, help_text="Null: anybody."
    )

    example: dict[str, Any] = {"due_on": "2026-03-06", "due_time": "14:30"}


class TaskIn(TaskChanges):
    """A new task; without an owner it is anybody's."""

    customer = serializers.IntegerField(min_value=1)
    what = Text(200, required=True)
    due_on = serializers.DateField()

    example: dict[str, Any] = {"customer": 17, "what": "Call her", "due_on": "2026-03-05"}


class TaskQuery(Listing):
    customer = serializers.IntegerField(min_value=1, required=False)
    owner = serializers.IntegerField(min_value=1, required=False)
    state = Choice(STATES, required=False)


class Tasks(Readable, Resource):
    queryset = Task.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = {
        "GET": "customers:read", "POST": "customers:write", "PATCH": "customers:write",
    }  # fmt: skip
    serializer_class = TaskOut
    query = TaskQuery
    orders: ClassVar = {"due_on": Order((("due_on", day), ("id", whole)))}

    def rows(self) -> QuerySet[Task]:
        return tasks_visible_to(self.request.user)

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        row["customer"], row["owner"] = row["customer_id"], row["owner_id"]
        row["due_time"] = row["due_time"] and f"{row['due_time']:%H:%M}"
        row["what"] = row["what"] if self.sees("people:read") else None
        return {name: row[name] for name in TaskOut._declared_fields}

    def narrow(self, rows: QuerySet[Task], asked: dict[str, Any]) -> QuerySet[Task]:
        exact = {"customer": "customer_id", "owner": "owner_id"}
        rows = rows.filter(**{to: asked[n] for n, to in exact.items() if n in asked})
        if asked.get("state") == "overdue":
            there = clock().astimezone(company.current().tzinfo)
            return rows.overdue(there.date(), there.time())
        return rows.filter(done_at__isnull=asked["state"] == "open") if "state" in asked else rows

    @operation("List tasks", gives=page_of(TaskOut), query=TaskQuery)
    def list(self, request: Request) -> Response:
        """Those due first come first."""
        return super().list(request)

    @operation("Look at a task", gives=TaskOut, query=Single, one=True)
    def retrieve(self, request: Request, pk: int) -> Response:
        """One task, with an ETag."""
        return super().retrieve(request, pk)

    @operation("Add a task", takes=TaskIn, gives=TaskOut, status=201)
    @once_per_key
    def create(self, request: Request) -> Response:
        """The owner must work with customers and may see this one."""
        told = self.told(TaskIn)
        customer = customer_named(self, told["customer"])
        owner = colleague_named(told.get("owner"), "owner")
        task = work.add_task(
            customer, what=told["what"], due_on=told["due_on"], due_time=told.get("due_time"),
            owner=owner, by=self.by,
        )  # fmt: skip
        return self.answer_one(self.one(self.rows(), pk=task.pk), status=201)

    @operation("Change a task", takes=TaskChanges, gives=TaskOut, one=True, edits=True)
    @once_per_key
    def partial_update(self, request: Request, pk: int) -> Response:
        """Other words, another day, hour or owner. Send the ETag you read as `If-Match`."""
        told = self.told(TaskChanges)
        if "owner" in told:
            told["owner"] = colleague_named(told["owner"], "owner")
        with self.changing(self.rows(), pk=pk) as task:
            work.change_task(task, by=self.by, **told)
            row = self.one(self.rows(), pk=pk)
        return self.answer_one(row)

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
    """A question around a customer. Its words are null for callers who may not see people, and of
    discreet customers for those who may not know what these bought."""

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


class HandIn(Body):
    expert = serializers.IntegerField(min_value=1, help_text="The colleague who has it next.")

    example: dict[str, Any] = {"expert": 4}


class AnswerIn(Body):
    answer = Text(8_000, required=True)

    example: dict[str, Any] = {"answer": "Yes, twice."}


class QuestionQuery(Listing):
    customer = serializers.IntegerField(min_value=1, required=False)
    expert = serializers.IntegerField(min_value=1, required=False)
    state = Choice([("open", "open"), ("answered", "answered")], required=False)


class Questions(Readable, Resource):
    queryset = Question.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = {"GET": "customers:read", "POST": "customers:write"}
    serializer_class = QuestionOut
    query = QuestionQuery
    orders: ClassVar = {"asked_at": Order((("asked_at", instant), ("id", whole)))}

    def rows(self) -> QuerySet[Question]:
        return questions_visible_to(self.request.user)

    def enrich(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Of discreet customers only service and their own contact learn the words."""
        hidden = hushed(self, rows)
        for row in rows:
            if row["customer_id"] in hidden:
                row |= dict.fromkeys(QuestionOut.PERSONAL)
        return rows

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        row |= {name: row[f"{name}_id"] for name in ("customer", "asked_by", "expert")}
        if not self.sees("people:read"):
            row |= dict.fromkeys(QuestionOut.PERSONAL)
        return {name: row[name] for name in QuestionOut._declared_fields}

    def narrow(self, rows: QuerySet[Question], asked: dict[str, Any]) -> QuerySet[Question]:
        exact = {"customer": "customer_id", "expert": "expert_id"}
        rows = rows.filter(**{to: asked[n] for n, to in exact.items() if n in asked})
        is_open = asked.get("state") == "open"
        return rows.filter(answered_at__isnull=is_open) if "state" in asked else rows

    @operation("List questions", gives=page_of(QuestionOut), query=QuestionQuery)
    def list(self, request: Request) -> Response:
        """Who has waited longest comes first."""
        return super().list(request)

    @operation("Look at a question", gives=QuestionOut, query=Single, one=True)
    def retrieve(self, request: Request, pk: int) -> Response:
        """One question, with an ETag."""
        return super().retrieve(request, pk)

    @operation("Ask a question", takes=QuestionIn, gives=QuestionOut, status=201)
    @once_per_key
    def create(self, request: Request) -> Response:
        """It waits with the expert, or for anybody, until it is answered."""
        told = self.told(QuestionIn)
        question = questions.ask_expert(
            customer_named(self, told["customer"]), text=told["text"], topic=told.get("topic", ""),
            expert=colleague_named(told.get("expert"), "expert"), by=self.by, now=clock(),
        )  # fmt: skip
        return self.answer_one(self.one(self.rows(), pk=question.pk), status=201)

    @operation("Hand a question on", takes=HandIn, gives=QuestionOut, one=True)
    @once_per_key
    def hand(self, request: Request, pk: int) -> Response:
        """To a colleague who knows better; an expert sees this customer from now on."""
        expert = colleague_named(self.told(HandIn)["expert"], "expert")
        questions.hand_question(get_object_or_404(self.rows(), pk=pk), expert, by=self.by)
        return self.answer_one(self.one(self.rows(), pk=pk))

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
