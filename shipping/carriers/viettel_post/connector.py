"""Viettel Post behind the Carrier port."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from oms.kernel.clock import COMPANY_ZONE, now
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.http import PartnerSession
from shipping.answers import MalformedAnswer, readable
from shipping.ports import (
    Ability,
    AlreadyBooked,
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
from .client import DUPLICATE_CODE, TOKEN_CODE, Login, ViettelPostClient

NAME = "Viettel Post"
# UpdateOrder, TYPE
APPROVE_RETURN, DELIVER_AGAIN, CANCEL = 2, 3, 4
# As many prices as are asked for one parcel: a contract may list a dozen services.
MOST_QUOTES = 6
A6 = 2
LABEL_MINUTES = 30
SECRET_FIELDS = (
    "token",
    "password",
    "sender_phone",
    "sender_address",
    "receiver_fullname",
    "receiver_phone",
    "receiver_address",
)


class ViettelPostCarrier:
    """Viettel Post through one login.

    The vendor publishes no look-up and no pull of states: a lost answer is settled by a repeat
    under CHECK_UNIQUE or by a message, and states come by message only.
    """

    limits = Limits(
        max_weight_g=50_000,
        max_side_cm=200,
        max_cod_vnd=50_000_000,
        max_declared_vnd=50_000_000,
        volume_divisor=6,
    )
    abilities = frozenset({Ability.EDIT_COD, Ability.REDELIVER, Ability.SEND_BACK})

    def __init__(self, client: ViettelPostClient, *, print_url: str) -> None:
        self.client = client
        self.print_url = print_url

    def services(self) -> list[Service]:
        return [Service(code, _(name)) for code, name in mapping.SERVICE_NAMES.items()]

    def quote(self, parcel: Parcel) -> list[Quote]:
        """The services of this route, then the whole price of each with VAT."""
        body = mapping.price_request(parcel)
        listed = readable(
            NAME,
            lambda: mapping.services_of(
                self.client.read("/v2/order/getPriceAllNlp", {**body, "TYPE": 1})
            ),
            maybe_done=False,
        )
        quotes = []
        for code, name in list(listed.items())[:MOST_QUOTES]:
            try:
                quotes.append(self._quote(body, code, name))
            except ServiceRefused as refused:
                if refused.code == TOKEN_CODE:
                    raise
        return quotes

    def _quote(self, body: dict[str, Any], code: str, name: str) -> Quote:
        asked = {**body, "ORDER_SERVICE": code, "ORDER_SERVICE_ADD": "", "NATIONAL_TYPE": 1}
        return readable(
            NAME,
            lambda: mapping.quote_of(
                self.client.read("/v2/order/getPriceNlp", asked), code, name, now=now()
            ),
            maybe_done=False,
        )

    def pickup_slots(self) -> list[PickupSlot]:
        """Couriers come by the contract: its calls ask for no time."""
        return []

    def book(self, parcel: Parcel) -> Booking:
        body = mapping.booking_request(parcel, order_number=parcel.reference)

        def create() -> Booking:
            answer = self.client.write("/v2/order/createOrderNlp", body)
            return mapping.booking_of(answer, reference=parcel.reference, now=now())

        try:
            return readable(NAME, create, maybe_done=True)
        except ServiceRefused as refused:
            if refused.code != DUPLICATE_CODE:
                raise
            raise AlreadyBooked(refused.message, refused.code, refused.payload) from refused

    def find(self, reference: str) -> Booking | None:
        raise ServiceUnreachable(_("Viettel Post không cho tra vận đơn theo mã của shop."))

    def cancel(self, tracking_number: str) -> Outcome:
        return self._update(CANCEL, tracking_number)

    def redeliver(self, tracking_number: str) -> Outcome:
        return self._update(DELIVER_AGAIN, tracking_number)

    def send_back(self, tracking_number: str) -> Outcome:
        return self._update(APPROVE_RETURN, tracking_number)

    def _update(self, kind: int, tracking_number: str) -> Outcome:
        at = datetime.now(COMPANY_ZONE).strftime("%d/%m/%Y %H:%M:%S")
        body = {"TYPE": kind, "ORDER_NUMBER": tracking_number, "NOTE": "", "DATE": at}
        return self._outcome("/v2/order/UpdateOrder", body)

    def edit_cod(self, tracking_number: str, parcel: Parcel) -> Outcome:
        """The whole order once more, with the waybill as its number."""
        body = mapping.booking_request(parcel, order_number=tracking_number, is_new=False)
        return self._outcome("/v2/order/edit", body)

    def edit_receiver(self, tracking_number: str, parcel: Parcel) -> Outcome:
        return Outcome(
            done=False, message=_("Viettel Post không cho đổi người nhận khi hàng đang đi.")
        )

    def _outcome(self, path: str, body: dict[str, Any]) -> Outcome:
        try:
            self.client.write(path, body)
        except ServiceRefused as refused:
            if refused.code == TOKEN_CODE:
                raise
            return Outcome(done=False, message=refused.message)
        return Outcome(done=True)

    def read(self, tracking_number: str) -> list[TrackingUpdate]:
        """Ask for the present state to be pushed; nothing can be read."""
        self.client.read("/v2/order/registerOrderHook", {"ORDER_NUMBER": tracking_number})
        return []

    def label(self, tracking_number: str) -> Label:
        """The code for the print page stands in `message`."""
        until = now() + timedelta(minutes=LABEL_MINUTES)
        body = {"EXPIRY_TIME": int(until.timestamp() * 1000), "ORDER_ARRAY": [tracking_number]}

        def code() -> str:
            answer = self.client.read("/v2/order/printing-code", body)
            said = answer.get("message") if isinstance(answer, dict) else None
            if not isinstance(said, str) or not said:
                raise MalformedAnswer("there is no print code")
            return said

        bill = readable(NAME, code, maybe_done=False)
        return Label(url=f"{self.print_url}?type={A6}&bill={bill}&showPostage=0")


def connect(
    *,
    login: Login,
    token: str,
    keep_token: Callable[[str], None],
    account: str,
    base_url: str,
    print_url: str,
) -> ViettelPostCarrier:
    """The carrier for one account's login."""
    http = PartnerSession("viettel_post", base_url, account=account, redact=SECRET_FIELDS)
    client = ViettelPostClient(http, login, token=token, keep_token=keep_token)
    return ViettelPostCarrier(client, print_url=print_url)
