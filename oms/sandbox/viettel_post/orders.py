"""Create, edit, the six verbs of UpdateOrder, and asking for a message again."""

from typing import Any

from oms.sandbox.core import Fields, Reply, Request, Route
from oms.sandbox.viettel_post.accounts import user_of
from oms.sandbox.viettel_post.booking import read_order
from oms.sandbox.viettel_post.envelope import body_of, ok, refusal
from oms.sandbox.viettel_post.parcels import WRONG_STATE, Parcels, created
from oms.sandbox.viettel_post.statuses import may_cancel, may_edit

APPROVE, APPROVE_RETURN, DELIVER_AGAIN, CANCEL, TAKE_UP_AGAIN, DELETE = 1, 2, 3, 4, 5, 11


class Orders:
    def __init__(self, parcels: Parcels) -> None:
        self.parcels, self.db, self.clock = parcels, parcels.db, parcels.clock

    def routes(self) -> list[Route]:
        root = "/v2/order"
        return [
            Route("POST", f"{root}/createOrder", self.create),
            Route("POST", f"{root}/createOrderNlp", self.create_by_text),
            Route("POST", f"{root}/edit", self.edit),
            Route("POST", f"{root}/UpdateOrder", self.update),
            Route("POST", f"{root}/registerOrderHook", self.tell_again),
        ]

    def create(self, request: Request) -> Reply:
        return self._create(request, by_text=False)

    def create_by_text(self, request: Request) -> Reply:
        return self._create(request, by_text=True)

    def _create(self, request: Request, *, by_text: bool) -> Reply:
        """With CHECK_UNIQUE a second order under one ORDER_NUMBER is refused, else both are."""
        user, body = self._call(request)
        own_code = body.text("ORDER_NUMBER")
        order = read_order(body, by_text=by_text)
        if body.data.get("CHECK_UNIQUE") is True and self.parcels.by_own_code(user, own_code):
            raise refusal("Mã đơn hàng đã tồn tại trên hệ thống")
        return ok(created(self.parcels.add(order, user=user, own_code=own_code)))

    def edit(self, request: Request) -> Reply:
        """The body of a create with the waybill as ORDER_NUMBER."""
        user, body = self._call(request)
        order = self.parcels.of_user(user, body.text("ORDER_NUMBER", required=True))
        if not may_edit(order["status"]):
            raise refusal(WRONG_STATE)
        changed = {**order, **read_order(body, by_text=not body.has("RECEIVER_PROVINCE"))}
        self.parcels.save(changed)
        self.parcels.tell(changed, "edit")
        return ok(created(changed))

    def update(self, request: Request) -> Reply:
        user, body = self._call(request)
        kinds = (APPROVE, APPROVE_RETURN, DELIVER_AGAIN, CANCEL, TAKE_UP_AGAIN, DELETE)
        kind = body.whole("TYPE", required=True, one_of=kinds)
        note = body.text("NOTE", most_bytes=150)
        order = self.parcels.of_user(user, body.text("ORDER_NUMBER", required=True))
        after = self._after(order, kind)
        if after is None:
            raise refusal(WRONG_STATE)
        if kind == DELETE:
            self.db.delete("orders", order["ORDER_NUMBER"])
            self.db.delete("live", order["ORDER_NUMBER"])
        elif after != order["status"]:
            self.parcels.move(order, after, reason=note, force=True)
        return ok(None)

    def _after(self, order: dict[str, Any], kind: int) -> str | None:
        """The state a verb leads to; None where the state forbids it."""
        status = order["status"]
        if kind == APPROVE and int(status) < 200:
            return "100" if status == "-100" else status
        if kind == CANCEL and may_cancel(status):
            return "107"
        table = {
            (APPROVE_RETURN, "505"): "515",
            (DELIVER_AGAIN, "505"): "550",
            (TAKE_UP_AGAIN, "107"): "100",
            (DELETE, "107"): "107",
        }
        return table.get((kind, status))

    def tell_again(self, request: Request) -> Reply:
        """Push the present state to the seller's address once more, at its own time."""
        user, body = self._call(request)
        order = self.parcels.of_user(user, body.text("ORDER_NUMBER", required=True))
        self.parcels.tell_present(order)
        return ok(None)

    def _call(self, request: Request) -> tuple[int, Fields]:
        return user_of(request, self.db, self.clock), body_of(request)
