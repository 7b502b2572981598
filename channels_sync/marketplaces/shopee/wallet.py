"""Movements of a shop's wallet (sheet "get_wallet_transaction_list", guide 31, August 2026).

Money of orders comes in when it is released; what else is given or taken belongs to the day. Going
to the bank, being advanced and being spent in a shop earn nothing and cost nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from channels_sync.ports import FeeKind, FeeLine
from channels_sync.ports.reading import vnd
from oms.kernel import clock

Json = Mapping[str, Any]
K = FeeKind
# Types may be told by name or by number.
NUMBERS = {
    "101": "ESCROW_VERIFIED_ADD", "102": "ESCROW_VERIFIED_MINUS", "201": "WITHDRAWAL_CREATED",
    "202": "WITHDRAWAL_COMPLETED", "203": "WITHDRAWAL_CANCELLED", "301": "REFUND_VERIFIED_ADD",
    "302": "AUTO_REFUND_ADD", "401": "ADJUSTMENT_ADD", "402": "ADJUSTMENT_MINUS",
    "404": "FBS_ADJUSTMENT_ADD", "405": "FBS_ADJUSTMENT_MINUS", "406": "ADJUSTMENT_CENTER_ADD",
    "407": "ADJUSTMENT_CENTER_DEDUCT", "408": "FSF_COST_PASSING_DEDUCT",
    "411": "ADJUSTMENT_FOR_RR_AFTER_ESCROW_VERIFIED", "412": "AFFILIATE_COMMISSION_FEE_ADD",
    "415": "SELLER_COMPENSATE_ADD", "450": "PAID_ADS_CHARGE", "451": "PAID_ADS_REFUND",
    "452": "FAST_ESCROW_DISBURSE", "455": "AFFILIATE_ADS_SELLER_FEE",
    "456": "AFFILIATE_ADS_SELLER_FEE_REFUND", "458": "FAST_ESCROW_DEDUCT",
    "459": "FAST_ESCROW_DISBURSE_REMAIN", "460": "AFFILIATE_FEE_DEDUCT",
    "501": "SHOPEE_WALLET_PAY", "801": "SPM_DEDUCT_DIRECT", "802": "SPM_DISBURSE_ADD",
}  # fmt: skip
# With which sign money that is taken back is told is not said.
ESCROW = {"ESCROW_VERIFIED_ADD": 1, "ESCROW_VERIFIED_MINUS": -1}
# The kind of each adjustment, and its direction where the name says one; 0 is as it is told.
ADJUSTMENTS: dict[str, tuple[FeeKind, int]] = {
    "ADJUSTMENT_ADD": (K.OTHER, 1),
    "ADJUSTMENT_MINUS": (K.OTHER, -1),
    "FBS_ADJUSTMENT_ADD": (K.SERVICE, 1),
    "FBS_ADJUSTMENT_MINUS": (K.SERVICE, -1),
    "ADJUSTMENT_CENTER_ADD": (K.OTHER, 1),
    "ADJUSTMENT_CENTER_DEDUCT": (K.OTHER, -1),
    "FSF_COST_PASSING_DEDUCT": (K.SHIPPING, -1),
    "ADJUSTMENT_FOR_RR_AFTER_ESCROW_VERIFIED": (K.REFUND, 0),
    "AFFILIATE_COMMISSION_FEE_ADD": (K.AFFILIATE, 1),
    "SELLER_COMPENSATE_ADD": (K.OTHER, 1),
    "PAID_ADS_CHARGE": (K.SERVICE, -1),
    "PAID_ADS_REFUND": (K.SERVICE, 1),
    "AFFILIATE_ADS_SELLER_FEE": (K.AFFILIATE, -1),
    "AFFILIATE_ADS_SELLER_FEE_REFUND": (K.AFFILIATE, 1),
    "AFFILIATE_FEE_DEDUCT": (K.AFFILIATE, -1),
}
UNKNOWN = (K.MOVED, 0)
OUT = "MONEY_OUT"
TRANSFERS = frozenset(NUMBERS.values()) - set(ESCROW) - set(ADJUSTMENTS)
DONE = "COMPLETED"


def type_of(row: Json) -> str:
    said = str(row.get("transaction_type") or "")
    return NUMBERS.get(said, said)


def is_known(name: str) -> bool:
    return name in ADJUSTMENTS or name in ESCROW or name in TRANSFERS


def _is_line(row: Json) -> bool:
    """An adjustment, or a type that nobody knows: it may be one."""
    name = type_of(row)
    return _is_done(row) and (name in ADJUSTMENTS or not is_known(name))


def adjustment(row: Json) -> FeeLine | None:
    """A line of its own, with the order that it names; None for every other movement.

    Movements have no number: the balance after one tells those of one second apart. A type that
    nobody knows is taken for a transfer until somebody says what it is.
    """
    if not _is_line(row):
        return None
    name = type_of(row)
    kind, _sign = ADJUSTMENTS.get(name, UNKNOWN)
    day, order = _day(row), str(row.get("order_sn") or "")
    parts = ("wallet", name, row["create_time"], order, row.get("amount"))
    reason = str(row.get("reason") or row.get("description") or "")
    return FeeLine(
        key=":".join(map(str, (*parts, row.get("current_balance"))))[:160],
        remote_id=order,
        kind=kind,
        name=f"{name}: {reason}"[:200] if reason else name,
        amount_vnd=_amount(row),
        happened_on=day,
        statement=day.isoformat(),
        is_paid=True,
        is_adjustment=True,
        word="" if is_known(name) else name[:120],
    )


def income_by_day(rows: Iterable[Json]) -> dict[date, int]:
    """What orders and adjustments brought into the wallet, by day; known transfers apart."""
    days: dict[date, int] = defaultdict(int)
    for row in rows:
        if type_of(row) in ESCROW or _is_line(row):
            days[_day(row)] += _amount(row)
    return dict(days)


def _is_done(row: Json) -> bool:
    return str(row.get("status") or DONE).upper() == DONE


def _amount(row: Json) -> int:
    amount, name = vnd(row.get("amount") or 0), type_of(row)
    sign = ESCROW[name] if name in ESCROW else ADJUSTMENTS.get(name, UNKNOWN)[1]
    if row.get("money_flow") == OUT and not sign:
        return -abs(amount)
    if name == "ESCROW_VERIFIED_ADD" or not sign:
        return amount
    return sign * abs(amount)


def _day(row: Json) -> date:
    return clock.today(datetime.fromtimestamp(int(row["create_time"]), UTC))
