"""Parcels as any carrier keeps them, and how the control API moves them."""

from typing import Any

from oms.sandbox.core.control import asked
from oms.sandbox.core.journeys import Journey
from oms.sandbox.core.messages import ControlError, Refusal, Request
from oms.sandbox.core.partner import Action, Partner

AUTO = "auto_advance"
Order = dict[str, Any]


class ParcelBook:
    """Orders under the carrier's code (`code_field`) and the seller's own (`own_field`).

    Each is a document with `status`, `moved_at`, `cod_due` (collected, not yet paid out).
    """

    journey: Journey
    code_field = "order_code"
    own_field = "client_order_code"

    def __init__(self, partner: Partner) -> None:
        self.db, self.clock, self.webhooks = partner.db, partner.clock, partner.webhooks

    # What each carrier says for itself.

    def refused_step(self, order: Order, status: str) -> Refusal:
        raise NotImplementedError

    def stamps(self, order: Order, status: str, now: float, said: dict[str, str]) -> Order:
        """What a move changes beside the status."""
        return {}

    def tell(self, order: Order, kind: str, **changed: Any) -> None:
        """Queue the webhook of one happening; `changed` replaces keys of its message."""
        raise NotImplementedError

    def tell_move(self, order: Order, said: dict[str, str]) -> None:
        raise NotImplementedError

    def shown(self, order: Order) -> Any:
        return order

    def owes(self, order: Order) -> bool:
        """Whether money of this parcel was collected and has not been paid out."""
        return False

    def pay_out(self, order: Order) -> Order:
        return order

    # The same for all.

    def save(self, order: Order) -> None:
        """Keep it; "live" names the parcels that time can still do something to."""
        code = order[self.code_field]
        self.db.put("orders", code, order)
        if order["status"] not in self.journey.final or self.owes(order):
            self.db.put("live", code, {})
        else:
            self.db.delete("live", code)

    def remember_own_code(self, account: Any, order: Order) -> None:
        own = order[self.own_field]
        if own:
            self.db.put("client_codes", f"{account}/{own}", {"code": order[self.code_field]})

    def by_own_code(self, account: Any, own: str) -> Order | None:
        found = self.db.get("client_codes", f"{account}/{own}") if own else None
        return None if found is None else self.db.get("orders", found["code"])

    def move(
        self, order: Order, status: str, *, reason_code: str = "", reason: str = "",
        force: bool = False,
    ) -> Order:  # fmt: skip
        """Give a parcel its next status and tell the seller; refused when the step is not legal."""
        if not force and not self.journey.may_follow(order["status"], status):
            raise self.refused_step(order, status)
        now, said = self.clock.now(), {"reason_code": reason_code, "reason": reason}
        moved = {**order, "status": status, "moved_at": now}
        moved |= self.stamps(order, status, now, said)
        self.save(moved)
        self.tell_move(moved, said)
        return moved


class ParcelSteering:
    """Control actions on the parcels of a book, named by the carrier's code or the seller's."""

    def __init__(self, book: ParcelBook) -> None:
        self.book, self.db, self.journey = book, book.db, book.journey

    def actions(self) -> dict[str, Action]:
        return {
            "move": self.move,
            "walk": self.walk,
            "pay_out": self.pay_out,
            "emit": self.emit,
            "auto_advance": self.auto_advance,
        }

    def move(self, request: Request) -> Any:
        """{status, reason_code, reason, force}: one step; force takes an illegal one too."""
        body = asked(request)
        status = self._known(body["status"])
        moved = self._move(self.order(body), status, body, force=bool(body.get("force")))
        return self.book.shown(moved)

    def walk(self, request: Request) -> list[str]:
        """{status}: every legal step on the shortest way there, each with its webhook."""
        body = asked(request)
        order = self.order(body)
        target = self._known(body["status"])
        steps = self.journey.way(order["status"], target)
        if not steps and order["status"] != target:
            raise ControlError(f"no way from {order['status']} to {target}")
        for status in steps:
            order = self._move(order, status, body if status == steps[-1] else {}, force=False)
        return steps

    def pay_out(self, request: Request) -> Any:
        """The money collected goes to the seller."""
        order = self.order(asked(request))
        if not self.book.owes(order):
            raise ControlError("no COD has been collected for this parcel")
        return self.book.shown(self.book.pay_out(order))

    def emit(self, request: Request) -> dict[str, bool]:
        """{type, changes}: a webhook as it would be now, with some keys changed; nothing moves."""
        body = asked(request)
        kind = body.get("type", "switch_status")
        self.book.tell(self.order(body), kind, **body.get("changes", {}))
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
        now, path = self.book.clock.now(), self.journey.happy_path
        for code, _ in self.db.items("live"):
            order = self.db.get("orders", code) or {}
            rested = now - order["moved_at"]
            if order["status"] in path[:-1] and rested >= settings["seconds"]:
                self.book.move(order, path[path.index(order["status"]) + 1])
            elif self.book.owes(order) and rested >= (settings["cod_after"] or rested + 1):
                self.book.pay_out(order)

    def order(self, body: dict[str, Any]) -> Order:
        """The parcel that a control call names."""
        code, own = self.book.code_field, self.book.own_field
        if code in body:
            order = self.db.get("orders", body[code])
        else:
            found = self.db.find("orders", **{own: body[own]})
            order = found[-1] if found else None
        if order is None:
            raise ControlError("no such parcel")
        return order

    def _move(self, order: Order, status: str, body: dict[str, Any], *, force: bool) -> Order:
        said = {name: str(body.get(name, "")) for name in ("reason_code", "reason")}
        try:
            return self.book.move(order, status, force=force, **said)  # type: ignore[arg-type]
        except Refusal:
            allowed = ", ".join(self.journey.following[order["status"]]) or "nothing"
            raise ControlError(f"{order['status']} may be followed by: {allowed}")

    def _known(self, status: Any) -> str:
        if str(status) not in self.journey.following:
            raise ControlError(f"status must be one of: {', '.join(self.journey.following)}")
        return str(status)
