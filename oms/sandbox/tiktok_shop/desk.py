"""What every endpoint works with: the parts of the platform, and the call at hand."""

from collections.abc import Callable
from dataclasses import dataclass

from oms.sandbox.core import Reply, Request, Webhooks
from oms.sandbox.core.faults import Faults
from oms.sandbox.core.market import Document
from oms.sandbox.tiktok_shop.access import Access
from oms.sandbox.tiktok_shop.envelope import Refusal
from oms.sandbox.tiktok_shop.memory import Memory
from oms.sandbox.tiktok_shop.model import NO_ORDER, NO_PACKAGE
from oms.sandbox.tiktok_shop.params import Body, Query
from oms.sandbox.tiktok_shop.pushes import Pushes
from oms.sandbox.tiktok_shop.returning import Returning
from oms.sandbox.tiktok_shop.selling import Selling
from oms.sandbox.tiktok_shop.wishes import Wishes


@dataclass(frozen=True)
class Desk:
    """The platform behind its endpoints."""

    memory: Memory
    access: Access
    pushes: Pushes
    selling: Selling
    wishes: Wishes
    returning: Returning
    webhooks: Webhooks
    faults: Faults
    base_url: str


@dataclass(frozen=True)
class Call:
    """One call that passed the gateway; a call about the account has no shop."""

    desk: Desk
    request: Request
    account: Document
    shop: Document

    @property
    def memory(self) -> Memory:
        return self.desk.memory

    @property
    def shop_id(self) -> str:
        return str(self.shop["shop_id"])

    @property
    def query(self) -> Query:
        return Query(self.request.query)

    def body(self) -> Body:
        return Body.of(self.request.body)

    def order(self, order_id: str) -> Document:
        """An order of the calling shop; other shops' orders do not exist for it."""
        order = self.memory.order(self.shop_id, order_id)
        if order is None:
            raise Refusal(NO_ORDER, "Order not found")
        return order

    def package(self, package_id: str) -> Document:
        package = self.memory.package(self.shop_id, package_id)
        if package is None:
            raise Refusal(NO_PACKAGE, "Package not found")
        return package

    def row_fault(self) -> tuple[int, str] | None:
        """A switched-on failure of one row inside a successful answer."""
        for kind, answer in ROW_FAULTS.items():
            if self.desk.faults.take(self.request.path, kind) is not None:
                return answer
        return None


Endpoint = Callable[[Call], Reply]
# Failures inside answers that say success.
ROW_FAULTS: dict[str, tuple[int, str]] = {
    "row_retry": (25020008, "System is busy, please try again later"),
    "row_refused": (21011002, "The status does not allow this"),
}
