"""manage.py orphan_files: list files older than a day that no row names, or delete them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from oms.kernel.orphan_files import find_orphans, sweep_orphans


class Command(BaseCommand):
    help = "List the files older than a day that no row names; changes nothing without --delete."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--delete", action="store_true", help="delete them, however many")

    def handle(self, *args: Any, **options: Any) -> None:
        found = find_orphans()
        for orphan in found:
            self.stdout.write(f"{orphan.size:>12}  {orphan.name}")
        self.stdout.write(f"{len(found)} files, {sum(orphan.size for orphan in found)} bytes")
        if options["delete"]:
            self.stdout.write(f"{sweep_orphans(most=None)} deleted")
