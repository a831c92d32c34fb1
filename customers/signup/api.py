"""The REST door to sign-up forms: which there are, and sending in what somebody typed."""

from collections import defaultdict
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import now as clock
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from customers.models import SignUpAsk, SignUpForm
from customers.signup.actions.sign_up import sign_up
from customers.signup.facts import known
from customers.signup.filling import FillIn, name_of
from customers.signup.shapes import SignUpFormOut, SignUpIn, TakenOut
from relcrm.base import signs
from relcrm.base.rest import Listing, Resource, Single, once_per_key, operation, page_of
from relcrm.base.rest.resource import Readable
from relcrm.lib.refusals import Refused
from relcrm.lib.rest.keyset import Order, whole


class SignUpForms(Readable, Resource):
    queryset = SignUpForm.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = {"GET": "signups:read", "POST": "signups:write"}
    serializer_class = SignUpFormOut
    orders: ClassVar = {"id": Order((("id", whole),))}
    columns = (
        "id", "slug", "name", "state", "version", "language", "title", "text", "facts",
    )  # fmt: skip

    def rows(self) -> QuerySet[SignUpForm]:
        return SignUpForm.objects.all()

    def enrich(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        asks = defaultdict(list)
        held = SignUpAsk.objects.filter(form__in=[row["id"] for row in rows])
        for ask in held.select_related("wording"):
            asks[ask.form_id].append(_ask(ask))
        facts = known() if rows else {}
        for row in rows:
            row["asks"] = asks[row["id"]]
            row["address"] = settings.PUBLIC_URL + reverse("signup:hosted", args=[row["slug"]])
            row["questions"] = [
                {"name": each["what"], "label": str(each["label"] or facts[each["what"]].label),
                 "is_required": each["is_required"]}
                for each in row["facts"] if each["what"] in facts
            ]  # fmt: skip
        return rows

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        return {name: row[name] for name in SignUpFormOut._declared_fields}

    @operation("List sign-up forms", gives=page_of(SignUpFormOut), query=Listing, tag="signups")
    def list(self, request: Request) -> Response:
        """All of them, with what they ask."""
        return super().list(request)

    @operation("Look at a sign-up form", gives=SignUpFormOut, query=Single, one=True, tag="signups")
    def retrieve(self, request: Request, pk: int) -> Response:
        """What it asks, and the words of every yes in the version in use."""
        return super().retrieve(request, pk)

    @operation(
        "Send in a sign-up", takes=SignUpIn, gives=TakenOut, status=202, one=True, tag="signups",
    )  # fmt: skip
    @once_per_key
    def create(self, request: Request, pk: int) -> Response:
        """The owner of the address is asked by mail to confirm, as with our own form. What is not
        asked by the form is refused; ticks are for words that you have shown."""
        told = self.told(SignUpIn)
        form = get_object_or_404(SignUpForm, pk=pk)
        if not form.is_open:
            raise Refused("This form is closed.")
        fields = FillIn(_typed(form, told), form=form)
        if not fields.is_valid():
            raise ValidationError({_place(name): words for name, words in fields.errors.items()})
        near = signs.shortened(told.get("network", ""))
        filled = fields.filled(way="api", proof={"network": near} if near else {})
        sign_up(form, filled, by=self.by, now=clock())
        return Response({"is_taken": True}, status=202)


def _ask(ask: SignUpAsk) -> dict[str, Any]:
    return {
        "id": ask.pk, "purpose": ask.purpose, "channel": ask.channel, "wording": ask.wording.key,
        "version": ask.wording.version, "text": ask.wording.text,
    }  # fmt: skip


def _typed(form: SignUpForm, told: dict[str, Any]) -> dict[str, Any]:
    """As a browser would send it. Names that the form does not ask for are mistakes."""
    asks = {ask.pk: name_of(ask) for ask in form.asks.all()}
    if strange := [pk for pk in told.get("agreed", []) if pk not in asks]:
        raise ValidationError({"agreed": [f"This form does not ask for {strange[0]} (any more)."]})
    asked, answers = {each["what"] for each in form.facts}, told.get("answers", {})
    if wrong := sorted(set(answers) - asked):
        raise ValidationError({f"answers.{wrong[0][:60]}": ["This form does not ask for it."]})
    typed = {name: _as_typed(name, value) for name, value in answers.items()}
    return typed | {"email": told["email"]} | {asks[pk]: "on" for pk in told.get("agreed", [])}


def _as_typed(name: str, value: Any) -> Any:
    """Numbers and truths as people write them; interests may be a list."""
    if isinstance(value, dict) or (isinstance(value, list) and name != "interests"):
        raise ValidationError({f"answers.{name[:60]}": ["Write a text."]})
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return [str(each) for each in value]
    return "" if value is None else str(value)


def _place(name: str) -> str:
    return {"email": "email", "__all__": "agreed"}.get(name, f"answers.{name}")
