"""Settings from the environment: by name, from files, and with words that help."""

import multiprocessing

import pytest
from django.core.exceptions import ImproperlyConfigured

from relcrm.lib import environment


def test_a_secret_may_stand_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("from a file\n")
    monkeypatch.setenv("RELCRM_X_FILE", str(tmp_path / "key"))
    assert environment.text("RELCRM_X") == "from a file"
    monkeypatch.setenv("RELCRM_X", "by name")
    assert environment.text("RELCRM_X") == "by name"


@pytest.mark.parametrize(
    ("read", "value", "words"),
    [
        (lambda: environment.flag("RELCRM_X", False), "yes", "use True or False"),
        (lambda: environment.number("RELCRM_X", 1), "many", "use a whole number"),
    ],
)
def test_a_malformed_setting_says_what_it_wants(monkeypatch, read, value, words):
    monkeypatch.setenv("RELCRM_X", value)
    with pytest.raises(ImproperlyConfigured, match=f"RELCRM_X={value}: {words}"):
        read()


def test_a_missing_setting_names_itself_and_where_to_read_on(monkeypatch):
    monkeypatch.delenv("RELCRM_X", raising=False)
    with pytest.raises(ImproperlyConfigured, match=r"Set RELCRM_X; \.env\.example"):
        environment.text("RELCRM_X")


def test_a_secret_file_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("RELCRM_X_FILE", "/nowhere/key")
    with pytest.raises(ImproperlyConfigured, match="/nowhere/key cannot be read"):
        environment.text("RELCRM_X")


def test_an_installation_keeps_the_secret_it_made_for_itself(monkeypatch, tmp_path):
    monkeypatch.delenv("RELCRM_X", raising=False)
    first = environment.kept_secret("RELCRM_X", tmp_path / "key")
    assert len(first) >= 50
    assert environment.kept_secret("RELCRM_X", tmp_path / "key") == first
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    monkeypatch.setenv("RELCRM_X", "mine")
    assert environment.kept_secret("RELCRM_X", tmp_path / "key") == "mine"


def test_processes_that_start_together_agree_on_one_secret(tmp_path):
    with multiprocessing.get_context("fork").Pool(8) as pool:
        asked = [("RELCRM_X", tmp_path / "key")] * 40
        assert len(set(pool.starmap(environment.kept_secret, asked))) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match="cannot be made"):
        environment.folder(tmp_path / "file" / "folder")
