"""GHN behind the Carrier port."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.http import PartnerSession
from shipping.answers import readable
from shipping.ports import (
    Ability,
    Booking,
    Label,
    Limits,
    Outcome,
    Parcel,
    PickupSlot,
    Quote,
    Service,
    TrackingUpdate,
)

from . import mapping
from .client import GHNClient

NAME = "GHN"
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
    abilities = frozenset(Ability)

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

        return readable(NAME, lambda: in_either_form(parcel, preview), maybe_done=False)

    def pickup_slots(self) -> list[PickupSlot]:
        return readable(
            NAME, lambda: mapping.slots_of(self.client.get("/v2/shift/date")), maybe_done=False
        )

    def book(self, parcel: Parcel) -> Booking:
        def create(address: dict[str, Any]) -> Booking:
            body = mapping.booking_request(parcel, address)
            return mapping.booking_of(self.client.write("/v2/shipping-order/create", body))

        return readable(NAME, lambda: in_either_form(parcel, create), maybe_done=True)

    def find(self, reference: str) -> Booking | None:
        body = {"client_order_code": reference}

        def detail() -> Booking:
            data = self.client.read("/v2/shipping-order/detail-by-client-code", body)
            return mapping.booking_of(data)

        try:
            return readable(NAME, detail, maybe_done=False)
        except ServiceRefused as refused:
            if refused.code == "ORDER_NOT_FOUND":
                return None
            raise

    def cancel(self, tracking_number: str) -> Outcome:
        return self._switch("cancel", tracking_number)

    def redeliver(self, tracking_number: str) -> Outcome:
        return self._switch("storing", tracking_number)

    def send_back(self, tracking_number: str) -> Outcome:
        return self._switch("return", tracking_number)

    def _switch(self, verb: str, tracking_number: str) -> Outcome:
        """One of GHN's switch-status calls; each answers per parcel."""
        data = self.client.write(f"/v2/switch-status/{verb}", {"order_codes": [tracking_number]})
        for row in data if isinstance(data, list) else []:
            if row.get("order_code") == tracking_number:
                return Outcome(bool(row.get("result")), str(row.get("message") or ""))
        raise ServiceUnreachable(f"GHN's {verb} names no result for the parcel", maybe_done=True)

    def edit_cod(self, tracking_number: str, parcel: Parcel) -> Outcome:
        body = {"order_code": tracking_number, "cod_amount": parcel.cod_vnd}
        return self._change("/v2/shipping-order/updateCOD", body)

    def edit_receiver(self, tracking_number: str, parcel: Parcel) -> Outcome:
        """Name, phone and street: what may be changed while the parcel is on its way."""
        body = {"order_code": tracking_number, **mapping.receiver_fields(parcel.receiver)}
        return self._change("/v2/shipping-order/update", body)

    def _change(self, path: str, body: dict[str, Any]) -> Outcome:
        try:
            self.client.write(path, body)
        except ServiceRefused as refused:
            if refused.code == "TOKEN_INVALID":
                raise
            return Outcome(done=False, message=refused.message)
        return Outcome(done=True)

    def read(self, tracking_number: str) -> list[TrackingUpdate]:
        body = {"order_code": tracking_number}
        return readable(
            NAME,
            lambda: mapping.updates_of(self.client.read("/v2/shipping-order/detail", body)),
            maybe_done=False,
        )

    def label(self, tracking_number: str) -> Label:
        data = self.client.read("/v2/a5/gen-token", {"order_codes": [tracking_number]})
        token = data.get("token") if isinstance(data, dict) else None
        if not token:
            raise ServiceUnreachable("GHN gave no print token", maybe_done=False)
        return Label(url=f"{self.base_url}{LABEL_PAGE}{token}")


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


def connect(*, token: str, shop_id: str, account: str, base_url: str) -> GHNCarrier:
    """The carrier for one account's Token and ShopId."""
    http = PartnerSession("ghn", base_url, account=account, redact=("token", "Token"))
    return GHNCarrier(GHNClient(http, token=token, shop_id=shop_id), base_url=base_url)
