"""A small threaded HTTP/1.1 server: keep-alive, a limit on bodies, no framework."""

import logging
import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from oms.sandbox.core.messages import Drop, Reply, Request, json_reply

BODY_LIMIT = 12 * 1024 * 1024
IDLE_SECONDS = 75

logger = logging.getLogger(__name__)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "sandbox"
    sys_version = ""
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    wbufsize = 65536  # headers and body leave in one piece
    server: "Server"

    def answer(self) -> None:
        refused = self._unreadable()
        if refused is not None:
            self.close_connection = True  # the body stays unread
            self._write(json_reply({"error": refused.phrase}, refused))
            return
        request = self._read()
        try:
            reply = self.server.handle(request)
        except Drop:
            self.close_connection = True
            self._cut()
            return
        except Exception:
            logger.exception("sandbox failed: %s %s", request.method, request.path)
            reply = json_reply({"error": "the sandbox itself failed"}, 500)
        self._write(reply)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = answer

    def _unreadable(self) -> HTTPStatus | None:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return HTTPStatus.LENGTH_REQUIRED
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit():
            return HTTPStatus.BAD_REQUEST
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE if int(length) > BODY_LIMIT else None

    def _read(self) -> Request:
        parts = urlsplit(self.path)
        return Request(
            method=self.command,
            path=unquote(parts.path),
            query=parse_qs(parts.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("Content-Length", "0"))),
            target=self.path,
        )

    def _write(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)
        self.wfile.flush()

    def _cut(self) -> None:
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the caller has gone first

    def log_message(self, format: str, *args: object) -> None:
        """Calls are recorded by the application, not printed."""


class Server(ThreadingHTTPServer):
    """Serves one handler on one port from threads of its own until `stop`."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, handle: Callable[[Request], Reply]) -> None:
        self.handle = handle
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__((host, port), _Connection)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def start(self) -> None:
        thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        thread.start()

    def stop(self) -> None:
        """Stop listening and end kept-alive connections too: nothing of this server answers on."""
        self.shutdown()
        self.server_close()
        with self._open_lock:
            still_open = list(self._open)
        for connection in still_open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # already closed by the other side

    def process_request(self, request, client_address) -> None:  # type: ignore[no-untyped-def]
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request) -> None:  # type: ignore[no-untyped-def]
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request, client_address) -> None:  # type: ignore[no-untyped-def]
        """A caller that hangs up is normal here, and nothing else gets this far."""
