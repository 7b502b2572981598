"""manage.py check_books: prove that the books agree; exit status 1 when they do not."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orders import books


class Command(BaseCommand):
    help = "Check that movements, balances, promises, order totals and counters agree."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--repair-counters", action="store_true", help="count the tabs of the order list again"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["repair_counters"]:
            books.repair_counters()
        wrong = 0
        for name, findings in books.check_books().items():
            self.stdout.write(f"{'ok   ' if not findings else 'WRONG'} {name}")
            for finding in findings:
                self.stdout.write(f"      {finding.message}")
            wrong += len(findings)
        if wrong:
            raise CommandError(f"{wrong} differences")
