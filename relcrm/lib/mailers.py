"""Providers that mail can leave through, and what django-anymail calls the settings of each."""

from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

from relcrm.lib import environment


@dataclass(frozen=True, slots=True)
class Provider:
    """Names of settings as the provider calls them; "" where there is nothing of the kind."""

    key: str = "API_KEY"
    secret: str = ""
    domain: str = ""
    signing: str = ""  # reports are signed with it; without one they carry a name and password


PROVIDERS = {
    "brevo": Provider(),
    "mailersend": Provider(key="API_TOKEN", signing="SIGNING_SECRET"),
    "mailgun": Provider(domain="SENDER_DOMAIN", signing="WEBHOOK_SIGNING_KEY"),
    "mailjet": Provider(secret="SECRET_KEY"),  # noqa: S106 (the name of a setting)
    "mailtrap": Provider(key="API_TOKEN"),
    "mandrill": Provider(signing="WEBHOOK_KEY"),
    "postmark": Provider(key="SERVER_TOKEN"),
    "resend": Provider(),
    "sparkpost": Provider(),
}


@dataclass(frozen=True, slots=True)
class Given:
    """What the installation says about how mail leaves; "" where it says nothing."""

    provider: str = ""
    key: str = ""
    secret: str = ""
    domain: str = ""
    url: str = ""  # of the API, where it is not the usual one (Europe)
    signing: str = ""
    reports: str = ""  # "name:password" that the provider's reports carry
    server: str = ""  # of SMTP


def given() -> Given:
    """As the environment says."""
    return Given(
        provider=environment.text("RELCRM_EMAIL_PROVIDER", ""),
        key=environment.text("RELCRM_EMAIL_PROVIDER_KEY", ""),
        secret=environment.text("RELCRM_EMAIL_PROVIDER_SECRET", ""),
        domain=environment.text("RELCRM_EMAIL_PROVIDER_DOMAIN", ""),
        url=environment.text("RELCRM_EMAIL_PROVIDER_URL", ""),
        signing=environment.text("RELCRM_EMAIL_SIGNING_KEY", ""),
        reports=environment.text("RELCRM_EMAIL_REPORTS_SECRET", ""),
        server=environment.text("RELCRM_EMAIL_HOST", ""),
    )


def backend(given: Given) -> str:
    """Django's path to the backend: the provider's, else SMTP to the server, else printing."""
    if not given.provider:
        return f"django.core.mail.backends.{'smtp' if given.server else 'console'}.EmailBackend"
    if given.provider not in PROVIDERS:
        known = ", ".join(PROVIDERS)
        raise ImproperlyConfigured(f"RELCRM_EMAIL_PROVIDER={given.provider}: use one of {known}.")
    if not given.key:
        raise ImproperlyConfigured("Set RELCRM_EMAIL_PROVIDER_KEY, the provider's key for its API.")
    return f"anymail.backends.{given.provider}.EmailBackend"


def anymail(given: Given) -> dict[str, str]:
    """django-anymail's settings."""
    if given.provider not in PROVIDERS:
        return {}
    names, prefix = PROVIDERS[given.provider], given.provider.upper()
    told = {
        names.key: given.key, names.secret: given.secret, names.domain: given.domain,
        names.signing: given.signing, "API_URL": given.url,
    }  # fmt: skip
    found = {f"{prefix}_{name}": value for name, value in told.items() if name and value}
    return found | ({"WEBHOOK_SECRET": given.reports} if given.reports else {})


def hears_safely(provider: str, told: dict[str, str]) -> bool:
    """Whether a report can be told from a forged one: only then any is heard."""
    if provider not in PROVIDERS:
        return False
    signing = PROVIDERS[provider].signing
    return bool(told.get(f"{provider.upper()}_{signing}" if signing else "WEBHOOK_SECRET"))
