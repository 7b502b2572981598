"""The only writer of stock: promise, give back, hand over, post.

Promises are in `promising`, the ledger in `posting`; the rest of the house knows this door only.
"""

from inventory.services.posting import Posting, consume, open_levels, post
from inventory.services.promising import (
    Demand,
    Locked,
    Outcome,
    hold,
    lock_levels,
    promise_groups,
    release,
    reserve,
)
from inventory.services.stock_news import announce
from inventory.services.stock_refusals import InsufficientStock, Shortage

__all__ = [
    "Demand",
    "InsufficientStock",
    "Locked",
    "Outcome",
    "Posting",
    "Shortage",
    "announce",
    "consume",
    "hold",
    "lock_levels",
    "open_levels",
    "post",
    "promise_groups",
    "release",
    "reserve",
]
