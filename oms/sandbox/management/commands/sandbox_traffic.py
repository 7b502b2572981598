"""manage.py sandbox_traffic: buyers come to the marketplaces of the sandbox for some minutes."""

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from oms.sandbox.registry import port_offset
from oms.sandbox.traffic import FAULTS, Plan, Traffic
from oms.sandbox.traffic.doors import DIALECTS, Refused


class Command(BaseCommand):
    help = "Sell at the sandbox's marketplaces, to the shops that are connected, then stop."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rate", type=float, default=20, help="buyers a second")
        parser.add_argument("--minutes", type=float, default=5)
        parser.add_argument(
            "--faults", default="", help=f"of the pushes, with commas: {','.join(FAULTS)}"
        )
        parser.add_argument("--seed", type=int, default=0, help="the same seed, the same wishes")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            plan = Plan(
                orders=round(options["rate"] * options["minutes"] * 60),
                rate=options["rate"],
                faults=tuple(name for name in options["faults"].split(",") if name),
                seed=options["seed"],
            )
            ledger = Traffic(self.doors(), plan).run(self.stopped())
        except (ValueError, Refused) as mistake:
            raise CommandError(str(mistake))
        except OSError as failure:
            raise CommandError(f"The sandbox does not answer: {failure}")
        self.stdout.write("\n".join(ledger.lines()))

    @staticmethod
    def doors() -> dict[str, str]:
        first = settings.OMS_SANDBOX_PORT
        return {name: f"http://127.0.0.1:{first + port_offset(name)}" for name in DIALECTS}

    @staticmethod
    def stopped() -> threading.Event:
        """Ctrl-C and SIGTERM end the run; what was sold is still told."""
        asked = threading.Event()
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: asked.set())
        return asked
