"""What is shipped: the compose file is valid, holds no secret, and every service is watched."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from relcrm.base.tasks import work_due_jobs
from relcrm.celery import app
from relcrm.lib.processes import free_port
from relcrm.pages.installation import crew
from relcrm.pages.preparation import missing_scripts

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = ROOT / "docker-compose.yml"
SERVICES = yaml.safe_load(COMPOSE.read_text())["services"]


def test_the_compose_file_keeps_to_the_compose_specification():
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*check, str(COMPOSE)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_wrong_compose_file_would_be_found(tmp_path):
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(COMPOSE.read_text().replace("healthcheck:", "healthczech:"))
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    assert subprocess.run([*check, str(wrong)], capture_output=True).returncode != 0


@pytest.mark.parametrize("service", sorted(set(SERVICES) - {"migrate"}))
def test_every_service_that_stays_has_a_health_check(service):
    assert SERVICES[service]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")


def test_the_processes_of_ours_run_one_image_without_privileges():
    ours = [SERVICES[name] for name in ("migrate", "web", "worker", "prompt", "scheduler")]
    assert len({service["image"] for service in ours}) == 1
    assert all(service["cap_drop"] == ["ALL"] and service["read_only"] for service in ours)
    assert "\nUSER relcrm\n" in (ROOT / "Dockerfile").read_text()


def test_jobs_and_what_is_quick_have_workers_of_their_own(settings, tmp_path):
    """A look back over years held every worker, and no event was judged until it was over."""
    (tmp_path / "logs").mkdir()
    settings.DATA = tmp_path
    embedded = [member.command for member in crew("127.0.0.1", 1, print).members]
    composed = [SERVICES[name].get("command", []) for name in SERVICES]
    for programs in (embedded, composed):
        served = [words[words.index("--queues") + 1] for words in programs if "--queues" in words]
        assert sorted(served) == sorted(queue.name for queue in app.conf.task_queues)
    assert app.conf.task_routes[work_due_jobs.name]["queue"] != app.conf.task_default_queue


def test_no_secret_is_in_the_compose_file():
    settings = [
        (name, str(value))
        for service in SERVICES.values()
        for name, value in service.get("environment", {}).items()
    ]
    assert settings
    secret = re.compile("PASSWORD|SECRET|DATABASE_URL")
    assert all(name.endswith("_FILE") for name, _ in settings if secret.search(name))
    assert not any(re.search(r"://[^/]*:[^/]*@", value) for _, value in settings)


def test_scripts_that_were_not_bundled_are_named_at_the_start(settings, tmp_path):
    settings.ROOT = tmp_path
    for place in ("src/map.js", "src/plot.js", "dist/plot.js"):
        file = tmp_path / "static" / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    assert "no map.js:" in missing_scripts()
    (tmp_path / "static" / "dist" / "map.js").touch()
    assert missing_scripts() == ""


def test_volumes_and_secrets_that_are_used_are_declared():
    whole = yaml.safe_load(COMPOSE.read_text())
    used = {name for service in SERVICES.values() for name in service.get("secrets", [])}
    assert used == set(whole["secrets"])
    kept = {v.split(":")[0] for service in SERVICES.values() for v in service.get("volumes", [])}
    folders = {name for name in kept if name.startswith("./")}  # of the machine itself
    assert kept - folders == set(whole["volumes"])
    assert all(
        v.endswith(":ro") for s in SERVICES.values() for v in s.get("volumes", []) if v[0] == "."
    )


def test_the_locks_hold_hashes_and_no_address():
    for lock in ROOT.glob("requirements*.txt"):
        text = lock.read_text()
        assert "http" not in text
        assert text.count("==") <= text.count("--hash=sha256:")
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert not any("resolved" in package for package in packages.values())
    assert all("integrity" in package for name, package in packages.items() if name)


def test_no_file_names_a_place_of_the_machine_it_was_written_on():
    listed = subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).splitlines()
    own = re.compile(r"/(?:home|root|Users)/\w")
    found = [
        name for name in listed
        if name.endswith((".py", ".html", ".md", ".toml", ".yml", ".js", ".css"))
        and name != "tests/test_shipping.py"
        and own.search((ROOT / name).read_text())
    ]  # fmt: skip
    assert found == []


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("RELCRM_HTTPS", "maybe", "use True or False"),
        ("RELCRM_DATABASE_URL", "nonsense", "write postgres://user:password@host:5432/name"),
        ("RELCRM_DATA", "/dev/null/here", "mend RELCRM_DATA"),
    ],
)
def test_a_wrong_setting_is_told_in_one_line(name, value, remedy, tmp_path):
    done = in_a_world_of({"RELCRM_DATA": str(tmp_path), "RELCRM_SECRET_KEY": "x", name: value})
    assert done.returncode == 1
    assert done.stderr.startswith("relcrm: ")
    assert remedy in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_database_that_does_not_answer_is_told_before_anything_starts(tmp_path):
    nowhere = "postgres://relcrm:secret@127.0.0.1:1/relcrm"
    done = in_a_world_of(
        {
            "RELCRM_DATA": str(tmp_path),
            "RELCRM_SECRET_KEY": "x",
            "RELCRM_DATABASE_URL": nowhere,
        },
        "serve",
        "--port",
        str(free_port()),
    )
    assert "The database cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


def in_a_world_of(settings, *words):
    ours = ("RELCRM_", "DJANGO_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    command = [sys.executable, "manage.py", *(words or ["check"])]
    return subprocess.run(
        command, cwd=ROOT, env=clean | settings, capture_output=True, text=True, timeout=60
    )
