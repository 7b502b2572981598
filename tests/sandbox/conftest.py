"""A listener for webhooks and the toy partner."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from oms.sandbox import registry
from oms.sandbox.run import Sandbox, running_sandbox
from tests.sandbox.shopee_caller import ShopeeCaller


class Listener:
    """Takes webhooks; `answers` are the statuses given first, then 200."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], dict]] = []
        self.raw: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[int] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.raw.append((self.path, dict(self.headers), body))
                if self.headers["Content-Type"] == "application/json":
                    outer.got.append((self.path, dict(self.headers), json.loads(body)))
                self.send_response(outer.answers.pop(0) if outer.answers else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def bodies(self) -> list[dict]:
        return [body for _, _, body in self.got]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listening = Listener()
    yield listening
    listening.close()


@pytest.fixture
def toy_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.PARTNERS, "toy", ("tests.sandbox.toy:Toy", 9))


@pytest.fixture
def toy(tmp_path, toy_registered) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path, ["toy"]) as sandbox:
        yield sandbox


@pytest.fixture
def shopee(tmp_path) -> Iterator[ShopeeCaller]:
    """The marketplace with the first demo shop already authorised."""
    with running_sandbox(tmp_path, ["shopee"]) as sandbox:
        yield ShopeeCaller(sandbox).log_in()
