"""What a start looks at before it begins: ports and system libraries."""

import ctypes
import socket
import sys
from collections.abc import Sequence

from oms.embedded.errors import StartRefused

# Library file → Debian package. WeasyPrint needs all three to draw a label or an invoice.
PRINT_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}


def refuse_used_ports(ports: Sequence[tuple[int, str, str]], host: str = "127.0.0.1") -> None:
    """StartRefused for the first (port, what for, variable) that another program listens on."""
    for port, purpose, variable in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise StartRefused(
                    f"Port {port} ({purpose}) cannot be used: {(error.strerror or '').lower()}; "
                    f"stop the program that holds it, or set {variable} to another number."
                ) from None


def missing_libraries() -> str:
    """One sentence about absent printing libraries, or nothing."""
    if not sys.platform.startswith("linux"):
        return ""
    packages = []
    for name, package in PRINT_LIBRARIES.items():
        try:
            ctypes.CDLL(name)
        except OSError:
            packages.append(package)
    if not packages:
        return ""
    return (
        "Labels and invoices cannot be printed because system libraries are missing: "
        f"run `apt-get install {' '.join(packages)}` and start again."
    )
