"""What every marketplace remembers alike: settings of the simulation, tokens, what comes later."""

from typing import Any, ClassVar

from oms.sandbox.core.clock import Clock
from oms.sandbox.core.state import Store

Document = dict[str, Any]
CODES, ACCESS, REFRESH = "codes", "access_tokens", "refresh_tokens"
SALES, TOLD = "sales", "told_stock"
TOLD_KEPT = 20_000


class MarketMemory:
    """Documents that belong to a shop, and whole seconds of the simulation's clock."""

    # The field of a document that names its shop, and the settings of the simulation at first.
    owner: ClassVar[str] = "shop_id"
    settings: ClassVar[Document] = {}

    def __init__(self, db: Store, clock: Clock) -> None:
        self.db, self.clock = db, clock
        self.tokens = TokenBook(self)

    def now(self) -> int:
        return int(self.clock.now())

    def owned(self, collection: str, shop_id: int | str, key: int | str) -> Document | None:
        """A document, if it belongs to this shop."""
        found = self.db.get(collection, key)
        return found if found and found[self.owner] == shop_id else None

    # Settings of the simulation

    def behaviour(self) -> Document:
        return {**self.settings, **(self.db.get("settings", "behaviour") or {})}

    def set_behaviour(self, **values: Any) -> Document:
        changed = {**self.behaviour(), **values}
        self.db.put("settings", "behaviour", changed)
        return changed

    # What was sold when, and what the seller said could be sold

    def note_sale(self, number: str, shop: int | str, *, waits: bool) -> None:
        """The moment of a sale, and whether it waited to be paid; the order itself counts in
        whole seconds.
        """
        row = {"number": number, "shop": str(shop), "at": self.clock.now(), "waited": waits}
        self.db.put(SALES, number, row)

    def note_told(self, shop: int | str, sku: str, quantity: int) -> None:
        """The seller's app has set what buyers may order."""
        number = self.db.next(TOLD)
        row = {"shop": str(shop), "sku": sku, "quantity": quantity, "at": self.clock.now()}
        self.db.put(TOLD, number, {"id": number, **row})
        if number % 1000 == 0:
            self.db.keep_last(TOLD, TOLD_KEPT)

    # What happens later

    def later(self, at: float, kind: str, **data: Any) -> None:
        """Remember something to do; the ticking of the server does it when its time has come."""
        number = self.db.next("timer")
        self.db.put("timers", number, {"id": number, "at": at, "kind": kind, **data})

    def due(self) -> list[Document]:
        """Take what has come due, oldest first."""
        now = self.clock.now()
        due = sorted((t for t in self.db.all("timers") if t["at"] <= now), key=lambda t: t["at"])
        for timer in due:
            self.db.delete("timers", timer["id"])
        return due


class TokenBook:
    """Codes of one use and the two kinds of token, each with its end."""

    def __init__(self, memory: MarketMemory) -> None:
        self.memory = memory

    def add(self, kind: str, token: str, ends_at: int, **whose: Any) -> None:
        kept = {**whose, "expires_at": ends_at, "used": False}
        self.memory.db.put(kind, token, kept)

    def kept(self, kind: str, token: str) -> Document | None:
        return self.memory.db.get(kind, token)

    def living(self, kind: str, token: str) -> Document | None:
        """The token's document while it is neither used nor too old."""
        kept = self.kept(kind, token)
        if kept is None or kept["used"] or kept["expires_at"] <= self.memory.now():
            return None
        return kept

    def spend(self, kind: str, token: str) -> None:
        """It was used and does not work again."""
        self.memory.db.put(kind, token, {**(self.kept(kind, token) or {}), "used": True})

    def expire(self, *, refresh_too: bool = False) -> int:
        """Make every living access token (and refresh token) too old; how many there were."""
        now, count = self.memory.now(), 0
        for kind in (ACCESS, REFRESH) if refresh_too else (ACCESS,):
            for token, kept in self.memory.db.items(kind):
                if kept["expires_at"] > now:
                    self.memory.db.put(kind, token, {**kept, "expires_at": now})
                    count += 1
        return count
