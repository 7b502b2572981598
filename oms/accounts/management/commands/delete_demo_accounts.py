"""Remove the demo accounts, for a data folder that goes on into real use."""

from typing import Any

from django.core.management.base import BaseCommand

from oms.accounts.models import User


class Command(BaseCommand):
    help = "Delete the demo accounts. What they did stays in the history under their names."

    def handle(self, *args: Any, **options: Any) -> None:
        count, _rows = User.objects.filter(is_demo=True).delete()
        self.stdout.write(f"{count} demo accounts deleted")
