"""What orders bring in at their marketplace: expected by the fee rates, and as it was settled."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from channels_sync.estimating import Expected, Rate, Sold, expected_fees
from channels_sync.models import FeeRate, OrderFee, RemoteOrder
from oms.kernel.clock import today
from orders.models import OrderProfit
from orders.ports import Charges
from shipping.selectors.order_charges import delivery_charges

K = OrderFee.Kind
# What the buyer's money consists of; all other kinds are taken or added by the marketplace.
SOLD = (K.GOODS, K.VOUCHER)
PASSED_ON = (K.SHIPPING_PAID, K.SHIPPING)
FIELDS = (
    *("order_id", "remote_id", "shop_id", "shop__marketplace", "accepted_payout_vnd"),
    *("seller_voucher_vnd", "order__goods_vnd", "order__discount_vnd"),
    *("order__shipping_fee_buyer_vnd", "order__placed_at"),
)


@dataclass(frozen=True, slots=True)
class OrderMoney:
    """One order; amounts for us are positive. `settled` is empty until a statement speaks."""

    order_id: int
    remote_id: str
    shop_id: int
    accepted_payout_vnd: int | None
    # What the order is worth by its own figures, and by the seller's part of the discount.
    listed_vnd: int
    sold_vnd: int
    expected: tuple[Expected, ...] | None
    settled: dict[str, int]
    is_paid: bool

    @property
    def is_settled(self) -> bool:
        """The sale itself was credited, not only some fee of it."""
        return K.GOODS in self.settled

    @property
    def expected_payout_vnd(self) -> int | None:
        if self.expected is None:
            return None
        return self.sold_vnd - sum(fee.amount_vnd for fee in self.expected)

    @property
    def payout_vnd(self) -> int | None:
        return sum(self.settled.values()) if self.is_settled else None

    @property
    def difference_vnd(self) -> int | None:
        """Paid less expected. What a return took back was nobody's to expect."""
        expected, payout = self.expected_payout_vnd, self.payout_vnd
        if expected is None or payout is None:
            return None
        return payout - self.settled.get(K.REFUND, 0) - expected

    @property
    def charges(self) -> Charges:
        """What the channel costs, so that goods less discount less charges is what it pays."""
        expected, payout = self.expected_payout_vnd, self.payout_vnd
        return Charges(
            None if expected is None else self.listed_vnd - expected,
            None if payout is None else self.listed_vnd - payout,
        )


def charges_of(order_ids: Sequence[int]) -> dict[int, Charges]:
    """For the profit of orders; the number of statements does not grow with them."""
    return {row.order_id: row.charges for row in money_of_orders(order_ids)}


def money_of_orders(order_ids: Collection[int]) -> list[OrderMoney]:
    """Those of the orders that came from a marketplace."""
    rows = list(RemoteOrder.objects.filter(order__in=list(order_ids)).values(*FIELDS))
    if not rows:
        return []
    settled: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    unpaid: set[int | None] = set()
    lines = OrderFee.objects.filter(order__in=[row["order_id"] for row in rows])
    for order_id, kind, amount, paid in lines.order_by().values_list(
        "order_id", "kind", "amount_vnd", "is_paid"
    ):
        settled[order_id or 0][kind] += amount
        if not paid:
            unpaid.add(order_id)
    rates = known_rates({row["shop__marketplace"] for row in rows})
    return [_money(row, rates, dict(settled[row["order_id"]]), unpaid) for row in rows]


def known_rates(marketplaces: Collection[str]) -> list[Rate]:
    return [_rate(row) for row in FeeRate.objects.filter(marketplace__in=list(marketplaces))]


def _rate(row: FeeRate) -> Rate:
    return Rate(
        marketplace=row.marketplace,
        shop_id=row.shop_id,
        kind=row.kind,
        name=row.name,
        label=row.label,
        on_paid=row.base == FeeRate.Base.PAID,
        percent=row.percent,
        fixed_vnd=row.fixed_vnd,
        cap_vnd=row.cap_vnd,
        valid_from=row.valid_from,
    )


def _money(
    row: dict[str, Any], rates: Sequence[Rate], settled: dict[str, int], unpaid: set[int | None]
) -> OrderMoney:
    goods, discount = row["order__goods_vnd"], row["order__discount_vnd"]
    # Who pays a discount is not always told before the settlement: then it is taken for ours.
    ours = row["seller_voucher_vnd"]
    sold = Sold(
        marketplace=row["shop__marketplace"],
        shop_id=row["shop_id"],
        day=today(row["order__placed_at"]),
        goods_vnd=goods - (discount if ours is None else ours),
        shipping_vnd=row["order__shipping_fee_buyer_vnd"],
    )
    expected = expected_fees(sold, rates)
    return OrderMoney(
        order_id=row["order_id"],
        remote_id=row["remote_id"],
        shop_id=row["shop_id"],
        accepted_payout_vnd=row["accepted_payout_vnd"],
        listed_vnd=goods - discount,
        sold_vnd=sold.goods_vnd,
        expected=None if expected is None else tuple(expected),
        settled=settled,
        is_paid=bool(settled) and row["order_id"] not in unpaid,
    )


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """A line of the table on the order page; None where a side says nothing."""

    label: str
    estimated_vnd: int | None
    settled_vnd: int | None
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class MoneyTable:
    """Estimate and settlement side by side; the rows of a side sum to its profit."""

    rows: list[MoneyRow]
    difference_vnd: int | None
    is_over: bool
    is_paid: bool
    has_rates: bool
    is_settled: bool


def money_table(order_id: int, *, tolerance_vnd: int) -> MoneyTable | None:
    """None for an order that came another way."""
    found = money_of_orders([order_id])
    if not found:
        return None
    [money] = found
    earned = OrderProfit.objects.filter(pk=order_id).first()
    goods = MoneyRow(_("Tiền hàng người bán nhận"), _sold_before(money), _sold_after(money))
    rows = [goods, *_fees(money)]
    expected, payout = money.expected_payout_vnd, money.payout_vnd
    rows.append(MoneyRow(_("Sàn trả"), expected, payout, is_sum=True))
    if earned is not None:
        vat = -(money.listed_vnd - earned.net_vnd)
        rows.append(MoneyRow(_("Thuế VAT trong giá bán"), *_both(money, vat)))
        rows.append(MoneyRow(_("Giá vốn"), *_both(money, -earned.cost_vnd)))
        rest = vat - earned.cost_vnd
        if delivery := delivery_charges([order_id]).get(order_id):
            carrier_vnd = delivery.best_vnd or 0
            rows.append(MoneyRow(_("Cước trả hãng vận chuyển"), *_both(money, -carrier_vnd)))
            rest -= carrier_vnd
        rows.append(
            MoneyRow(
                _("Lợi nhuận"),
                None if expected is None else expected + rest,
                None if payout is None else payout + rest,
                is_sum=True,
            )
        )
    return MoneyTable(
        rows=rows,
        difference_vnd=money.difference_vnd,
        is_over=differs(money, tolerance_vnd),
        is_paid=money.is_paid,
        has_rates=money.expected is not None,
        is_settled=money.is_settled,
    )


def differs(money: OrderMoney, tolerance_vnd: int) -> bool:
    """More than the shop tolerates, and nobody agreed to what was paid."""
    difference = money.difference_vnd
    return (
        difference is not None
        and abs(difference) > tolerance_vnd
        and money.payout_vnd != money.accepted_payout_vnd
    )


def _both(money: OrderMoney, amount: int) -> tuple[int | None, int | None]:
    """An amount that both sides share, on each side that says anything."""
    return (
        None if money.expected is None else amount,
        amount if money.is_settled else None,
    )


def _sold_before(money: OrderMoney) -> int | None:
    return None if money.expected is None else money.sold_vnd


def _sold_after(money: OrderMoney) -> int | None:
    return sum(money.settled.get(kind, 0) for kind in SOLD) if money.is_settled else None


def _fees(money: OrderMoney) -> list[MoneyRow]:
    """Each kind once; what the buyer paid for delivery stands with what delivery cost."""
    expected: dict[str, int] = defaultdict(int)
    for fee in money.expected or ():
        expected[fee.kind] -= fee.amount_vnd
    settled: dict[str, int] = defaultdict(int)
    for kind, amount in money.settled.items():
        if kind not in SOLD:
            settled[K.SHIPPING if kind in PASSED_ON else kind] += amount
    return [
        MoneyRow(
            str(kind.label),
            None if money.expected is None else expected.get(kind, 0),
            settled.get(kind, 0) if money.is_settled else None,
        )
        for kind in K
        if kind in expected or kind in settled
    ]
