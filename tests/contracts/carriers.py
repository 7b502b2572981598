"""Each carrier for the contract: its connector, the server behind it, how it names things."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from oms.sandbox.run import Sandbox, running_sandbox
from shipping.carriers.ghn.connector import connect as connect_ghn
from shipping.carriers.ghtk.connector import connect as connect_ghtk
from shipping.carriers.viettel_post.client import Login
from shipping.carriers.viettel_post.connector import connect as connect_viettel_post
from shipping.ports import (
    Ability,
    Callback,
    Carrier,
    CarrierKind,
    Parcel,
    ParcelItem,
    Party,
    TrackingUpdate,
    carrier_kind,
)
from tests.sandbox.conftest import Listener

SECRET = "bi-mat-cua-hang"
numbers = count(1)
PARCEL = Parcel(
    reference="",
    service_code="",
    receiver=Party("Khách A", "0901234567", "12 đường số 3", "Phường Tân Định", "", "Hồ Chí Minh"),
    sender=Party("Kho A", "0909876543", "1 Lê Lợi", "Phường Bến Thành", "", "Hồ Chí Minh"),
    weight_g=800,
    length_cm=20,
    width_cm=15,
    height_cm=10,
    cod_vnd=650_000,
    declared_vnd=650_000,
    fee_payer="shop",
    inspection_note="look",
    items=(ParcelItem("Áo thun", "AT-01", 2, 325_000, 400),),
)


@dataclass
class Line:
    """A carrier, the server behind it, and how its protocol names things."""

    carrier: Carrier
    sandbox: Sandbox
    kind: CarrierKind
    heard: Listener
    paths: dict[str, str]  # what is called for each verb of the port
    code_field: str
    steps: dict[str, str]  # picked, delivering, failed, delivered in its own codes
    service: str
    gives_day: bool = True
    seen: int = field(default=0)

    @property
    def name(self) -> str:
        return self.kind.code

    def parcel(self, **changes: Any) -> Parcel:
        """A parcel under a reference that nobody has used."""
        fresh = {"reference": f"DH-26-{next(numbers):06d}", "service_code": self.service}
        return replace(PARCEL, **{**fresh, **changes})

    def can(self, ability: Ability) -> bool:
        return ability in self.carrier.abilities

    def fault(self, kind: str, verb: str, **options: Any) -> None:
        body = {"kind": kind, "path": self.paths[verb], **options}
        self.sandbox.control(self.name, "POST", "faults", body)

    def webhook_fault(self, kind: str) -> None:
        self.sandbox.control(self.name, "POST", "faults", {"kind": kind, "path": "*"})

    def clear(self) -> None:
        self.sandbox.control(self.name, "DELETE", "faults")
        self.sandbox.settle(self.name)
        self.heard.raw.clear()

    def kept(self, reference: str) -> int:
        """How many parcels the server holds under a reference."""
        orders = self.sandbox.control(self.name, "GET", "state?collection=orders")["orders"]
        return sum(reference in order.values() for order in orders.values())

    def held(self, reference: str) -> dict[str, Any]:
        """The parcel as the server holds it."""
        orders = self.sandbox.control(self.name, "GET", "state?collection=orders")["orders"]
        return next(order for order in orders.values() if reference in order.values())

    def move(self, code: str, step: str) -> None:
        body = {self.code_field: code, "status": self.steps[step]}
        self.sandbox.control(self.name, "POST", "walk", body)

    def calls(self) -> list[Callback]:
        """What the server has told us since the last clearing."""
        self.sandbox.settle(self.name)
        return [callback_of(*call) for call in self.heard.raw]

    def reports(self, code: str) -> list[TrackingUpdate]:
        """What the carrier says of a parcel: read, or told when asked for it."""
        if self.can(Ability.READ):
            return self.carrier.read(code)
        self.clear()
        assert self.carrier.read(code) == []
        return [self.kind.webhook.parse(call.body) for call in self.calls()]


def callback_of(path: str, headers: dict[str, str], body: bytes) -> Callback:
    """A call as our view would hand it on; the GHN address ends in its secret."""
    parts = urlsplit(path)
    return Callback(
        body=body,
        path_secret=parts.path.strip("/").rpartition("/")[2],
        query=dict(parse_qsl(parts.query)),
        headers={name.lower(): value for name, value in headers.items()},
    )


@contextmanager
def line_of(name: str, folder: Path) -> Iterator[Line]:
    heard = Listener()
    kind = carrier_kind(name)
    assert kind is not None
    with running_sandbox(folder, [name]) as sandbox:
        tail = {"viettel_post": f"#{SECRET}"}.get(name, kind.hook_tail(SECRET))
        sandbox.control(name, "POST", "callbacks", {"url": f"{heard.url}/{tail}"})
        yield LINES[name](sandbox, kind, heard)
    heard.close()


def ghn(sandbox: Sandbox, kind: CarrierKind, heard: Listener) -> Line:
    given = sandbox.credentials()["ghn"]
    carrier = connect_ghn(
        token=given["token"],
        shop_id=str(given["shop_id"]),
        account="contract",
        base_url=sandbox.url("ghn"),
    )
    paths = {
        "quote": "*/shipping-order/preview",
        "book": "*/shipping-order/create",
        "find": "*/detail-by-client-code",
        "read": "*/shipping-order/detail",
        "label": "*/gen-token",
        "cancel": "*/switch-status/cancel",
        "edit_cod": "*/updateCOD",
        "edit_receiver": "*/shipping-order/update",
        "redeliver": "*/switch-status/storing",
        "send_back": "*/switch-status/return",
    }
    steps = {
        "picked": "picked",
        "delivering": "delivering",
        "failed": "delivery_fail",
        "delivered": "delivered",
    }
    return Line(carrier, sandbox, kind, heard, paths, "order_code", steps, "2")


def viettel_post(sandbox: Sandbox, kind: CarrierKind, heard: Listener) -> Line:
    given = sandbox.credentials()["viettel_post"]
    carrier = connect_viettel_post(
        login=Login(given["username"], given["password"]),
        token="",
        keep_token=lambda token: None,
        account="contract",
        base_url=sandbox.url("viettel_post"),
        print_url=given["print_url"],
    )
    update = "*/UpdateOrder"
    paths = {
        "quote": "*/getPriceAllNlp",
        "book": "*/createOrderNlp",
        "read": "*/registerOrderHook",
        "label": "*/printing-code",
        "cancel": update,
        "edit_cod": "*/order/edit",
        "redeliver": update,
        "send_back": update,
    }
    steps = {"picked": "105", "delivering": "500", "failed": "505", "delivered": "501"}
    return Line(carrier, sandbox, kind, heard, paths, "ORDER_NUMBER", steps, "VCN")


def ghtk(sandbox: Sandbox, kind: CarrierKind, heard: Listener) -> Line:
    given = sandbox.credentials()["ghtk"]
    carrier = connect_ghtk(
        token=given["token"],
        partner_code=given["partner_code"],
        account="contract",
        base_url=sandbox.url("ghtk"),
    )
    paths = {
        "quote": "*/shipment/fee",
        "book": "*/shipment/order/",
        "find": "*/v2/partner_id:*",
        "read": "*/shipment/v2/*",
        "label": "*/label/*",
        "cancel": "*/cancel/*",
    }
    steps = {"picked": "3", "delivering": "4", "failed": "9", "delivered": "5"}
    return Line(carrier, sandbox, kind, heard, paths, "label", steps, "road", gives_day=False)


LINES = {"ghn": ghn, "viettel_post": viettel_post, "ghtk": ghtk}
