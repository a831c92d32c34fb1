"""The back office: who enters, what is shown, and that nothing is written past the actions."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from customers.models import Customer, Identity, Interaction
from relcrm.base.actions.keys import make_key
from relcrm.base.backoffice import paging
from relcrm.base.backoffice.records import Records
from relcrm.base.backoffice.site import ROOMS, side_bar
from relcrm.base.models import ApiKey, AuditLine, Job, User
from tests.conftest import NOW

OURS = {"customers", "feedback", "relationships", "campaigns", "base", "pages"}
MODELS = [model for model in apps.get_models() if model._meta.app_label in OURS]


def named(model) -> str:
    return model._meta.label


def address(model, page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def office(as_, root, company):
    return as_(root)


def test_every_table_is_there_in_a_room_of_the_side_bar(office, rf, root):
    assert {model for model in MODELS if admin.site.is_registered(model)} == set(MODELS)
    assert set(admin.site._registry) == set(MODELS), "a list of somebody else's, with raw deletion"
    assert {admin.site.get_model_admin(model).room for model in MODELS} <= set(ROOMS)
    request = rf.get("/admin/")
    request.user = root
    links = {item["link"] for room in side_bar(request) for item in room["items"]}
    assert links == {"/"} | {address(model, "changelist") for model in MODELS}


@pytest.mark.parametrize("model", MODELS, ids=named)
def test_every_list_opens_and_nothing_can_be_deleted(model, office, root, ada):
    assert office.get(address(model, "changelist")).status_code == 200
    assert office.get(address(model, "changelist"), {"q": "1"}).status_code == 200
    page = admin.site.get_model_admin(model)
    assert isinstance(page, Records)
    if row := model._base_manager.first():
        shown = office.get(address(model, "change", row.pk))
        assert shown.status_code == 200
        assert office.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    deed = {"action": "delete_selected", "_selected_action": [str(row.pk)] if row else ["1"]}
    before = model._base_manager.count()
    office.post(address(model, "changelist"), deed | {"post": "yes"})
    audited = model is AuditLine
    assert model._base_manager.count() >= before if audited else (
        model._base_manager.count() == before
    )  # fmt: skip


@pytest.mark.one_database  # refused before data are asked for
def test_nothing_is_added_past_an_action(office):
    answers = {named(model): office.get(address(model, "add")).status_code for model in MODELS}
    assert answers == dict.fromkeys(map(named, MODELS), 403)


def test_strangers_sign_in_on_our_own_page_only(client, company):
    answer = client.get("/admin/customers/customer/", follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/login/?next=/admin/customers/customer/"
    tried = client.post("/admin/login/", {"username": "root@example.com", "password": "x"})
    assert tried.status_code == 302
    assert tried.url.startswith("/accounts/login/")
    assert client.get("/admin/login/?next=https://evil.example/").url.endswith("next=/admin/")


@pytest.mark.parametrize("who", ["mara", "sam", "nils", "eve", "pia"])
def test_other_roles_are_turned_away(who, as_, company, request):
    browser = as_(request.getfixturevalue(who))
    assert browser.get("/admin/", follow=True).status_code == 403
    assert browser.get(address(Customer, "changelist"), follow=True).status_code == 403


def test_rights_of_django_do_not_open_it_only_the_role_does(as_, mara, company):
    mara.is_staff = mara.is_superuser = True
    mara.save()
    assert as_(mara).get("/admin/", follow=True).status_code == 403


def test_leaving_and_passwords_are_ours_too(office):
    assert office.post("/admin/logout/").url == "/accounts/logout/"
    assert office.get("/admin/password_change/").url == "/accounts/password/change/"


def test_a_customer_is_found_by_name_mail_and_number(office, ada, bo):
    Identity.objects.create(customer=ada, kind="external", source="files", value="A7")
    for term in ("nova", "ada@example.com", "A7", str(ada.pk)):
        page = office.get(address(Customer, "changelist"), {"q": term}).content.decode()
        assert "Ada Novak" in page
        assert "Bo Lind" not in page


def test_an_interaction_is_found_by_its_number_in_its_source(office, ada, bo):
    Interaction.objects.filter(customer=bo).update(source="till", source_id="T-99")
    found = office.get(address(Interaction, "changelist"), {"q": "T-99"}).context["cl"]
    assert [row.customer_id for row in found.result_list] == [bo.pk]


def test_saving_a_customer_goes_through_the_action(office, ada, root):
    typed = {"name": "Ada Berg", "email": "ADA@example.org", "interests": "[]", "preferences": "{}"}
    assert office.post(address(Customer, "change", ada.pk), typed).status_code == 302
    ada.refresh_from_db()
    assert (ada.name, ada.email) == ("Ada Berg", "ada@example.org")
    assert ada.touched_at
    assert ada.identities.filter(value="ada@example.org").exists()
    line = AuditLine.objects.get(verb="customer.changed")
    assert (line.user, line.detail["fields"]) == (root, ["city", "email", "name"])


def test_a_colleague_s_role_is_changed_by_the_action(office, root, mara):
    typed = {"name": "Mara", "email": "mara@new.example", "role": "service", "is_active": "on"}
    assert office.post(address(User, "change", mara.pk), typed).status_code == 302
    mara.refresh_from_db()
    assert (mara.role, mara.email) == ("service", "mara@new.example")
    assert AuditLine.objects.filter(verb="colleague.changed", subject_id=mara.pk).exists()
    refused = office.post(address(User, "change", root.pk), typed | {"email": root.email})
    assert refused.status_code == 409
    assert "only admin" in refused.content.decode()
    assert User.objects.get(pk=root.pk).role == "admin"


def test_the_company_is_changed_by_the_action(office, company):
    typed = {
        "name": "Alpine Boots", "currency": "EUR", "zone": "Europe/Vienna", "horizon_weeks": 52,
        "discount_rate": "0.1", "cost_per_order": 0, "cost_per_return": 0, "cost_per_contact": 0,
        "cost_per_message": 0, "cost_per_minute": 0, "cost_per_complaint": 0,
        "cost_per_renewal": 0,
    }  # fmt: skip
    assert office.post(address(type(company), "change", 1), typed).status_code == 302
    assert AuditLine.objects.get(verb="company.changed").detail["after"]["name"] == "Alpine Boots"
    assert Job.objects.filter(kind="score").exists()


def test_keys_are_revoked_and_never_show_their_digest(office, root):
    key, _secret = make_key("shop", scopes=["jobs:read"], expires_at=None, by=root, now=NOW)
    for page in ("changelist", "change"):
        args = [key.pk] if page == "change" else []
        assert key.digest not in office.get(address(ApiKey, page, *args)).content.decode()
    office.post(
        address(ApiKey, "changelist"), {"action": "revoke", "_selected_action": [str(key.pk)]}
    )
    assert ApiKey.objects.get(pk=key.pk).revoked_at
    assert AuditLine.objects.filter(verb="key.revoked", subject_id=key.pk).exists()


def test_looks_at_people_are_on_record(office, root, ada):
    office.get(address(Customer, "changelist"), {"q": "nova"})
    office.get(address(Customer, "change", ada.pk))
    listed, viewed = AuditLine.objects.filter(verb__startswith="customer.").order_by("id")
    assert listed.detail == {"door": "back office", "page": "1", "searched": True}
    assert (viewed.verb, viewed.subject_id, viewed.user) == ("customer.viewed", ada.pk, root)


def test_the_history_of_a_row_is_its_audit_trail(office, ada):
    office.get(address(Customer, "change", ada.pk))
    answer = office.get(address(Customer, "history", ada.pk), follow=True)
    assert [line.verb for line in answer.context["cl"].result_list] == ["customer.viewed"]


def test_erasing_leads_to_the_page_that_asks(office, ada):
    answer = office.get(f"/admin/customers/customer/{ada.pk}/erase/")
    assert answer.url == f"/customers/{ada.pk}/erase/"


def test_who_was_erased_cannot_be_edited(office, ada):
    Customer.objects.filter(pk=ada.pk).update(erased_at=NOW)
    answer = office.post(address(Customer, "change", ada.pk), {"name": "Ada again"})
    assert answer.status_code == 403


@pytest.mark.parametrize("model", [Customer, Interaction, Identity], ids=named)
def test_a_list_of_twenty_asks_no_more_than_a_list_of_one(
    model, office, ada, django_assert_max_num_queries
):
    for n in range(20):
        other = Customer.objects.create(name=f"Guest {n}")
        Identity.objects.create(customer=other, kind="cookie", value=str(n))
    with django_assert_max_num_queries(9):
        assert office.get(address(model, "changelist")).status_code == 200


def test_a_long_list_is_cut_and_says_so(office, ada, monkeypatch):
    monkeypatch.setattr(paging, "DEEPEST", 20)
    page = office.get(address(Interaction, "changelist"))
    assert page.context["cl"].result_count == 20
    assert "The newest 20 interactions; search to find others" in page.content.decode()
    monkeypatch.setattr(admin.site.get_model_admin(Interaction), "list_per_page", 10)
    assert office.get(address(Interaction, "changelist"), {"p": "2"}).status_code == 200
    assert office.get(address(Interaction, "changelist"), {"p": "3"}).status_code == 302


def test_the_product_and_the_back_office_know_of_each_other(office, as_, mara):
    assert 'href="/admin/"' in office.get("/").content.decode()
    assert "Back to the product" in office.get("/admin/").content.decode()
    assert 'href="/admin/"' not in as_(mara).get("/").content.decode()
