"""Reading the environment: settings by name, secrets also from files, errors that help."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """The variable `name`, else the content of the file named by `name_FILE`, else the default."""
    if value := os.environ.get(name):
        return value
    if file := os.environ.get(f"{name}_FILE"):
        return _file(name, Path(file))
    if default is None:
        raise ImproperlyConfigured(f"Set {name}; .env.example lists every setting.")
    return default


def flag(name: str, default: bool) -> bool:
    value = text(name, str(default))
    if value not in ("True", "False"):
        raise ImproperlyConfigured(f"{name}={value}: use True or False.")
    return value == "True"


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name}={value}: use a whole number.")
    return int(value)


def words(name: str, default: str) -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def _file(name: str, path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError as problem:
        raise ImproperlyConfigured(
            f"{name}_FILE={path} cannot be read ({problem.strerror}); "
            f"mend the path or set {name} itself."
        ) from None


def folder(path: Path) -> Path:
    """The folder, made when it is not there; only its owner may look into it."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise ImproperlyConfigured(
            f"The folder {path} cannot be made ({problem.strerror}); mend RELCRM_DATA."
        ) from None
    return path


def kept_secret(name: str, path: Path) -> str:
    """The variable, else a secret of this installation, made on first use and kept at `path`."""
    if os.environ.get(name) or os.environ.get(f"{name}_FILE"):
        return text(name)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        if not path.exists():
            aside.touch(mode=0o600)
            aside.write_text(secrets.token_urlsafe(48))
            # Linking fails when another process was first: then theirs is the secret.
            os.link(aside, path)
    except FileExistsError:
        pass
    except OSError as problem:
        raise ImproperlyConfigured(
            f"The secret key cannot be kept in {path} ({problem.strerror}); set {name}."
        ) from None
    finally:
        aside.unlink(missing_ok=True)
    return _file(name, path)
