"""Giao Hàng Tiết Kiệm behind the Carrier port."""

from urllib.parse import quote

from django.utils.translation import gettext as _

from oms.kernel.clock import now
from oms.kernel.errors import ServiceRefused
from oms.kernel.http import PartnerSession
from shipping.answers import readable
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
from .client import DUPLICATE_CODE, TOKEN_CODE, GHTKClient

NAME = "GHTK"
SHIPMENT = "/services/shipment"
SECRET_FIELDS = ("token", "tel", "name", "address", "pick_tel", "customer_fullname", "customer_tel")


class GHTKCarrier:
    """Giao Hàng Tiết Kiệm through one Token. What its API lacks is done by telephone."""

    limits = Limits(
        max_weight_g=20_000,
        max_side_cm=100,
        max_cod_vnd=20_000_000,
        max_declared_vnd=20_000_000,
        volume_divisor=6,
    )
    abilities = frozenset({Ability.LOOK_UP, Ability.READ, Ability.PICKUP})

    def __init__(self, client: GHTKClient) -> None:
        self.client = client

    def services(self) -> list[Service]:
        return [Service(code, _(name)) for code, name in mapping.SERVICE_NAMES.items()]

    def quote(self, parcel: Parcel) -> list[Quote]:
        quotes = []
        for transport in mapping.SERVICE_NAMES:
            asked = mapping.fee_request(parcel, transport)
            answer = self.client.get(f"{SHIPMENT}/fee", asked)
            quotes.append(_quote(answer, transport))
        return [offer for offer in quotes if offer is not None]

    def pickup_slots(self) -> list[PickupSlot]:
        return mapping.pickup_slots(now())

    def book(self, parcel: Parcel) -> Booking:
        body = mapping.booking_request(parcel)

        def create() -> Booking:
            return mapping.booking_of(self.client.write(f"{SHIPMENT}/order/?ver=1.5", body))

        try:
            return readable(NAME, create, maybe_done=True)
        except ServiceRefused as refused:
            if refused.code != DUPLICATE_CODE:
                raise
            first = mapping.adopted(refused.payload)
            if first is None:
                raise AlreadyBooked(refused.message, refused.code, refused.payload) from refused
            return first

    def find(self, reference: str) -> Booking | None:
        """A refusal other than of the token is GHTK's way of saying that there is none.

        The id is unique there: even a wrong "no" leads to no second parcel.
        """
        path = f"{SHIPMENT}/v2/partner_id:{quote(reference)}"
        try:
            return readable(
                NAME, lambda: mapping.found_booking(self.client.get(path)), maybe_done=False
            )
        except ServiceRefused as refused:
            if refused.code == TOKEN_CODE:
                raise
            return None

    def cancel(self, tracking_number: str) -> Outcome:
        try:
            self.client.write(f"{SHIPMENT}/cancel/{quote(tracking_number)}")
        except ServiceRefused as refused:
            if refused.code == TOKEN_CODE:
                raise
            return Outcome(done=False, message=refused.message)
        return Outcome(done=True)

    def edit_cod(self, tracking_number: str, parcel: Parcel) -> Outcome:
        return _by_telephone()

    def edit_receiver(self, tracking_number: str, parcel: Parcel) -> Outcome:
        return _by_telephone()

    def redeliver(self, tracking_number: str) -> Outcome:
        return _by_telephone()

    def send_back(self, tracking_number: str) -> Outcome:
        return _by_telephone()

    def read(self, tracking_number: str) -> list[TrackingUpdate]:
        path = f"{SHIPMENT}/v2/{quote(tracking_number)}"
        return readable(NAME, lambda: mapping.updates_of(self.client.get(path)), maybe_done=False)

    def label(self, tracking_number: str) -> Label:
        path = f"/services/label/{quote(tracking_number)}"
        asked = {"original": "portrait", "page_size": "A6"}
        return Label(pdf=self.client.document(path, asked))


def _quote(answer: dict[str, object], transport: str) -> Quote | None:
    return readable(NAME, lambda: mapping.quote_of(answer, transport), maybe_done=False)


def _by_telephone() -> Outcome:
    message = _("GHTK không nhận yêu cầu này qua hệ thống; hãy làm trên trang của GHTK.")
    return Outcome(done=False, message=message)


def connect(*, token: str, partner_code: str, account: str, base_url: str) -> GHTKCarrier:
    """The carrier for one account's Token and partner code."""
    http = PartnerSession("ghtk", base_url, account=account, redact=SECRET_FIELDS)
    return GHTKCarrier(GHTKClient(http, token=token, partner_code=partner_code))
