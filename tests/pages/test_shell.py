"""The frame around every page: sign-in, theme, banners, error pages."""

import re
from datetime import date

from django.template.loader import render_to_string
from django.test import Client
from django.urls import resolve, reverse

from relcrm.pages.navigation import ROOMS
from relcrm.pages.search import DEEDS

YOU = "/accounts/password/change/"


def test_a_stranger_signs_in_with_email_and_password(client, mara):
    page = client.get("/accounts/login/").content.decode()
    assert 'autocomplete="email"' in page
    assert "Nobody works here yet" not in page
    answer = client.post(
        "/accounts/login/", {"login": "mara@example.com", "password": "correct horse"}
    )
    assert answer.status_code == 302
    assert answer["Location"] == "/"


def test_who_comes_to_an_empty_house_is_shown_the_first_door(client, db):
    page = client.get("/accounts/login/").content.decode()
    assert "Nobody works here yet" in page
    assert 'href="/welcome/"' in page


def test_a_wrong_password_is_said_in_words_beside_the_form(client, mara):
    page = client.post("/accounts/login/", {"login": "mara@example.com", "password": "wrong"})
    assert "not correct" in page.content.decode()


def test_the_page_of_an_old_day_says_so_and_today_does_not(as_, mara, company):
    assert "Looking at the company" not in as_(mara).get(YOU).content.decode()
    company.as_of = date(1998, 6, 30)
    company.save()
    assert "as of 30 June 1998" in as_(mara).get(YOU).content.decode()


def test_a_simulated_company_is_labelled(as_, mara, company):
    company.is_simulated = True
    company.save()
    assert "Simulated company" in as_(mara).get(YOU).content.decode()


def test_the_chosen_theme_is_in_the_first_frame_and_nothing_else_gets_in(as_, mara):
    browser = as_(mara)
    browser.cookies["relcrm_theme"] = "dark"
    assert 'data-theme="dark"' in browser.get(YOU).content.decode()
    browser.cookies["relcrm_theme"] = '"><script>'
    assert "data-theme=" not in browser.get(YOU).content.decode().split(">")[1]


def test_no_page_carries_inline_style_or_script(as_, mara):
    page = as_(mara).get(YOU).content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)


def test_error_pages_say_what_to_do_next(as_, mara):
    answer = as_(mara).get("/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()
    assert "Something broke on our side" in render_to_string("500.html")


def test_a_form_from_elsewhere_is_turned_away_in_words(mara):
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post("/accounts/login/", {"login": "x", "password": "y"})
    assert answer.status_code == 403
    assert "This form was open too long" in answer.content.decode()


def test_every_entry_of_the_side_bar_and_of_the_palette_leads_somewhere():
    rooms = [one for room in ROOMS for one in (room, *room.parts)]
    for route in [one.route for one in rooms] + [route for _label, route, _needs in DEEDS]:
        resolve(reverse(route))


def test_an_expert_begins_with_what_waits_for_her(as_, eve, mara, company):
    answer = as_(eve).get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/tasks/")
    assert as_(mara).get("/").status_code == 200
