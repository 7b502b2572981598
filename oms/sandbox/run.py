"""Start and stop the partners: as a process of its own, or inside a test."""

import http.client
import json
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from oms.sandbox.core import Clock, Partner, Place, Reply, Request, Store, json_reply
from oms.sandbox.core.app import PartnerApp
from oms.sandbox.core.faults import Faults
from oms.sandbox.core.server import Server
from oms.sandbox.index import IndexPage
from oms.sandbox.registry import available_partners, partner_class, port_offset


class Sandbox:
    """A set of partners, each on a port of its own."""

    def __init__(
        self,
        state_dir: Path | str,
        partners: Sequence[str] | None = None,
        *,
        host: str = "127.0.0.1",
        port_base: int = 0,
        callback_hosts: frozenset[str] = frozenset(),
        behind: float = 0.0,
    ) -> None:
        """`port_base` 0 takes free ports; the clock starts so many seconds `behind`."""
        self.clock = Clock(behind)
        self._state_dir, self._host, self._port_base = Path(state_dir), host, port_base
        self._callback_hosts = callback_hosts
        self._servers: list[Server] = []
        self._apps: dict[str, PartnerApp] = {}
        for name in partners if partners is not None else available_partners():
            self._add(name)
        self._index = IndexPage([app.partner for app in self._apps.values()])
        self._index_server = Server(host, port_base, self._index.handle)
        self._servers.append(self._index_server)

    def _add(self, name: str) -> None:
        kind = partner_class(name)
        port = self._port_base + port_offset(name) if self._port_base else 0
        server = Server(self._host, port, _starting)
        shown = "127.0.0.1" if self._host in ("0.0.0.0", "::") else self._host  # noqa: S104 - compared only
        place = Place(
            base_url=f"http://{shown}:{server.port}",
            db=Store(self._state_dir / f"{name}.sqlite3"),
            clock=self.clock,
            faults=Faults(kind.extra_faults),
            callback_hosts=self._callback_hosts,
        )
        app = PartnerApp(kind(place))
        server.handle = app.handle
        self._servers.append(server)
        self._apps[name] = app

    def start(self) -> None:
        for app in self._apps.values():
            app.start()
        for server in self._servers:
            server.start()

    def stop(self) -> None:
        self._index.traffic.stop()
        for server in self._servers:
            server.stop()
        for app in self._apps.values():
            app.stop()

    def partner(self, name: str) -> Partner:
        return self._apps[name].partner

    def url(self, name: str) -> str:
        return self.partner(name).base_url

    @property
    def index_port(self) -> int:
        """Where the page over all partners is, and the door of the traffic."""
        return self._index_server.port

    def credentials(self) -> dict[str, dict[str, Any]]:
        return {name: app.partner.credentials() for name, app in self._apps.items()}

    def control(self, name: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One call of the control API; ValueError with its text when it refuses."""
        where = urlsplit(self.url(name))
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
        try:
            sent = None if body is None else json.dumps(body)
            headers = {"Content-Type": "application/json"}
            connection.request(method, f"/_sandbox/{path.lstrip('/')}", sent, headers)
            answer = connection.getresponse()
            data = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status >= 400:
            raise ValueError(data.get("error", answer.reason))
        return data

    def settle(self, name: str, seconds: float = 30.0) -> None:
        """Wait until no webhook of a partner is waiting; TimeoutError when some still are."""
        end = time.monotonic() + seconds
        while self.partner(name).webhooks.pending():
            if time.monotonic() > end:
                raise TimeoutError(f"webhooks of {name} still waiting after {seconds} s")
            time.sleep(0.01)


@contextmanager
def running_sandbox(
    state_dir: Path | str, partners: Sequence[str] | None = None, *, behind: float = 0.0
) -> Iterator[Sandbox]:
    """A sandbox on free ports for the length of a block; the state stays in `state_dir`."""
    sandbox = Sandbox(state_dir, partners, behind=behind)
    sandbox.start()
    try:
        yield sandbox
    finally:
        sandbox.stop()


def run(
    state_dir: Path | str,
    port_base: int,
    partners: Sequence[str] | None = None,
    host: str = "127.0.0.1",
    *,
    callbacks: dict[str, str] | None = None,
    redirects: dict[str, str] | None = None,
    callback_hosts: frozenset[str] = frozenset(),
) -> None:
    """Serve until SIGTERM or Ctrl-C. `callbacks` are the addresses webhooks go to at first,
    `redirects` those that consent pages return to."""
    sandbox = Sandbox(
        state_dir, partners, host=host, port_base=port_base, callback_hosts=callback_hosts
    )
    finished = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: finished.set())
    sandbox.start()
    for name, url in (callbacks or {}).items():
        if name in sandbox.credentials():
            sandbox.partner(name).webhooks.set_callback(url)
    for name, url in (redirects or {}).items():
        if name in sandbox.credentials():
            sandbox.partner(name).register_redirect(url)
    for name in sandbox.credentials():
        sandbox.partner(name).tell_history()
    finished.wait()
    sandbox.stop()


def credentials_of(state_dir: Path | str, port_base: int) -> dict[str, dict[str, Any]]:
    """What the partners would give a seller when they run from `port_base`; nothing is started."""
    answer: dict[str, dict[str, Any]] = {}
    for name in available_partners():
        store = Store(Path(state_dir) / f"{name}.sqlite3")
        base_url = f"http://127.0.0.1:{port_base + port_offset(name)}"
        place = Place(base_url=base_url, db=store, clock=Clock(), faults=Faults())
        answer[name] = partner_class(name)(place).credentials()
        store.close()
    return answer


def _starting(request: Request) -> Reply:
    return json_reply({"error": "starting"}, 503)
