"""Who works at the demo company, and how a visitor signs in as each of them."""

import json
import secrets
from pathlib import Path

from django.contrib.auth.hashers import make_password

from relcrm.base.models import User

DOMAIN = "larkfell.example"
# A syllable is worth six bits; twelve of them are a password nobody guesses, yet it can be typed.
CONSONANTS, VOWELS = "bdfgklmnprstvwz", "aeio"
COLLEAGUES = {
    "root": ("Roisin Root", User.Role.ADMIN, "sees and sets everything"),
    "mara": ("Mara Keane", User.Role.MARKETER, "chooses whom to address"),
    "sam": ("Sam Doherty", User.Role.SERVICE, "answers complaints"),
    "nils": ("Nils Brandt", User.Role.ANALYST, "sees numbers, no names"),
    "eve": ("Eve Sheridan", User.Role.EXPERT, "looks after some customers"),
    "pia": ("Pia Lindqvist", User.Role.PRIVACY, "guards personal data"),
}


def engage(file: Path) -> dict[str, User]:
    """Accounts for everyone, with one password of this installation, kept in `file`."""
    password = _password()
    file.touch(mode=0o600)
    file.write_text(json.dumps({"password": password}))
    hashed = make_password(password)  # once: it is slow on purpose
    return {
        first: User.objects.create(
            email=f"{first}@{DOMAIN}",
            password=hashed,
            name=name,
            role=role,
            is_staff=role == User.Role.ADMIN,
            is_superuser=role == User.Role.ADMIN,
        )
        for first, (name, role, _does) in COLLEAGUES.items()
    }


def sign_in(file: Path) -> str:
    """The lines that `make demo` prints; without the file the password was changed or lost."""
    try:
        password = json.loads(file.read_text())["password"]
    except (OSError, ValueError, KeyError):
        password = "(not kept here; set a new one: .venv/bin/python manage.py changepassword)"  # noqa: S105 (words, no password)
    lines = [
        f"  {f'{first}@{DOMAIN}':<22} {User.Role(role).label:<18} {does}"
        for first, (_name, role, does) in COLLEAGUES.items()
    ]
    return "\n".join([f"  Password for all of them: {password}", *lines])


def _password() -> str:
    syllables = [secrets.choice(CONSONANTS) + secrets.choice(VOWELS) for _ in range(12)]
    return "-".join("".join(syllables[at : at + 3]) for at in range(0, 12, 3))
