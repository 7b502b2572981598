"""What a test can make happen at every marketplace: orders, tokens, delays; and its books."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from oms.sandbox.core.control import asked
from oms.sandbox.core.market import SALES, TOLD, Document, MarketMemory
from oms.sandbox.core.messages import ControlError, Request

MOST_AT_ONCE, MOST_PUSHED_AT_ONCE = 20_000, 500
SOLD_OUT = "sold out"
M = TypeVar("M", bound=MarketMemory)
DAY_S = 86_400
LOOK_AGAIN_S, SEEN_AFTER_S = 2, 20
# Days ago, goods and pieces of orders that came to their buyers.
LAST_WEEK = ((6, "SRM-120", 2), (5, "TUI-VAI", 1), (4, "OP-14", 3), (3, "BINH-750", 1))


class MarketActions(Generic[M]):
    """Base of a marketplace's actions; the named ones are its own."""

    order_fields: ClassVar[frozenset[str]] = frozenset()
    # Action: the method that does it, which a subclass has.
    named: ClassVar[dict[str, str]] = {
        "orders": "create_orders",
        "GET orders": "list_orders",
        "order_status": "order_status",
        "issue_code": "issue_code",
        "expire_tokens": "expire_tokens",
        "unlink": "unlink",
        "behaviour": "behaviour",
        "GET books": "books",
        "GET linked": "linked_shops",
        "GET stock": "list_stock",
        "stock": "set_stock",
    }
    more: ClassVar[dict[str, str]] = {}

    def __init__(self, memory: M) -> None:
        self.memory = memory

    def table(self) -> dict[str, Callable[[Request], Any]]:
        return {name: getattr(self, method) for name, method in {**self.named, **self.more}.items()}

    def place(self, body: Document, at: int, *, push: bool) -> str:
        """Place the order number `at` of those that were asked for; its number."""
        raise NotImplementedError

    def left(self, body: Document, sku: str) -> int:
        """How many pieces buyers of the shop named in `body` can still order."""
        raise NotImplementedError

    def linked_shops(self, request: Request) -> list[Document]:
        """Shops whose sellers have agreed: [{shop, name}]."""
        raise NotImplementedError

    def book_row(self, order: Document) -> Document:
        """An order for the books: number, state open|unpaid|cancelled, lines {sku: pieces},
        total_vnd and the platform's own word as status.
        """
        raise NotImplementedError

    # What an order's time is called where it is placed.
    placed_at: ClassVar[str] = "created"

    def deliver(self, number: str, *, is_over: bool) -> None:
        """The order came to its buyer; `is_over`: it stays there."""
        raise NotImplementedError

    def come_back(self, number: str) -> None:
        """Its buyer wants to return it."""
        raise NotImplementedError

    def begin_history(self) -> None:
        """Orders of last week, for a demonstration, that wait until a shop is connected. Once."""
        if self.memory.db.get("settings", "history") is not None:
            return
        now, numbers = self.memory.now(), []
        for at, (days, sku, quantity) in enumerate(LAST_WEEK):
            line = {"sku": sku, "quantity": quantity}
            body = {"lines": [line], self.placed_at: now - days * DAY_S}
            numbers.append(self.place(body, at, push=False))
        self.memory.db.put(
            "settings", "history", {"orders": numbers, "is_seen": False, "is_over": False}
        )
        self.memory.later(now + LOOK_AGAIN_S, "history")

    def go_on_with_history(self, *, is_linked: bool) -> None:
        """The app has seen the orders: they arrive, and the first is to be returned."""
        told = self.memory.db.get("settings", "history")
        if told is None or told["is_over"]:
            return
        if is_linked and told["is_seen"]:
            self.memory.db.put("settings", "history", {**told, "is_over": True})
            self.end_history(told["orders"])
            return
        wait = SEEN_AFTER_S if is_linked else LOOK_AGAIN_S
        self.memory.db.put("settings", "history", {**told, "is_seen": is_linked})
        self.memory.later(self.memory.now() + wait, "history")

    def end_history(self, numbers: Sequence[str]) -> None:
        for at, number in enumerate(numbers):
            self.deliver(number, is_over=at > 0)
        self.come_back(numbers[0])

    def numbers_told(self, numbers: Sequence[str]) -> Document:
        """The answer, under the marketplace's own names."""
        return {"order_id": numbers[0], "order_ids": list(numbers)}

    def behaviour_problem(self, body: Document) -> str:
        """Why a setting cannot be taken; empty when it can."""
        return ""

    def create_orders(self, request: Request) -> Document:
        """Place `count` equal orders (1).

        Every order is pushed, unless `push` is false or they are very many. With `in_stock`
        nothing is sold that the shop does not offer any more.
        """
        body = asked(request)
        strange = set(body) - self.order_fields - {"in_stock"}
        if strange:
            raise ControlError(f"unknown field: {', '.join(sorted(strange))}")
        count = int(body.get("count", 1))
        if not 1 <= count <= MOST_AT_ONCE:
            raise ControlError(f"count must be 1 to {MOST_AT_ONCE}")
        push = bool(body.get("push", count <= MOST_PUSHED_AT_ONCE))
        return self.numbers_told([self._sell(body, at, push=push) for at in range(count)])

    def _sell(self, body: Document, at: int, *, push: bool) -> str:
        if body.get("in_stock"):
            self._refuse_sold_out(body)
        number = self.place(body, at, push=push)
        waits = str(body.get("status", "")).lower() == "unpaid"
        self.memory.note_sale(number, body.get(self.memory.owner, ""), waits=waits)
        return number

    def _refuse_sold_out(self, body: Document) -> None:
        wanted: dict[str, int] = {}
        for line in body.get("lines", []):
            wanted[line["sku"]] = wanted.get(line["sku"], 0) + line_quantity(line)
        for sku, quantity in wanted.items():
            if self.left(body, sku) < quantity:
                raise ControlError(f"{SOLD_OUT}: {sku}")

    def books(self, request: Request) -> Document:
        """What one `shop` sold through `POST orders` since a moment, its stock and what of it is
        for sale, and what its seller told it meanwhile; by the platform's own clock.
        """
        shop, since = request.arg("shop"), float(request.arg("since", "0"))
        sales = {
            row["number"]: {"at": row["at"], "waited": row["waited"]}
            for row in self.memory.db.all(SALES)
            if row["shop"] == shop and row["at"] >= since
        }
        rows = [self.book_row(order) for order in self.memory.db.all("orders")]
        stock = {
            row["sku"]: row["stock"]
            for row in self.list_stock(request)
            if str(row[self.memory.owner]) == shop
        }
        return {
            "now": self.memory.clock.now(),
            "orders": [{**row, **sales[row["number"]]} for row in rows if row["number"] in sales],
            "stock": stock,
            "for_sale": {sku: self.left({self.memory.owner: shop}, sku) for sku in stock},
            "told": [
                row
                for row in self.memory.db.all(TOLD)
                if row["shop"] == shop and row["at"] >= since
            ],
        }

    def list_stock(self, request: Request) -> list[Document]:
        """Stock of every SKU; the shop and `sku` narrow it."""
        raise NotImplementedError

    def expire_tokens(self, request: Request) -> Document:
        """End all access tokens, and the refresh tokens too with {"refresh": true}."""
        refresh_too = bool(asked(request).get("refresh", False))
        return {"expired": self.memory.tokens.expire(refresh_too=refresh_too)}

    def behaviour(self, request: Request) -> Document:
        """Change delays and outcomes; answers with all of them."""
        body = asked(request)
        strange = set(body) - set(self.memory.settings)
        if strange:
            raise ControlError(f"unknown behaviour: {', '.join(sorted(strange))}")
        problem = self.behaviour_problem(body)
        if problem:
            raise ControlError(problem)
        return self.memory.set_behaviour(**body)


def line_quantity(line: Document) -> int:
    """How many pieces a line asks for; quantity and price are checked."""
    quantity, price = int(line.get("quantity", 1)), int(line.get("price") or 0)
    if quantity < 1 or price < 0:
        raise ControlError("quantity is at least 1, price is not negative")
    return quantity


def one_of(name: str, given: Any, allowed: Sequence[str]) -> str:
    """A word that must be one of these."""
    if given not in allowed:
        raise ControlError(f"{name} must be one of: {', '.join(allowed)}")
    return str(given)
