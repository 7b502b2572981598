"""What the control API does to GHN's parcels beyond moving them: weigh, part, pay out."""

from typing import Any

from oms.sandbox.core import Action, ParcelSteering, Request, asked
from oms.sandbox.ghn.booking import price
from oms.sandbox.ghn.parcels import shown


class Steering(ParcelSteering):
    """Actions name a parcel by order_code or client_order_code."""

    def actions(self) -> dict[str, Action]:
        return {
            **super().actions(),
            "cod_transferred": self.pay_out,
            "reweigh": self.reweigh,
            "partial_return": self.partial_return,
        }

    def reweigh(self, request: Request) -> dict[str, Any]:
        """{weight, length, width, height}: update_weight, then update_fee."""
        body = asked(request)
        order = self.order(body)
        names = {"weight", "length", "width", "height"} & set(body)
        sizes = {name: int(body[name]) for name in names}
        weighed = order | sizes
        weighed |= price(weighed)
        self.book.save(weighed)
        self.book.tell(weighed, "update_weight")
        self.book.tell(weighed, "update_fee")
        return shown(weighed)

    def partial_return(self, request: Request) -> dict[str, Any]:
        """Part of the goods was refused: {code} is the parcel that carries them back."""
        body = asked(request)
        order = self.order(body)
        code = body.get("code", f"{order['order_code']}_PR")
        part = {**order, "is_partial_return": True, "partial_return_code": code}
        self.book.save(part)
        self.book.tell(part, "update_partial_return")
        return shown(part)
