"""What every endpoint works with: the parts of the platform, and the call at hand."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from oms.sandbox.core import Reply, Request, Upload, Webhooks
from oms.sandbox.core.faults import Faults
from oms.sandbox.core.market import Document
from oms.sandbox.lazada.access import Access
from oms.sandbox.lazada.envelope import ISV, Refusal
from oms.sandbox.lazada.memory import Memory
from oms.sandbox.lazada.params import Params
from oms.sandbox.lazada.pushes import Pushes
from oms.sandbox.lazada.returning import Returning
from oms.sandbox.lazada.selling import Selling


@dataclass(frozen=True)
class Desk:
    """The platform behind its endpoints."""

    memory: Memory
    access: Access
    pushes: Pushes
    selling: Selling
    returning: Returning
    webhooks: Webhooks
    faults: Faults
    base_url: str


@dataclass(frozen=True)
class Call:
    """One call that passed the gateway; `seller_id` is 0 for a public one."""

    desk: Desk
    path: str
    params: Params
    uploads: list[Upload]
    seller_id: int

    @property
    def memory(self) -> Memory:
        return self.desk.memory

    def order(self, order_id: int) -> Document:
        """An order of the calling seller; other sellers' orders are wrong ids for it."""
        order = self.memory.order(self.seller_id, order_id)
        if order is None:
            raise Refusal("16", f'E016: "{order_id}" Invalid Order ID', ISV)
        return order

    def row_fault(self) -> tuple[str, str, bool] | None:
        """A switched-on failure of one row inside a successful answer: code, text, retry."""
        for kind, answer in ROW_FAULTS.items():
            if self.desk.faults.take(self.path, kind) is not None:
                return answer
        return None


Endpoint = Callable[[Call], Reply]
# Failures inside answers that say success: the lock of another process, a carrier without room,
# and an order that is not allowed.
ROW_FAULTS: dict[str, tuple[str, str, bool]] = {
    "row_locked": ("700024", "get lock failed", True),
    "row_no_carrier": ("1003", "3PL allocation failed", True),
    "row_refused": ("700000", "the status does not allow this", False),
}


def parameters_of(request: Request) -> tuple[dict[str, str], list[Upload]]:
    """Query and form together: libraries of the platform put system parameters in either."""
    merged = {name: values[-1] for name, values in request.query.items()}
    if request.content_type == "multipart/form-data":
        fields, uploads = request.multipart()
        return {**merged, **fields}, uploads
    return {**merged, **request.form()}, []


def row(code: str, text: str, *, retry: bool = False, **fields: Any) -> dict[str, Any]:
    """One row of a fulfilment answer; code "0" is the only success."""
    return {**fields, "item_err_code": code, "msg": text, "retry": retry}
