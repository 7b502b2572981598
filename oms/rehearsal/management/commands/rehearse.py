"""manage.py rehearse: a sale day at the sandbox, followed to its report; fails when one is red."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.rehearsal.models import Rehearsal
from oms.rehearsal.services.running import advance, start_rehearsal
from oms.rehearsal.wording import shown_report

MARKS = {"green": "OK ", "red": "NO ", "gray": "   "}
LOOK_EVERY_SECONDS = 0.2


class Command(BaseCommand):
    help = "Rehearse a sale day against the running sandbox and print the report."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--orders", type=int, default=60, help="buyers that come")
        parser.add_argument("--rate", type=int, default=10, help="buyers a second")
        parser.add_argument("--seed", type=int, default=0, help="the same seed, the same wishes")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = {name: options[name] for name in ("orders", "rate", "seed")}
        try:
            begun = start_rehearsal(**plan, actor=Actor.system("rehearse"))
        except DomainError as refusal:
            raise CommandError(refusal.message)
        while advance(begun.pk):
            time.sleep(LOOK_EVERY_SECONDS)
        rehearsal = Rehearsal.objects.select_related("job").get(pk=begun.pk)
        self.stdout.write("\n".join(report_lines(rehearsal)))
        if not rehearsal.is_green:
            raise CommandError(rehearsal.job.error or "The two sides do not agree.")


def report_lines(rehearsal: Rehearsal) -> list[str]:
    told = []
    for line in shown_report(rehearsal.report):
        sides = " | ".join(side for side in (line.there, line.here) if side)
        told.append(f"{MARKS[line.tone]}{line.title}: {sides}".rstrip(": "))
        told += [f"      {text}" for text in line.texts]
        if line.rest or line.more:
            told.append(f"      … +{len(line.rest) + line.more}")
    return told
