"""Ctrl-K: any customer, page or thing to do."""

import pytest

from customers.models import Customer


def found(browser, words: str, **headers) -> str:
    answer = browser.get("/search/", {"q": words}, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_customer_is_found_and_opens(as_, mara, company, ada, bo):
    page = found(as_(mara), "novak")
    assert f'href="/customers/{ada.pk}/"' in page
    assert "Bo Lind" not in page


def test_pages_deeds_and_types_are_found_by_their_names(as_, root, company):
    browser = as_(root)
    assert 'class="what" href="/relationships/map/"' in found(browser, "map")
    assert 'class="what" href="/customers/new/"' in found(browser, "add cust")
    assert 'class="what" href="/relationships/types/R2/"' in found(browser, "casual buddy")


def test_without_words_it_offers_pages_and_deeds(as_, mara, company, ada):
    page = found(as_(mara), "")
    assert "Add customer" in page
    assert "Ada Novak" not in page


def test_nobody_is_offered_what_they_may_not_open(as_, nils, mara, eve, company, ada, bo):
    assert "Ada" not in found(as_(nils), "novak")
    assert "/customers/new/" not in found(as_(nils), "add customer")
    assert "Let down" not in found(as_(mara), "let down").split('id="found"')[1]
    assert "Bo Lind" not in found(as_(eve), "lind")
    assert 'class="what" href="/relationships/map/"' not in found(as_(eve), "map")


def test_nothing_found_says_how_to_look(as_, mara, company):
    page = found(as_(mara), "zzz")
    assert "Nothing is called “zzz”" in page
    assert "by name, e-mail, number or city" in page


def test_more_than_a_handful_open_as_a_list(as_, mara, company):
    for number in range(12):
        Customer.objects.create(name=f"Novak {number}")
    page = found(as_(mara), "novak")
    assert page.count('href="/customers/') - page.count('href="/customers/"') >= 8
    assert 'href="/customers/?q=novak"' in page


def test_htmx_gets_the_palette_or_the_result_alone(as_, mara, company, ada):
    browser = as_(mara)
    palette = found(browser, "ada", **{"HX-Request": "true", "HX-Target": "palette-jump"})
    result = found(browser, "ada", **{"HX-Request": "true", "HX-Target": "found"})
    for piece in (palette, result):
        assert "Ada Novak" in piece
        assert "<html" not in piece


@pytest.mark.parametrize("people", [1, 20])
def test_the_number_of_queries_does_not_grow(as_, mara, company, people,
                                             django_assert_max_num_queries):  # fmt: skip
    for number in range(people):
        Customer.objects.create(name=f"Novak {number}")
    browser = as_(mara)
    with django_assert_max_num_queries(8):
        found(browser, "novak")
