"""`manage.py up`: everything the system needs, with one command, until Ctrl-C."""

import contextlib
import os
import socket
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import translation

from oms.embedded import children, prepare
from oms.embedded.checks import missing_libraries, refuse_used_ports
from oms.embedded.errors import StartRefused
from oms.embedded.lock import folder_lock
from oms.embedded.postgres import Postgres
from oms.embedded.probe import probe
from oms.embedded.process import wait_for
from oms.embedded.supervisor import StopAsked, Supervisor, say, stop_on_signals
from oms.embedded.valkey import Valkey
from oms.kernel import alive
from oms.settings.env import HOST, RUN

READY_SECONDS = 90
SANDBOX_SECONDS = 15


class Command(BaseCommand):
    help = "Start servers, sandbox, workers, beat and web; stop them all on Ctrl-C."
    requires_system_checks: list[str] = []  # type: ignore[assignment]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=HOST)
        parser.add_argument("--web-processes", type=int, default=2)
        parser.add_argument("--worker-processes", type=int, default=2)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with folder_lock(settings.OMS_HOME):
                Run(**{name: options[name] for name in Run.OPTIONS}).until_stopped()
        except StartRefused as refusal:
            raise CommandError(str(refusal)) from None


class Run:
    """One run over one data folder."""

    OPTIONS = ("host", "web_processes", "worker_processes")

    def __init__(self, host: str, web_processes: int, worker_processes: int) -> None:
        self.host = host
        self.web_processes, self.worker_processes = web_processes, worker_processes
        self.home: Path = settings.OMS_HOME
        self.log = self.home / "log"
        self.with_sandbox = settings.SANDBOX and "sandbox" in get_commands()
        self.supervisor = Supervisor()

    def until_stopped(self) -> None:
        began = time.monotonic()
        refuse_used_ports(self.ports(), self.host)
        if warning := missing_libraries():
            say(warning)
        with stop_on_signals():
            try:
                self.start_all()
                self.report(self.supervisor.watch(self.is_green, READY_SECONDS), began)
                self.supervisor.watch(lambda: False)
            except StopAsked:
                say("Stopping")
            finally:
                self.supervisor.stop()
        say("Stopped")

    def ports(self) -> list[tuple[int, str, str]]:
        found = [(settings.OMS_PORT, "the web pages", "OMS_PORT")]
        if self.with_sandbox:
            first = settings.OMS_SANDBOX_PORT
            found += [
                (first + offset, "the sandbox", "OMS_SANDBOX_PORT")
                for offset in range(len(settings.PARTNERS) + 1)
            ]
        return found

    def start_all(self) -> None:
        """Servers, then the data, then our processes side by side."""
        start = self.supervisor.start
        if self.with_sandbox:
            start(children.sandbox(self.log, settings.BASE_DIR / "manage.py"))
        if not os.environ.get("REDIS_URL"):
            start(Valkey(self.home / "valkey", RUN, self.log / "valkey.log"))
        if not os.environ.get("DATABASE_URL"):
            postgres = Postgres(self.home / "postgres", RUN, self.log / "postgres.log")
            start(postgres)
            postgres.make_database(connection.settings_dict["NAME"])
        self.bring_up_to_date()
        alive.forget()
        for worker in children.workers(self.log, processes=self.worker_processes):
            start(worker)
        start(children.beat(self.log))
        start(
            children.web(
                self.log, host=self.host, port=settings.OMS_PORT, processes=self.web_processes
            )
        )

    def bring_up_to_date(self) -> None:
        if prepare.migrate():
            say("Database brought up to date")
        if prepare.collect_static(self.home / "static.stamp"):
            say("Static files collected")
        if prepare.cut_label_fonts():
            say("Label fonts cut")
        if prepare.is_demo_wanted():
            say("Loading the demo shop")
            wait_for(self.sandbox_answers, SANDBOX_SECONDS)
            call_command("load_demo", verbosity=0)
        with translation.override(settings.LANGUAGE_CODE):
            self.accounts = prepare.demo_accounts()
        connection.close()

    def sandbox_answers(self) -> bool:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", settings.OMS_SANDBOX_PORT), 1).close()
            return True
        return False

    def health(self) -> str:
        """The body of /healthz when everything is up, else what is wrong."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "") else self.host  # noqa: S104
        return probe(f"http://{host}:{settings.OMS_PORT}/healthz")

    def is_green(self) -> bool:
        return not self.health()

    def report(self, green: bool, began: float) -> None:
        if not green:
            say(f"Not everything is up after {READY_SECONDS} s: {self.health()} (see {self.log})")
            return
        say(f"Ready after {time.monotonic() - began:.1f} s: {settings.OMS_PUBLIC_URL}/")
        for account in self.accounts:
            say(f"  {account}")
        say("Ctrl-C stops everything")
