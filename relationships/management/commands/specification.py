"""manage.py specification: look at the specification, write it to a file, check an adapted one."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from relationships.engine.typology import BrokenSpecification, faults
from relationships.engine.typology.reading import document
from relationships.queries.editions import document_of, editions
from relcrm.base import company as companies


class Command(BaseCommand):
    help = "List the editions of the specification; --export one to a file; --check an adapted one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", type=Path, metavar="FILE", help="say what is wrong with it")
        parser.add_argument("--export", type=Path, metavar="FILE", help="write the live one here")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self.check_file(options["check"])
            return
        rows = editions()
        if options["export"]:
            live = next(row for row in rows if row.state == row.State.LIVE)
            text = json.dumps(document_of(live), indent=1, ensure_ascii=False)
            options["export"].write_text(text + "\n", encoding="utf-8")
            self.stdout.write(f"{live} written to {options['export']}")
            return
        for row in rows:
            self.stdout.write(f"{row.version:>4}  {row.get_state_display():<6} {row.note}")
        self.stdout.write(f"Judged by version {companies.current().specification_version}.")

    def check_file(self, path: Path) -> None:
        try:
            found = faults(document(path))
        except (OSError, UnicodeDecodeError) as problem:
            raise CommandError(f"{path} cannot be read: {problem}") from problem
        except BrokenSpecification as broken:
            found = [str(broken)]
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write(f"{path} can be used.")
