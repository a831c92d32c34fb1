"""What the team has to do around customers: tasks by a day, questions waiting for an answer."""

from datetime import date, time

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from customers.models.customer import Customer
from customers.models.interaction import Interaction

User = settings.AUTH_USER_MODEL


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self) -> "TaskQuerySet":
        return self.filter(done_at=None)

    def overdue(self, today: date, at: time = time.min) -> "TaskQuerySet":
        """Due before today, or today before this time of the company's day."""
        earlier_today = Q(due_on=today, due_time__lt=at)
        return self.open().filter(due_on__lte=today).filter(Q(due_on__lt=today) | earlier_today)

    def soonest(self) -> "TaskQuerySet":
        """In the order in which they are due; those of no hour at the end of their day."""
        return self.order_by("due_on", F("due_time").asc(nulls_last=True), "id")


class Task(models.Model):
    """Something one of us is to do by a day, mostly for a customer."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, null=True, blank=True, related_name="tasks", db_index=False
    )
    what = models.CharField(max_length=200)
    due_on = models.DateField()
    due_time = models.TimeField(null=True, blank=True)  # in the company's zone; null: that day
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="tasks", db_index=False
    )
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = TaskQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-done_at", "-id"], name="task_customer"),
            models.Index(
                fields=["owner", "due_on", "id"], condition=Q(done_at=None), name="task_open"
            ),
            models.Index(fields=["due_on", "id"], condition=Q(done_at=None), name="task_due"),
            models.Index(fields=["owner", "-done_at"], name="task_owner"),
        ]

    def __str__(self) -> str:
        return f"task {self.pk}"

    def is_overdue(self, today: date, at: time) -> bool:
        """Whether it should have been done by this time of the company's day."""
        return self.done_at is None and (self.due_on, self.due_time or time.max) < (today, at)


class QuestionQuerySet(models.QuerySet["Question"]):
    def asked(self) -> "QuestionQuerySet":
        """Without those from the public page whose sender has not confirmed the address yet."""
        return self.exclude(customer=None)

    def open(self) -> "QuestionQuerySet":
        return self.asked().filter(answered_at=None)


class Question(models.Model):
    """A question around a customer, handed to somebody who knows; open until it is answered.

    From a colleague, or from the customer (then nobody stands in `asked_by`). One from the
    public page waits without a customer until its sender has confirmed the e-mail address.
    """

    customer = models.ForeignKey(
        Customer, models.CASCADE, null=True, blank=True, related_name="questions", db_index=False
    )
    # The customer's own question is an interaction too: they asked for help.
    interaction = models.OneToOneField(
        Interaction, models.CASCADE, null=True, blank=True, related_name="question"
    )
    asked_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="questions_asked"
    )
    topic = models.CharField(max_length=60, blank=True)
    text = models.TextField(max_length=4000)
    sender_name = models.CharField(max_length=200, blank=True)  # from the public page
    sender_email = models.CharField(max_length=254, blank=True)
    expert = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="questions", db_index=False
    )
    asked_at = models.DateTimeField()
    answer = models.TextField(max_length=8000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = QuestionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-asked_at", "-id"], name="question_customer"),
            models.Index(
                fields=["expert", "asked_at", "id"],
                condition=Q(answered_at=None),
                name="question_open",
            ),
            models.Index(
                fields=["asked_at"], condition=Q(customer=None), name="question_unconfirmed"
            ),
        ]

    def __str__(self) -> str:
        return f"question {self.pk}"

    @property
    def is_from_customer(self) -> bool:
        return self.asked_by_id is None
