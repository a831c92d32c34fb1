"""The database's own record of what is written to profiles, and its refusal to write one."""

from django.db import connection

TABLE = "relationships_profile"


def count_writes() -> None:
    """From now on each row written is noted."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS written (customer bigint)")
        for verb in ("INSERT", "UPDATE"):
            _on(cursor, "AFTER", verb, "INSERT INTO written VALUES (NEW.customer_id);")


def forget_writes() -> None:
    """For tests that are not rolled back."""
    with connection.cursor() as cursor:
        for verb in ("INSERT", "UPDATE"):
            on = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS tell_{verb.lower()}{on}")
        cursor.execute("DROP TABLE IF EXISTS written")


def writes() -> dict[int, int]:
    """How often each customer's profile was written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT customer, count(*) FROM written GROUP BY customer")
        return dict(cursor.fetchall())


def refuse(customer: int) -> None:
    """This customer's profile cannot be written."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            act = f"IF NEW.customer_id = {customer} THEN RAISE EXCEPTION 'no'; END IF;"
        else:
            act = f"SELECT RAISE(ABORT, 'no') WHERE NEW.customer_id = {customer};"
        _on(cursor, "BEFORE", "INSERT", act)


def allow() -> None:
    with connection.cursor() as cursor:
        on = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER tell_insert{on}")


def _on(cursor, when: str, verb: str, act: str) -> None:
    name, does = f"tell_{verb.lower()}", f"BEGIN {act} END"
    if connection.vendor == "postgresql":
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN {act} RETURN NEW; END $$"
        )
        does = f"EXECUTE FUNCTION {name}()"
    cursor.execute(f"CREATE TRIGGER {name} {when} {verb} ON {TABLE} FOR EACH ROW {does}")
