"""manage.py sandbox_credentials: what each sandbox partner would have given the seller, as JSON."""

import json
import tempfile
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from oms.sandbox.run import credentials_of


class Command(BaseCommand):
    help = "Print addresses, keys, accounts and shops of the sandbox partners as JSON."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        with tempfile.TemporaryDirectory() as folder:
            answer = credentials_of(folder, settings.OMS_SANDBOX_PORT)
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
