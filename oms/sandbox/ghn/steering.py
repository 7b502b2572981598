"""What the control API does to parcels: move, weigh, pay out, and let time run by itself."""

from typing import Any

from oms.sandbox.core import Action, ControlError, Refusal, Request, asked
from oms.sandbox.ghn.booking import price
from oms.sandbox.ghn.parcels import Parcels, shown
from oms.sandbox.ghn.statuses import HAPPY_PATH, NEXT, way

AUTO = "auto_advance"


class Steering:
    """Actions name a parcel by order_code or client_order_code."""

    def __init__(self, parcels: Parcels) -> None:
        self.parcels, self.db = parcels, parcels.db

    def actions(self) -> dict[str, Action]:
        return {
            "move": self.move,
            "walk": self.walk,
            "reweigh": self.reweigh,
            "cod_transferred": self.cod_transferred,
            "partial_return": self.partial_return,
            "emit": self.emit,
            "auto_advance": self.auto_advance,
        }

    def move(self, request: Request) -> dict[str, Any]:
        """{status, reason_code, reason, force}: one step; force takes an illegal one too."""
        body = asked(request)
        status = _known(body["status"])
        return shown(self._move(self._order(body), status, body, force=bool(body.get("force"))))

    def walk(self, request: Request) -> list[str]:
        """{status}: every legal step on the shortest way there, each with its webhook."""
        body = asked(request)
        order = self._order(body)
        steps = way(order["status"], _known(body["status"]))
        if not steps and order["status"] != body["status"]:
            raise ControlError(f"no way from {order['status']} to {body['status']}")
        for status in steps:
            order = self._move(order, status, body if status == steps[-1] else {}, force=False)
        return steps

    def reweigh(self, request: Request) -> dict[str, Any]:
        """{weight, length, width, height}: update_weight, then update_fee."""
        body = asked(request)
        order = self._order(body)
        names = {"weight", "length", "width", "height"} & set(body)
        sizes = {name: int(body[name]) for name in names}
        weighed = order | sizes
        weighed |= price(weighed)
        self.parcels.save(weighed)
        self.parcels.tell(weighed, "update_weight")
        self.parcels.tell(weighed, "update_fee")
        return shown(weighed)

    def cod_transferred(self, request: Request) -> dict[str, Any]:
        order = self._order(asked(request))
        if not order["is_cod_collected"]:
            raise ControlError("no COD has been collected for this parcel")
        return shown(self.parcels.transfer_cod(order))

    def partial_return(self, request: Request) -> dict[str, Any]:
        """Part of the goods was refused: {code} is the parcel that carries them back."""
        body = asked(request)
        order = self._order(body)
        code = body.get("code", f"{order['order_code']}_PR")
        part = {**order, "is_partial_return": True, "partial_return_code": code}
        self.parcels.save(part)
        self.parcels.tell(part, "update_partial_return")
        return shown(part)

    def emit(self, request: Request) -> dict[str, bool]:
        """{type, changes}: a webhook as it would be now, with some keys changed; nothing moves."""
        body = asked(request)
        kind = body.get("type", "switch_status")
        self.parcels.tell(self._order(body), kind, **body.get("changes", {}))
        return {"ok": True}

    def auto_advance(self, request: Request) -> dict[str, Any]:
        """{on, seconds, cod_after}: a step each `seconds`; COD paid out `cod_after` s later."""
        body = asked(request)
        settings = {
            "on": bool(body.get("on", True)),
            "seconds": float(body.get("seconds", 20)),
            "cod_after": body.get("cod_after"),
        }
        self.db.put("settings", AUTO, settings)
        return settings

    def advance(self) -> None:
        """One tick: parcels that have stood long enough take the next step of a good day."""
        settings = self.db.get("settings", AUTO)
        if settings is None or not settings["on"]:
            return
        now = self.parcels.clock.now()
        for code, _ in self.db.items("live"):
            order = self.db.get("orders", code) or {}
            rested = now - order["moved_at"]
            if order["status"] in HAPPY_PATH[:-1] and rested >= settings["seconds"]:
                following = HAPPY_PATH[HAPPY_PATH.index(order["status"]) + 1]
                self.parcels.move(order, following)
            elif settings["cod_after"] is not None and rested >= settings["cod_after"]:
                self._pay_out(order)

    def _pay_out(self, order: dict[str, Any]) -> None:
        if order["is_cod_collected"] and not order["is_cod_transferred"]:
            self.parcels.transfer_cod(order)

    def _move(
        self, order: dict[str, Any], status: str, body: dict[str, Any], *, force: bool
    ) -> dict[str, Any]:
        try:
            return self.parcels.move(
                order,
                status,
                reason_code=body.get("reason_code", ""),
                reason=body.get("reason", ""),
                force=force,
            )
        except Refusal:
            allowed = ", ".join(NEXT[order["status"]]) or "nothing"
            raise ControlError(f"{order['status']} may be followed by: {allowed}")

    def _order(self, body: dict[str, Any]) -> dict[str, Any]:
        if "order_code" in body:
            order = self.db.get("orders", body["order_code"])
        else:
            found = self.db.find("orders", client_order_code=body["client_order_code"])
            order = found[-1] if found else None
        if order is None:
            raise ControlError("no such parcel")
        return order


def _known(status: str) -> str:
    if status not in NEXT:
        raise ControlError(f"status must be one of: {', '.join(NEXT)}")
    return status
