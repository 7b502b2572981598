"""What every endpoint works with: the parts of the platform, and the call at hand."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from oms.sandbox.core import Reply, Request, Webhooks
from oms.sandbox.core.market import Document
from oms.sandbox.shopee.access import Access
from oms.sandbox.shopee.memory import Memory
from oms.sandbox.shopee.params import Body, Query
from oms.sandbox.shopee.pushes import Pushes
from oms.sandbox.shopee.refusals import Refusal, bad_parameter
from oms.sandbox.shopee.returning import Returning
from oms.sandbox.shopee.selling import Selling


@dataclass(frozen=True)
class Desk:
    """The platform behind its endpoints."""

    memory: Memory
    access: Access
    pushes: Pushes
    selling: Selling
    returning: Returning
    webhooks: Webhooks


@dataclass(frozen=True)
class Call:
    """One call that passed the gateway; `shop_id` is 0 for a public one."""

    desk: Desk
    request: Request
    shop_id: int

    @property
    def memory(self) -> Memory:
        return self.desk.memory

    @property
    def query(self) -> Query:
        return Query(self.request.query)

    def body(self) -> Body:
        """The JSON object of a POST; anything else is refused, half characters too."""
        try:
            data: Any = self.request.json()
            json.dumps(data, ensure_ascii=False).encode()
        except ValueError:
            raise bad_parameter("Wrong parameters, detail: the body is not JSON.")
        return Body(data)

    def order(self, order_sn: str, error: str = "error_not_found") -> Document:
        """An order of the calling shop; other shops' orders do not exist for it."""
        order = self.memory.order(self.shop_id, order_sn)
        if order is None:
            raise Refusal(error, f"The order {order_sn} is not found.")
        return order


Endpoint = Callable[[Call], Reply]


def package_of(order: Document, number: str | None, *, error: str) -> Document:
    """The parcel meant: by its number, or the only one of an unsplit order."""
    if number is None:
        if len(order["packages"]) > 1:
            raise Refusal(
                "logistics.ship_order_need_pacakge_number",
                "The order is split, package_number is needed.",
            )
        package: Document = order["packages"][0]
        return package
    for package in order["packages"]:
        if package["package_number"] == number:
            return package
    raise Refusal(error, f"The package_number {number!r} does not exist.")
