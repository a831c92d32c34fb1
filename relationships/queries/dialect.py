"""The spellings of evidence in which the two databases differ."""

from dataclasses import dataclass

from relcrm.base.models import Company

DECIMALS = 20  # after the point, more than any program writes


@dataclass(frozen=True)
class Dialect:
    """The few spellings in which the two databases differ."""

    vendor: str

    @property
    def age(self) -> str:
        """In days. As a float, or PostgreSQL compares and divides it as an exact numeric, which
        takes half of the time of all evidence."""
        if self.vendor == "postgresql":
            return "(%s::date - i.occurred_on)::float8"
        return "CAST(julianday(%s) - julianday(i.occurred_on) AS INTEGER)"

    def number(self, expression: str) -> str:
        return f"({expression})::float8" if self.vendor == "postgresql" else f"({expression})"

    def days_between(self, later: str, earlier: str) -> str:
        if self.vendor == "postgresql":
            return f"({later} - {earlier})"
        return f"(julianday({later}) - julianday({earlier}))"

    def day_of(self, moment: str) -> str:
        """The company's day of an instant, as interactions are dated."""
        ours = f"SELECT zone FROM {Company._meta.db_table} LIMIT 1"  # noqa: S608 (our own table)
        zone = f"COALESCE(({ours}), 'UTC')"
        if self.vendor == "postgresql":
            return f"({moment} AT TIME ZONE {zone})::date"
        return f"django_datetime_cast_date({moment}, {zone}, 'UTC')"

    def days_before(self, far: int, near: int) -> str:
        """Order and frame of a window over rows so many days before each."""
        if self.vendor == "postgresql":
            day = "i.occurred_on - DATE '1970-01-01'"
        else:
            day = "julianday(i.occurred_on)"
        return f"ORDER BY {day} RANGE BETWEEN {far} PRECEDING AND {near} PRECEDING"

    def number_told(self, name: str, digits: int) -> tuple[str, str]:
        """Whether a property of the event is a number of at most so many digits before the point,
        and that number. Files bring numbers as texts; of any other text nothing is read."""
        if self.vendor == "postgresql":
            told = f"(i.properties ->> '{name}')"
            return f"{told} ~ '^[0-9]{{1,{digits}}}([.][0-9]{{0,{DECIMALS}}})?$'", f"{told}::float8"
        told = f"json_extract(i.properties, '$.{name}')"
        is_number = (
            f"{told} GLOB '[0-9]*' AND {told} NOT GLOB '*[^0-9.]*' AND {told} NOT GLOB '*.*.*' "
            f"AND {told} NOT GLOB '{'[0-9]' * (digits + 1)}*' "
            f"AND LENGTH({told}) - INSTR({told} || '.', '.') <= {DECIMALS} "
            f"AND json_type(i.properties, '$.{name}') <> 'true'"  # 1 as SQLite reads it
        )
        return is_number, f"CAST({told} AS REAL)"

    def property_text(self, name: str) -> str:
        """A property of the event as plain text: trimmed, in small letters."""
        if self.vendor == "postgresql":
            return f"LOWER(TRIM(i.properties ->> '{name}'))"
        return f"LOWER(TRIM(json_extract(i.properties, '$.{name}')))"

    @property
    def barrier(self) -> str:
        """Keeps PostgreSQL from evaluating the inner expressions once per column that uses them,

        and lets it group the rows in the order in which the index gives them.
        """
        return "ORDER BY i.customer_id OFFSET 0" if self.vendor == "postgresql" else ""
