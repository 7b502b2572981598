"""The sandbox from outside: its traffic, and the control doors of its marketplaces."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from oms.kernel.errors import ServiceRefused
from oms.kernel.http import PartnerSession

PARTNER = "sandbox"
MARKETPLACES = ("shopee", "lazada", "tiktok_shop")
CALLS_PER_SECOND = 100


def _asked(url: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """The answer; ServiceRefused when it is no, ServiceUnreachable when there is none."""
    session = PartnerSession(PARTNER, url, rate_per_second=CALLS_PER_SECOND)
    options: dict[str, Any] = {} if body is None else {"json": body}
    reply = session.request(method, path, reads_only=method == "GET", **options)
    data = reply.json()
    if reply.status_code >= 400:
        raise ServiceRefused(str(data.get("error", reply.status_code)))
    return data


def index(method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    return _asked(f"http://127.0.0.1:{settings.OMS_SANDBOX_PORT}", method, path, body)


def market(code: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    parts = urlsplit(settings.PARTNERS[code]["base_url"])
    return _asked(f"{parts.scheme}://{parts.netloc}", method, f"/_sandbox/{path}", body)


def start_traffic(*, orders: int, rate: int, seed: int, hot: list[str]) -> None:
    index("POST", "/traffic", {"orders": orders, "rate": rate, "seed": seed, "hot": hot})


def traffic() -> dict[str, Any]:
    """Whether it runs, how many buyers came, what was sold."""
    return dict(index("GET", "/traffic"))


def stop_traffic() -> None:
    index("DELETE", "/traffic")


def linked_shops(code: str) -> list[str]:
    """Remote ids of the shops whose sellers have agreed."""
    return [row["shop"] for row in market(code, "GET", "linked")]


def clock(code: str) -> float:
    """The marketplace's own time."""
    return float(market(code, "GET", "clock")["now"])


def books(code: str, shop: str, since: float) -> dict[str, Any]:
    """What a shop sold since then, its stock, and what it was told."""
    return dict(market(code, "GET", f"books?shop={shop}&since={since}"))


def end_tokens(code: str) -> None:
    """Every access token of the marketplace is refused from now on."""
    market(code, "POST", "expire_tokens", {})


def refuse_calls(code: str, path: str, times: int) -> None:
    """The next calls of this pattern are answered with the marketplace's rate limit."""
    market(code, "POST", "faults", {"kind": "rate_limit", "path": path, "times": times})


def turned_away(code: str) -> int:
    """How many calls of ours met a fault since the marketplace began."""
    return int(market(code, "GET", "tally")["faulted"])


def clear_faults(code: str) -> None:
    market(code, "DELETE", "faults")


def pushes_waiting(code: str) -> bool:
    """A push is still to be sent; they stand before those that were."""
    newest = market(code, "GET", "webhooks?limit=1")
    return bool(newest) and newest[0]["state"] == "pending"
