"""A caller that costs next to nothing itself: requests written beforehand, sockets kept open."""

import socket
import threading
import time
from collections.abc import Sequence


def post(path: str, body: bytes, headers: dict[str, str] | None = None) -> bytes:
    """One request as it goes over the wire."""
    told = {
        "Host": "127.0.0.1",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        **(headers or {}),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def send_all(port: int, requests: Sequence[bytes], clients: int) -> float:
    """Answers a second; each client sends its share one after the other. All must be 200."""
    shares = [requests[number::clients] for number in range(clients)]
    threads = [threading.Thread(target=_send, args=(port, share)) for share in shares]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(requests) / (time.perf_counter() - began)


def _send(port: int, requests: Sequence[bytes]) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for request in requests:
            line.sendall(request)
            _read(line)


def _read(line: socket.socket) -> None:
    """Read one answer to its end."""
    seen = b""
    while b"\r\n\r\n" not in seen:
        piece = line.recv(65536)
        assert piece, "the server hung up"
        seen += piece
    head, _, body = seen.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head[:200]
    length = next(
        int(row.split(b":")[1])
        for row in head.split(b"\r\n")
        if row.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += line.recv(65536)
