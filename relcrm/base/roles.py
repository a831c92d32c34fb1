"""What each role may see and do, in one table."""

from django.contrib.auth.models import AnonymousUser

from relcrm.base.models import User

Role = User.Role

# A capability is asked for by name at a door; a role has it or not.
TABLE: dict[str, set[str]] = {
    "see_customers": {
        Role.ADMIN, Role.MARKETER, Role.SERVICE, Role.ANALYST, Role.EXPERT, Role.PRIVACY,
    },
    # Names and contact data; without it people are numbers.
    "see_people": {Role.ADMIN, Role.MARKETER, Role.SERVICE, Role.EXPERT, Role.PRIVACY},
    # Everybody's customers; without it only those one is assigned to.
    "see_everyone": {Role.ADMIN, Role.MARKETER, Role.SERVICE, Role.ANALYST, Role.PRIVACY},
    "see_negative_types": {Role.ADMIN, Role.SERVICE, Role.PRIVACY},
    # What discreet customers bought; their own points of contact see it without.
    "see_discreet": {Role.ADMIN, Role.SERVICE, Role.PRIVACY},
    "see_company": {Role.ADMIN, Role.MARKETER, Role.SERVICE, Role.ANALYST, Role.PRIVACY},
    "edit_customers": {Role.ADMIN, Role.MARKETER, Role.SERVICE},
    # Notes, tasks, questions around the customers one may see.
    "work_with_customers": {Role.ADMIN, Role.MARKETER, Role.SERVICE, Role.EXPERT},
    # Look into the outbox, write to a customer through it, cancel and retry.
    "write_messages": {Role.ADMIN, Role.MARKETER, Role.SERVICE},
    # Set a house rule of contact aside: one asks, another approves.
    "waive_rules": {Role.ADMIN, Role.MARKETER, Role.PRIVACY},
    "import_data": {Role.ADMIN, Role.MARKETER},
    # Lists as files: an analyst's without names and contact data, an expert's only of their own.
    "export_data": {Role.ADMIN, Role.MARKETER, Role.ANALYST, Role.EXPERT, Role.PRIVACY},
    # Forget a person for good, and lift that again when they come back.
    "erase_people": {Role.ADMIN, Role.PRIVACY},
    # The privacy desk: requests of people about their data, retention, breaches.
    "guard_privacy": {Role.ADMIN, Role.PRIVACY},
    "see_complaints": {Role.ADMIN, Role.MARKETER, Role.SERVICE, Role.EXPERT, Role.PRIVACY},
    "handle_complaints": {Role.ADMIN, Role.SERVICE},
    # How promises are kept, in numbers; names of those let down with see_people only.
    "see_promises": {Role.ADMIN, Role.MARKETER, Role.SERVICE, Role.ANALYST, Role.PRIVACY},
    "edit_promises": {Role.ADMIN, Role.MARKETER},
    # Say that a promise was kept or broken.
    "state_outcomes": {Role.ADMIN, Role.MARKETER, Role.SERVICE},
    "edit_segments": {Role.ADMIN, Role.MARKETER},
    # Forms on which people sign themselves up, and who did.
    "edit_signup_forms": {Role.ADMIN, Role.MARKETER},
    "target": {Role.ADMIN, Role.MARKETER},
    "run_jobs": {Role.ADMIN, Role.MARKETER},
    "see_jobs": {Role.ADMIN, Role.MARKETER, Role.SERVICE, Role.ANALYST, Role.PRIVACY},
    "see_audit": {Role.ADMIN, Role.PRIVACY},
    "administer": {Role.ADMIN},
}  # fmt: skip


def may(user: User | AnonymousUser, capability: str) -> bool:
    """Whether this person's role has the capability; strangers have none."""
    roles = TABLE[capability]
    return isinstance(user, User) and user.is_active and user.role in roles
