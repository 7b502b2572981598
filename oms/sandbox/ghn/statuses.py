"""The life of a parcel at GHN: which status may follow which."""

from oms.sandbox.core import Journey

NEXT: dict[str, tuple[str, ...]] = {
    "ready_to_pick": ("picking", "cancel"),
    "picking": ("money_collect_picking", "picked", "ready_to_pick", "cancel"),
    "money_collect_picking": ("picked", "cancel"),
    "picked": ("storing", "transporting", "sorting"),
    "storing": ("transporting", "sorting", "delivering", "waiting_to_return", "return"),
    "transporting": ("storing", "sorting"),
    "sorting": ("storing", "transporting", "delivering"),
    "delivering": ("money_collect_delivering", "delivered", "delivery_fail"),
    "money_collect_delivering": ("delivered", "delivery_fail"),
    "delivered": (),
    "delivery_fail": ("storing", "delivering", "waiting_to_return"),
    "waiting_to_return": ("storing", "delivering", "return"),
    "return": ("return_transporting", "return_sorting", "returning"),
    "return_transporting": ("return_sorting", "returning"),
    "return_sorting": ("return_transporting", "returning"),
    "returning": ("returned", "return_fail"),
    "return_fail": ("returning", "return"),
    "returned": (),
    "cancel": (),
    "exception": ("storing", "return", "lost", "damage"),
    "lost": (),
    "damage": (),
    "scrap": (),
}
CANCELLABLE = frozenset({"ready_to_pick", "picking", "money_collect_picking"})
RETURNABLE = frozenset({"delivery_fail", "storing", "waiting_to_return"})
REDELIVERABLE = frozenset({"delivery_fail", "waiting_to_return"})
BEFORE_PICKED = CANCELLABLE
HAPPY_PATH = (
    "ready_to_pick", "picking", "picked", "storing", "transporting", "sorting", "delivering",
    "delivered",
)  # fmt: skip
JOURNEY = Journey(NEXT, happy_path=HAPPY_PATH, aside=("exception", "scrap"))
FINAL = JOURNEY.final
