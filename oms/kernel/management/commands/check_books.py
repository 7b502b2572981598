"""manage.py check_books: prove that the books agree; exit status 1 when they do not."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oms.kernel import audit, books
from oms.kernel.actors import Actor


class Command(BaseCommand):
    help = "Check that movements, balances, promises, totals and counters agree."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--rebuild",
            action="store_true",
            help="first compute again what is derived: balances, promises, counters",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rebuild"]:
            self._rebuild()
        wrong = 0
        for name, findings in books.check_books().items():
            self.stdout.write(f"{'ok   ' if not findings else 'WRONG'} {name}")
            for finding in findings:
                self.stdout.write(f"      {finding.message}")
                for line in finding.evidence:
                    self.stdout.write(f"        {line}")
            wrong += len(findings)
        if wrong:
            raise CommandError(f"{wrong} differences")

    def _rebuild(self) -> None:
        actor = Actor.system("check_books")
        for name, equation in books.equations().items():
            if equation.rebuild is not None:
                job = audit.ask_rebuild(name, actor=actor)
                audit.rebuild_books(job.pk)
                for row in job.rows.order_by("id"):
                    self.stdout.write(f"{'done   ' if row.ok else 'REFUSED'} {row.message}")
