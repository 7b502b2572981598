"""Who is at the other end of a request: the one place that reads forwarded addresses."""

import re
from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

# "1.2.3.4:5678" and "[2001:db8::1]:5678": some proxies add the port.
_WITH_PORT = re.compile(r"\[(?P<six>[^]]+)](?::\d+)?|(?P<four>[^:]+):\d+")


def client_address(request: HttpRequest) -> str:
    """The address of the client, as far as our own proxies vouch for it.

    Each of the TRUSTED_PROXIES appends to X-Forwarded-For the address that it saw, so the client
    is that many entries from the end; what stands before them anybody may have written. Without
    trusted proxies, or when the header is shorter or no address, it is the connection's.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    hops = settings.TRUSTED_PROXIES
    seen = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    if hops < 1 or len(seen) < hops:
        return peer
    return _address(seen[-hops]) or peer


def client_network(request: HttpRequest) -> str:
    """What counts as one caller: an address of version 4, or the 64 bits that one home is given."""
    address = client_address(request)
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(IPv6Network((int(found), 64), strict=False))
    return address


def _address(text: str) -> str:
    """In its one usual form, or empty when the text is no address."""
    text = text.strip()
    if parts := _WITH_PORT.fullmatch(text):
        text = parts["six"] or parts["four"]
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(address)


# The first mark that a browser's own description holds is its name: most claim to be others too.
BROWSERS = (
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("coc_coc", "Cốc Cốc"), ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def device_name(agent: str) -> str:
    """`Chrome · Windows` for what a browser says of itself; else its first seventy letters."""
    found = [
        next((name for mark, name in names if mark in agent), "") for names in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(filter(None, found)) or agent[:70]
