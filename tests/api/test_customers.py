"""Customers through the API: what callers see, change, and must not lose."""

from customers.models import Customer, Identity
from relcrm.base.models import AuditLine


def test_customers_come_page_by_page_without_gap_or_double(all_, ada, bo, cyd, dan):
    found, address = [], "/api/v1/customers?limit=3"
    while address:
        page = all_.get(address).json()
        found += [row["name"] for row in page["results"]]
        after = page["next_cursor"]
        address = after and f"/api/v1/customers?limit=3&cursor={after}"
    assert found == [ada.name, bo.name, cyd.name, dan.name]


def test_the_next_page_is_linked_in_the_header(all_, ada, bo):
    answer = all_.get("/api/v1/customers?limit=1&fields=name")
    address = answer["Link"].removeprefix("<").partition(">")[0]
    assert "fields=name" in address
    assert all_.get(address).json()["results"] == [{"id": bo.pk, "name": "Bo Lind"}]


def test_every_order_pages_through_everybody(all_, ada, bo, cyd, dan):
    Customer.objects.update(last_seen_on="2026-02-01")  # ties
    for order in ("id", "-id", "name", "-last_seen_on"):
        ids, cursor = [], ""
        while cursor is not None:
            page = all_.get(
                "/api/v1/customers",
                {"order": order, "limit": 1} | ({"cursor": cursor} if cursor else {}),
            ).json()
            ids += [row["id"] for row in page["results"]]
            cursor = page["next_cursor"]
        assert sorted(ids) == sorted([ada.pk, bo.pk, cyd.pk, dan.pk]), order


def test_a_cursor_of_another_list_is_refused_in_words(all_, ada, bo):
    cursor = all_.get("/api/v1/customers?limit=1").json()["next_cursor"]
    answer = all_.get(f"/api/v1/customers?order=name&cursor={cursor}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "cursor"


def test_a_misspelt_filter_is_named_and_not_ignored(all_, ada):
    answer = all_.get("/api/v1/customers?contry=AT")
    assert answer.status_code == 400
    assert "country" in answer.json()["errors"][0]["message"]


def test_customers_are_found_by_name_email_and_number(all_, ada, bo):
    Identity.objects.create(customer=bo, kind="external", source="shop", value="4711")
    Identity.objects.create(customer=ada, kind="email", value="ada@example.com")
    for query, whom in [
        ("search=ada n", ada),
        ("search=4711", bo),
        ("email=ADA@example.com", ada),
        ("number=4711&source=shop", bo),
    ]:
        found = all_.get(f"/api/v1/customers?{query}").json()["results"]
        assert [row["id"] for row in found] == [whom.pk], query


def test_a_new_customer_is_known_by_email_and_number(all_):
    answer = all_.post(
        "/api/v1/customers",
        {"name": "Fay", "email": "Fay@Example.com", "numbers": {"shop": "9"}},
    )
    assert answer.status_code == 201
    pk = answer.json()["id"]
    values = Identity.objects.filter(customer=pk).values_list("value", flat=True)
    assert {*values} == {"fay@example.com", "9"}
    line = AuditLine.objects.get(verb="customer.created")
    assert (line.subject_id, line.actor) == (pk, f"key:{all_.key.pk}")


def test_a_taken_number_is_refused_and_nothing_is_left_behind(all_, bo):
    Identity.objects.create(customer=bo, kind="external", source="shop", value="9")
    answer = all_.post("/api/v1/customers", {"name": "Fay", "numbers": {"shop": "9"}})
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert not Customer.objects.filter(name="Fay").exists()


def test_a_lost_update_is_refused(all_, ada):
    tag = all_.get(f"/api/v1/customers/{ada.pk}")["ETag"]
    first = all_.patch(f"/api/v1/customers/{ada.pk}", {"city": "Linz"}, headers={"If-Match": tag})
    assert first.status_code == 200
    second = all_.patch(f"/api/v1/customers/{ada.pk}", {"city": "Wels"}, headers={"If-Match": tag})
    assert second.status_code == 412
    again = all_.patch(
        f"/api/v1/customers/{ada.pk}", {"city": "Wels"}, headers={"If-Match": first["ETag"]}
    )
    assert again.json()["city"] == "Wels"


def test_what_is_known_already_is_not_sent_again(all_, ada):
    tag = all_.get(f"/api/v1/customers/{ada.pk}")["ETag"]
    answer = all_.get(f"/api/v1/customers/{ada.pk}", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content) == (304, b"")


def test_a_change_names_the_field_that_is_not_there(all_, ada):
    answer = all_.patch(f"/api/v1/customers/{ada.pk}", {"town": "Linz", "city": 5})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "town"


def test_an_expert_finds_only_her_customers(as_, eve, ada, bo):
    browser = as_(eve)
    assert [row["id"] for row in browser.get("/api/v1/customers").json()["results"]] == [ada.pk]
    assert browser.get(f"/api/v1/customers/{bo.pk}").status_code == 404
    assert browser.get(f"/api/v1/customers/{bo.pk}/identities").status_code == 404
    assert browser.get(f"/api/v1/customers/{ada.pk}/identities").status_code == 200


def test_an_analyst_and_a_key_without_people_see_numbers_not_names(as_, nils, key_for, root, ada):
    for caller in (as_(nils), key_for(root, "customers:read")):
        row = caller.get(f"/api/v1/customers/{ada.pk}").json()
        assert (row["id"], row["name"], row["email"], row["phone"]) == (ada.pk, None, None, None)
        assert "Ada" not in caller.get("/api/v1/customers").content.decode()
        assert caller.get("/api/v1/customers?search=ada").status_code == 403
        assert caller.get("/api/v1/customers?email=ada@example.com").status_code == 403
        assert caller.get("/api/v1/customers?order=name").status_code == 403
        assert caller.get(f"/api/v1/customers/{ada.pk}/identities").status_code == 403


def test_an_analyst_reads_no_city_and_nothing_customers_said_of_themselves(as_, nils, ada):
    Customer.objects.filter(pk=ada.pk).update(
        interests=["Ada's horse"], preferences={"call": "+43 664 1"}
    )
    browser = as_(nils)
    row = browser.get(f"/api/v1/customers/{ada.pk}").json()
    assert (row["city"], row["interests"], row["preferences"]) == (None, None, None)
    assert "Graz" not in browser.get("/api/v1/customers?fields=city").content.decode()


def test_a_key_never_does_more_than_its_maker_may(key_for, nils, ada):
    key = key_for(nils, "customers:read", "people:read", "customers:write")
    assert key.get(f"/api/v1/customers/{ada.pk}").json()["name"] is None
    assert key.patch(f"/api/v1/customers/{ada.pk}", {"city": "Linz"}).status_code == 403


def test_nobody_is_deleted_here(all_, ada):
    answer = all_.delete(f"/api/v1/customers/{ada.pk}")
    assert (answer.status_code, answer.json()["status"]) == (405, 405)


def test_the_erased_are_not_there(all_, ada):
    Customer.objects.filter(pk=ada.pk).update(erased_at="2026-03-01T00:00Z")
    assert all_.get(f"/api/v1/customers/{ada.pk}").status_code == 404
    assert all_.get("/api/v1/customers").json()["results"] == []


def test_a_page_costs_the_same_queries_for_one_row_and_for_many(
    all_, ada, bo, cyd, dan, django_assert_num_queries
):
    all_.get("/api/v1/customers")  # marks the key as used
    for limit in (1, 4):
        with django_assert_num_queries(4):  # the key, the page, own fields, tags
            all_.get(f"/api/v1/customers?limit={limit}")
