"""GHN behind the Carrier port."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.http import PartnerSession
from shipping.ports import (
    Booking,
    CancelResult,
    Limits,
    Parcel,
    Quote,
    Service,
    TrackingUpdate,
)

from . import mapping
from .client import GHNClient

NO_SUCH_SERVICE = {"ROUTE_NOT_FOUND_SERVICE", "SERVICE_NOT_FOUND_CONFIG_FEE"}
LABEL_PAGE = "/a5/public-api/printA5?token="
T = TypeVar("T")


class GHNCarrier:
    """Giao Hàng Nhanh through one Token and ShopId."""

    limits = Limits(
        max_weight_g=50_000,
        max_side_cm=200,
        max_cod_vnd=50_000_000,
        max_declared_vnd=5_000_000,
        volume_divisor=5,
    )

    def __init__(self, client: GHNClient, *, base_url: str) -> None:
        self.client = client
        self.base_url = base_url

    def services(self) -> list[Service]:
        return [Service(code, _(name)) for code, name in mapping.SERVICE_NAMES.items()]

    def quote(self, parcel: Parcel) -> list[Quote]:
        quotes = []
        for service_code in mapping.SERVICE_NAMES:
            try:
                quotes.append(self._quote(parcel, service_code))
            except ServiceRefused as refused:
                if refused.code not in NO_SUCH_SERVICE:
                    raise
        return quotes

    def _quote(self, parcel: Parcel, service_code: str) -> Quote:
        def preview(address: dict[str, Any]) -> Quote:
            body = mapping.parcel_request(parcel, address, service_code=service_code)
            data = self.client.read("/v2/shipping-order/preview", body)
            return mapping.quote_of(data, service_code)

        return readable(lambda: in_either_form(parcel, preview), maybe_done=False)

    def book(self, parcel: Parcel) -> Booking:
        def create(address: dict[str, Any]) -> Booking:
            body = mapping.booking_request(parcel, address)
            return mapping.booking_of(self.client.write("/v2/shipping-order/create", body))

        return readable(lambda: in_either_form(parcel, create), maybe_done=True)

    def find(self, reference: str) -> Booking | None:
        body = {"client_order_code": reference}

        def detail() -> Booking:
            data = self.client.read("/v2/shipping-order/detail-by-client-code", body)
            return mapping.booking_of(data)

        try:
            return readable(detail, maybe_done=False)
        except ServiceRefused as refused:
            if refused.code == "ORDER_NOT_FOUND":
                return None
            raise

    def cancel(self, tracking_number: str) -> CancelResult:
        data = self.client.write("/v2/switch-status/cancel", {"order_codes": [tracking_number]})
        for row in data if isinstance(data, list) else []:
            if row.get("order_code") == tracking_number:
                return CancelResult(bool(row.get("result")), str(row.get("message") or ""))
        raise ServiceUnreachable("GHN's cancel names no result for the parcel", maybe_done=True)

    def read(self, tracking_number: str) -> list[TrackingUpdate]:
        body = {"order_code": tracking_number}
        return readable(
            lambda: mapping.updates_of(self.client.read("/v2/shipping-order/detail", body)),
            maybe_done=False,
        )

    def label_url(self, tracking_number: str) -> str:
        data = self.client.read("/v2/a5/gen-token", {"order_codes": [tracking_number]})
        token = data.get("token") if isinstance(data, dict) else None
        if not token:
            raise ServiceUnreachable("GHN gave no print token", maybe_done=False)
        return f"{self.base_url}{LABEL_PAGE}{token}"


def in_either_form(parcel: Parcel, send: Callable[[dict[str, Any]], T]) -> T:
    """Send with the best address form; once more with the other when GHN cannot place the first.

    A refusal is a definite "no", so the second send makes no second parcel.
    """
    first, *other = mapping.address_forms(parcel.receiver)
    try:
        return send(first)
    except ServiceRefused as refused:
        if not other or refused.code not in mapping.ADDRESS_CODES:
            raise
    return send(other[0])


def readable(call: Callable[[], T], *, maybe_done: bool) -> T:
    """A success that cannot be read counts as no answer."""
    try:
        return call()
    except mapping.MalformedAnswer as odd:
        raise ServiceUnreachable(f"GHN: {odd}", maybe_done=maybe_done) from odd


def connect(*, token: str, shop_id: str, account: str, base_url: str) -> GHNCarrier:
    """The carrier for one account's Token and ShopId."""
    http = PartnerSession("ghn", base_url, account=account, redact=("token", "Token"))
    return GHNCarrier(GHNClient(http, token=token, shop_id=shop_id), base_url=base_url)
