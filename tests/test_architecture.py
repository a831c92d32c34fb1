"""The rules in CONTRIBUTING.md, executed."""

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve

from tests.addresses import Address, addresses

ROOT = Path(__file__).resolve().parent.parent
OURS = ("relcrm", "customers", "feedback", "relationships", "campaigns")
LONGEST_MODULE, LONGEST_TEMPLATE = 300, 100

# What a stranger may see: the doors themselves, and what answers without knowing anything.
PUBLIC = {
    "account_login", "account_logout", "account_signup", "account_inactive",
    "account_reset_password", "account_reset_password_done", "account_reset_password_from_key",
    "account_reset_password_from_key_done", "account_email_verification_sent",
    "account_confirm_email", "account_confirm_login_code",
    "admin:login", "admin:logout", "health_live", "health_ready", "welcome",
    "privacy:yours",
    # Reached by signed links, and by signed requests.
    "preferences:page", "preferences:wishes", "preferences:unsubscribe", "preferences:confirm",
    "customers:ask_us", "customers:ask_confirm", "customers:ask_by_link",
    "preferences:ask", "preferences:new_link", "preferences:reports",
    "preferences:mail_reports",
    # Forms for everybody, and the links that confirm them.
    "signup:hosted", "signup:embedded", "signup:confirm",
}  # fmt: skip

# interface.md, principle 9: a page speaks a marketer's language; docs and API keep the terms.
SCIENCE = [
    "valence", "posterior", "p-value", "holdout", "confidence interval", "likelihood",
    "log-likelihood", "bayes", "assortativity", "whale curve", "model card", "bg/nbd", "pareto/nbd",
    "gamma-gamma", "standard error", "regression", "monetary value", "churn", "quantile",
]  # fmt: skip


def modules() -> Iterator[Path]:
    for app in OURS:
        yield from (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_floors_and_rooms_import_only_what_lies_below():
    checked = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout


def test_the_engines_run_where_django_is_not_installed():
    found = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in modules()
        if "engine" in path.parts
    ]
    assert len(found) > 20
    absent = "import sys; sys.modules.update(dict.fromkeys(['django', 'celery', 'rest_framework']))"
    subprocess.run(
        [sys.executable, "-c", f"{absent}; import {', '.join(found)}"], cwd=ROOT, check=True
    )


def test_no_module_is_too_long_to_read_in_one_sitting():
    tests = (ROOT / "tests").rglob("*.py")
    assert [str(path) for path in (*modules(), *tests) if lines(path) > LONGEST_MODULE] == []


def test_no_template_is_too_long_to_read_in_one_sitting():
    assert [str(path) for path in templates() if lines(path) > LONGEST_TEMPLATE] == []


def test_every_module_says_in_a_sentence_what_it_holds():
    silent = [
        str(path) for path in modules()
        if path.read_text().strip() and not path.read_text().lstrip().startswith('"""')
    ]  # fmt: skip
    assert silent == []


def test_templates_run_no_script_and_set_no_style_of_their_own():
    """The content security policy would refuse both; say so before a browser does."""
    forbidden = re.compile(r"""<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=["']|hx-on""")
    found = [str(path) for path in templates() if forbidden.search(path.read_text())]
    assert found == []


def test_what_is_slow_to_load_is_loaded_where_it_is_needed():
    """Every process of an installation would start a second or two later."""
    slow = re.compile(r"^(from|import) (sklearn|scipy\.stats)\b", re.M)
    assert [str(path) for path in modules() if slow.search(path.read_text())] == []


class Words(HTMLParser):
    """What a reader of a template gets to see: text, and the attributes that are read out."""

    READ = {"title", "alt", "placeholder", "aria-label"}

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[str] = re.findall(r"""{%\s*translate\s+["'](.+?)["']""", source)
        plain = re.sub(
            r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|{%.*?%}|{{.*?}}", " ", source, flags=re.S
        )
        self.feed(plain)

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in self.READ and value]


def test_pages_speak_a_marketers_language():
    terms = re.compile(rf"\b({'|'.join(map(re.escape, SCIENCE))})\b", re.I)
    found = [
        f"{path.relative_to(ROOT)}: {term.group()}"
        for path in templates()
        for words in Words(path.read_text()).found
        if (term := terms.search(words))
    ]
    assert found == []


def test_made_up_addresses_lead_to_the_view_they_were_made_for():
    astray = [
        address.path for address in addresses()
        if resolve(address.path).func is not address.pattern.callback
    ]  # fmt: skip
    assert astray == []
    assert len(addresses()) > 500


@pytest.mark.django_db
@pytest.mark.one_database  # the door is shut before the database is asked
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_are_turned_away(root, method):
    """Each comes anew, without a cookie; all that were let in are told."""
    stranger, wrong = Client(raise_request_exception=False), {}
    for address in addresses():
        if address.name not in PUBLIC:
            stranger.cookies.clear()
            if why := _not_turned_away(address, getattr(stranger, method)(address.path)):
                wrong[address.path] = why
    assert wrong == {}


def _not_turned_away(address: Address, answer: HttpResponse) -> str:
    if answer.status_code not in (302, 401, 403, 404, 405):
        return f"answered {answer.status_code}"
    if answer.status_code == 302 and "/login/" not in answer["Location"]:
        return f"led to {answer['Location']}"
    if answer.status_code == 404 and not address.answers_nothing_to_anyone:
        return "found out that something is not there"
    return ""


def test_what_is_public_exists():
    """A name that no address has any more would leave a hole for the next one called so."""
    assert {address.name for address in addresses()} >= PUBLIC - {"account_email_verification_sent"}


def test_every_setting_is_explained_in_the_example():
    places = (ROOT / "relcrm" / "settings.py", ROOT / "relcrm" / "lib" / "mailers.py")
    used = re.findall(r"RELCRM_[A-Z_]*[A-Z]", " ".join(place.read_text() for place in places))
    explained = re.findall(r"^#? ?(RELCRM_[A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M)
    assert set(used) == {name.removesuffix("_FILE") for name in explained}


def test_every_model_of_ours_is_in_the_admin():
    labels = {"base", "customers", "feedback", "relationships", "campaigns"}
    models = {model for model in apps.get_models() if model._meta.app_label in labels}
    missing = {model._meta.label for model in models - set(admin.site._registry)}
    assert missing == set()


def test_the_top_level_holds_what_was_agreed_and_no_more():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    tops = {line.partition("/")[0] for line in listed.stdout.splitlines()}
    agreed = {
        *OURS, "templates", "static", "tests", "docs", "benchmarks", ".ci",
        "manage.py", "pyproject.toml", "docker-compose.yml", "Dockerfile", "Makefile",
        ".env.example", ".gitignore", ".dockerignore", ".npmrc", "package.json",
        "package-lock.json", "requirements.txt", "requirements-dev.txt", "requirements-uv.txt",
        "requirements-node.txt", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE",
    }  # fmt: skip
    assert tops - agreed == set()
