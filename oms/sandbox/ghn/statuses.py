"""The life of a parcel: which status may follow which, and the shortest way between two."""

from collections import deque

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
FINAL = frozenset(status for status, following in NEXT.items() if not following)
CANCELLABLE = frozenset({"ready_to_pick", "picking", "money_collect_picking"})
RETURNABLE = frozenset({"delivery_fail", "storing", "waiting_to_return"})
REDELIVERABLE = frozenset({"delivery_fail", "waiting_to_return"})
BEFORE_PICKED = CANCELLABLE
HAPPY_PATH = (
    "ready_to_pick", "picking", "picked", "storing", "transporting", "sorting", "delivering",
    "delivered",
)  # fmt: skip


def may_follow(before: str, after: str) -> bool:
    """Any parcel that is not finished may also leave the normal process."""
    if after in NEXT[before]:
        return True
    return before not in FINAL and before != "exception" and after in ("exception", "scrap")


def way(before: str, after: str) -> list[str]:
    """The statuses to pass from one to another, the target last; empty when there is no way."""
    if before == after:
        return []
    came_from: dict[str, str] = {}
    queue = deque([before])
    while queue:
        here = queue.popleft()
        for there in NEXT[here]:
            if there in came_from or there == before:
                continue
            came_from[there] = here
            if there == after:
                return _trace(came_from, before, after)
            queue.append(there)
    return []


def _trace(came_from: dict[str, str], before: str, after: str) -> list[str]:
    steps = [after]
    while came_from[steps[-1]] != before:
        steps.append(came_from[steps[-1]])
    return steps[::-1]
