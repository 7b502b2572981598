"""What marketplaces take and pay: dated rates, settlements, and the profit of orders."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels_sync.books import settled_fees_equal_lines
from channels_sync.models import FeeRate, OrderFee, RemoteOrder, Settlement, Shop, SyncProblem
from channels_sync.ports import FeeKind, FeeLine
from channels_sync.selectors.money import money_of_orders, money_table
from channels_sync.selectors.rates import observed_rates, standing_rates
from channels_sync.selectors.settlements import matchings
from channels_sync.services.fees import keep_fees, link_fees
from channels_sync.services.rates import (
    NewFeeRate,
    adopt_observed,
    recount_fees,
    remove_fee_rate,
    set_fee_rate,
)
from channels_sync.services.settling import accept_payout, judge_payouts, pull_settlements
from inventory.models import Variant
from oms.kernel.clock import now, today
from oms.kernel.errors import DomainError
from oms.kernel.models import Event
from oms.kernel.money import round_half_up
from orders.models import Order, OrderProfit
from orders.services.lifecycle import confirm_order
from orders.services.profits import count_profits
from shipping.handlers import count_what_delivery_cost
from shipping.models import Package
from shipping.services.ledger import follow_package
from shipping.services.statements import NewLine, close_file, open_statement, take_lines
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import place
from tests.shipping.floor import booked_parcel, make_shop

from .conftest import ACTOR

pytestmark = pytest.mark.django_db


# Orders


@pytest.fixture
def shirt() -> Variant:
    warehouse, shirt = make_warehouse("TD"), make_variant("AO-01")
    put(shirt, warehouse, 1000)
    Variant.objects.filter(pk=shirt.pk).update(cost_vnd=60_000)
    shirt.levels.update(value_vnd=60_000_000)
    return shirt


@pytest.fixture
def shop() -> Shop:
    return Shop.objects.create(
        marketplace="shopee", name="Gian A", remote_shop_id="88", connected_at=now()
    )


def sold(shop: Shop, shirt: Variant, remote_id: str = "S1", pieces: int = 2, **facts: Any) -> Order:
    """An order of pieces at 100.000 đ, its price with 10 % VAT."""
    order = place((shirt, pieces), source="shopee", shop_ref=shop.pk, remote_id=remote_id)
    RemoteOrder.objects.create(
        shop=shop,
        order=order,
        remote_id=remote_id,
        remote_status="COMPLETED",
        state="completed",
        remote_created_at=order.placed_at,
        remote_updated_at=order.placed_at,
        version=1,
        **facts,
    )
    count_profits([order.pk])
    return order


def write_rate(percent: str = "4", **changes: Any) -> FeeRate:
    values: dict[str, Any] = {
        "marketplace": "shopee",
        "shop_id": None,
        "kind": "commission",
        "valid_from": today() - timedelta(days=30),
        "source": "Biểu phí",
        "percent": Decimal(percent),
    }
    return set_fee_rate(NewFeeRate(**(values | changes)), actor=ACTOR)


def line(order: str, kind: FeeKind, amount: int, *, statement: str = "T1") -> FeeLine:
    key = f"{order}:{kind}:{amount}"
    return FeeLine(key, order, kind, kind.value, amount, today(), statement, is_paid=True)


def settle(shop: Shop, order: Order, *, goods: int = 200_000, commission: int = 9_000) -> None:
    number = order.remote_id
    lines = [line(number, FeeKind.GOODS, goods), line(number, FeeKind.COMMISSION, -commission)]
    keep_fees(shop.pk, lines, whole=True)


def profit(order: Order) -> tuple[int, int, str]:
    row = OrderProfit.objects.get(pk=order.pk)
    return row.fees_vnd, row.profit_vnd, row.fees_state


def test_a97_a98_fees_enter_the_profit_first_by_rate_then_by_settlement(shop, shirt):
    order = sold(shop, shirt)
    # 200.000 with 10 % VAT are 181.818 without; two pieces cost 120.000.
    assert profit(order) == (0, 61_818, "")
    write_rate("4")
    assert recount_fees("shopee", today() - timedelta(days=30)) == 1
    assert profit(order) == (8_000, 53_818, "estimated")
    settle(shop, order)
    assert profit(order) == (9_000, 52_818, "settled")
    assert settled_fees_equal_lines() == []
    OrderProfit.objects.update(fees_vnd=1, profit_vnd=61_817)
    [finding] = settled_fees_equal_lines()
    assert order.number in finding.message


def test_a73_a_carrier_of_our_own_lowers_the_profit_beside_the_marketplace(shop, shirt):
    """Settled when both have settled; the books and the table of the order know of both."""
    order = sold(shop, shirt)
    confirm_order(order.pk, actor=ACTOR)
    house = make_shop()
    parcel = booked_parcel(house, order)
    Package.objects.update(fee_payer="shop", fee_vnd=24_000)
    parcel.refresh_from_db()
    follow_package(parcel, actor=ACTOR)
    settle(shop, order)
    assert profit(order) == (33_000, 28_818, "estimated")
    statement = open_statement(house.account.pk, "BK1", today(), actor=ACTOR)
    listed = NewLine(parcel.tracking_number, 1, parcel.tracking_number, "", 0, 24_000)
    take_lines(statement.pk, [listed], actor=ACTOR)
    close_file(statement.pk, actor=ACTOR)
    count_what_delivery_cost(Event.objects.get(name="statement.read"))
    assert profit(order) == (33_000, 28_818, "settled")
    assert settled_fees_equal_lines() == []
    table = money_table(order.pk, tolerance_vnd=1_000)
    assert table is not None
    assert table.rows[-1].settled_vnd == 28_818


def test_a98_the_rows_of_each_side_sum_to_its_profit(shop, shirt):
    order = sold(shop, shirt, seller_voucher_vnd=0, platform_voucher_vnd=0)
    write_rate("4.91", base="paid", kind="payment")
    write_rate("6", kind="service", fixed_vnd=3_000)
    recount_fees("shopee", today() - timedelta(days=30))
    number = order.remote_id
    lines = [
        line(number, FeeKind.GOODS, 200_000),
        line(number, FeeKind.SERVICE, -15_100),
        line(number, FeeKind.SHIPPING_PAID, 15_000),
        line(number, FeeKind.SHIPPING, -15_000),
        line(number, FeeKind.TAX, -3_000),
    ]
    keep_fees(shop.pk, lines)
    table = money_table(order.pk, tolerance_vnd=1_000)
    assert table is not None
    parts = [row for row in table.rows if not row.is_sum]
    *_first, last = table.rows
    for side in ("estimated_vnd", "settled_vnd"):
        assert sum(getattr(row, side) for row in parts) == getattr(last, side)
    row = OrderProfit.objects.get(pk=order.pk)
    assert last.settled_vnd == row.profit_vnd
    assert table.difference_vnd == (200_000 - 18_100) - (200_000 - 15_000 - 9_820)
    assert table.is_over


def test_a_discount_that_the_marketplace_pays_is_no_cost_of_ours(shop, shirt):
    order = sold(shop, shirt)
    Order.objects.filter(pk=order.pk).update(discount_vnd=30_000, total_vnd=170_000)
    RemoteOrder.objects.update(seller_voucher_vnd=10_000, platform_voucher_vnd=20_000)
    write_rate("10")
    [money] = money_of_orders([order.pk])
    assert money.expected_payout_vnd == 190_000 - 19_000
    # Listed at 170.000 and paid 171.000: the channel adds 1.000.
    assert money.charges.estimated_vnd == -1_000


def test_a_difference_over_the_tolerance_is_a_problem_until_it_is_accepted(shop, shirt):
    order = sold(shop, shirt)
    write_rate("4")
    settle(shop, order, commission=8_900)
    assert not SyncProblem.objects.exists()
    settle(shop, order, commission=9_500)
    [problem] = SyncProblem.objects.filter(resolved_at=None)
    assert (problem.kind, problem.remote_id) == ("payout_differs", "S1")
    assert "-1.500" in problem.message
    accept_payout(shop.pk, "S1", actor=ACTOR)
    assert judge_payouts([order.pk]) == 0
    assert not SyncProblem.objects.filter(resolved_at=None).exists()
    settle(shop, order, commission=12_000)
    assert SyncProblem.objects.filter(resolved_at=None).count() == 1


def test_a_payout_is_accepted_only_when_there_is_one(shop, shirt):
    sold(shop, shirt)
    with pytest.raises(DomainError):
        accept_payout(shop.pk, "S1", actor=ACTOR)
    assert RemoteOrder.objects.get().accepted_payout_vnd is None


def test_money_that_a_return_took_back_is_no_difference(shop, shirt):
    order = sold(shop, shirt)
    write_rate("4")
    settle(shop, order, commission=8_000)
    keep_fees(shop.pk, [line("S1", FeeKind.REFUND, -100_000)])
    assert money_of_orders([order.pk])[0].difference_vnd == 0
    assert profit(order)[0] == 108_000


def test_lines_of_a_whole_order_replace_those_told_before(shop, shirt):
    order = sold(shop, shirt)
    settle(shop, order, commission=9_000)
    settle(shop, order, commission=7_000)
    kinds = OrderFee.objects.filter(order=order).values_list("kind", "amount_vnd")
    assert sorted(kinds) == [("commission", -7_000), ("goods", 200_000)]


def test_a_line_that_came_before_its_order_is_given_to_it(shop, shirt):
    keep_fees(shop.pk, [line("S1", FeeKind.GOODS, 200_000)])
    order = sold(shop, shirt)
    assert profit(order)[2] == ""
    assert link_fees(shop.pk) == 1
    assert profit(order) == (0, 61_818, "settled")
    assert link_fees(shop.pk) == 0


def test_statements_are_matched_with_their_lines_and_what_is_missing_is_counted(shop, shirt):
    order = sold(shop, shirt)
    settle(shop, order)
    keep_fees(shop.pk, [line("S2", FeeKind.GOODS, 50_000)])
    day = today()
    Settlement.objects.create(
        shop=shop, number="T1", first_day=day, last_day=day, told_vnd=241_000, seen_at=now()
    )
    assert pull_settlements_without_asking(shop) == 0
    [row] = matchings(list(Settlement.objects.all()))
    assert (row.lines_vnd, row.orders, row.missing, row.missing_vnd) == (241_000, 1, 1, 50_000)
    assert row.difference_vnd == 0
    Settlement.objects.update(told_vnd=240_000)
    assert pull_settlements_without_asking(shop) == 1
    [problem] = SyncProblem.objects.filter(resolved_at=None)
    assert (problem.kind, problem.remote_id) == ("statement_differs", "T1")


def pull_settlements_without_asking(shop: Shop) -> int:
    """As of a marketplace that tells of no statements itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "channels_sync.services.settling.teller_of_settlements", lambda _adapter: None
        )
        return pull_settlements(shop.pk, since=today(), until=today())


# What settled orders teach


def test_rates_are_learned_from_settled_orders_as_parts_or_as_one_amount(shop, shirt):
    for at in range(1, 7):
        order = sold(shop, shirt, f"S{at}", pieces=at)
        goods, shipping = 100_000 * at, 15_000 + 1_000 * at
        Order.objects.filter(pk=order.pk).update(
            shipping_fee_buyer_vnd=shipping, total_vnd=goods + shipping
        )
        lines = [
            line(order.remote_id, FeeKind.GOODS, goods),
            line(order.remote_id, FeeKind.SHIPPING_PAID, shipping),
            line(order.remote_id, FeeKind.SHIPPING, -shipping),
            line(order.remote_id, FeeKind.COMMISSION, -goods * 4 // 100),
            line(order.remote_id, FeeKind.PAYMENT, -round_half_up(Decimal(goods + shipping) / 20)),
            line(order.remote_id, FeeKind.SERVICE, -3_000),
        ]
        keep_fees(shop.pk, lines)
        if at == 4:
            assert observed_rates(["shopee"]) == []
    found = {row.kind: (row.percent, row.fixed_vnd, row.base) for row in observed_rates(["shopee"])}
    assert found == {
        "commission": (Decimal("4.000"), 0, "goods"),
        "payment": (Decimal("5.000"), 0, "paid"),
        "service": (Decimal(0), 3_000, "goods"),
    }
    since = today() - timedelta(days=1)
    assert adopt_observed("shopee", valid_from=since, actor=ACTOR) == 3
    assert recount_fees("shopee", since) == 6
    assert not SyncProblem.objects.exists()
    assert all(abs(money.difference_vnd or 0) <= 1 for money in money_of_orders(
        Order.objects.values_list("pk", flat=True)
    ))  # fmt: skip


def test_a_rate_written_twice_is_one_and_a_removed_one_estimates_nothing(shop, shirt):
    order = sold(shop, shirt)
    first = write_rate("4")
    assert write_rate("4").pk == first.pk
    assert write_rate("5").pk == first.pk
    count_profits([order.pk])
    assert profit(order)[0] == 10_000
    remove_fee_rate(first.pk, actor=ACTOR)
    remove_fee_rate(first.pk, actor=ACTOR)
    count_profits([order.pk])
    assert profit(order) == (0, 61_818, "")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"percent": Decimal(101)}, "percent"),
        ({"source": " "}, "source"),
        ({"kind": "goods"}, "kind"),
    ],
)
def test_a_rate_that_cannot_be_is_refused_and_not_written(shop, changes, field):
    with pytest.raises(DomainError) as refusal:
        write_rate(**({"percent": "4"} | changes))
    assert refusal.value.field == field
    assert not FeeRate.objects.exists()


def test_the_rate_in_force_is_the_newest_that_has_begun(shop):
    old = write_rate("4")
    new = write_rate("5", valid_from=today())
    write_rate("6", valid_from=today() + timedelta(days=3))
    assert standing_rates(list(FeeRate.objects.all()), today()) == {new.pk}
    assert standing_rates(list(FeeRate.objects.all()), today() - timedelta(days=1)) == {old.pk}


# Pages


LISTS = ("/channels/settlements/", "/channels/settlements/?show=differs",
         "/channels/settlements/?show=waiting")  # fmt: skip


def statements(client: Any, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_lists_of_payouts_cost_the_same_for_one_row_and_for_twenty(shop, shirt, owner_client):
    write_rate("1")
    counts = []
    for upto in (1, 20):
        for at in range(len(Settlement.objects.all()), upto):
            order = sold(shop, shirt, f"S{at}", pieces=1)
            lines = [line(order.remote_id, FeeKind.GOODS, 70_000 + at, statement=f"T{at}")]
            keep_fees(shop.pk, lines)
            late = sold(shop, shirt, f"W{at}", pieces=1)
            RemoteOrder.objects.filter(order=late).update(
                remote_updated_at=now() - timedelta(days=20)
            )
        pull_settlements_without_asking(shop)
        for address in LISTS:
            owner_client.get(address)
        counts.append([statements(owner_client, address) for address in LISTS])
    assert counts[0] == counts[1]
    page = owner_client.get(LISTS[0]).content.decode()
    assert page.count("channels/settlements/") >= 20
    assert "W3" in owner_client.get(LISTS[2]).content.decode()


def test_the_order_page_shows_both_sides_to_who_sees_costs_only(
    shop, shirt, owner, login, user_factory
):
    order = sold(shop, shirt)
    write_rate("4")
    settle(shop, order, commission=12_345)
    seller = user_factory("sales")
    address = f"/orders/{order.pk}/"
    seen = login(owner).get(address).content.decode()
    assert "187.655" in seen
    assert "192.000" in seen
    assert "Chấp nhận số sàn trả" in seen
    hidden = login(seller).get(address).content.decode()
    assert "187.655" not in hidden
    assert login(seller).get(LISTS[0]).status_code == 403


def test_an_accountant_writes_a_rate_accepts_a_difference_and_reads_a_statement(
    shop, shirt, login, user_factory
):
    client = login(user_factory("accountant"))
    order = sold(shop, shirt)
    given = {
        "channel": f"shopee:{shop.pk}",
        "kind": "commission",
        "percent": "4,5",
        "base": "goods",
    }
    given |= {"valid_from": today().isoformat(), "source": "Thông báo của sàn"}
    assert client.post("/channels/fees/", {**given, "percent": "bốn"}).status_code == 422
    assert client.post("/channels/fees/", given).status_code == 302
    row = FeeRate.objects.get()
    assert (row.percent, row.shop_id, row.fixed_vnd) == (Decimal("4.5"), shop.pk, 0)
    assert "đang dùng" in client.get("/channels/fees/").content.decode()
    settle(shop, order, commission=20_000)
    pull_settlements_without_asking(shop)
    problem = SyncProblem.objects.get(kind="payout_differs")
    assert "Lệch" in client.get("/channels/settlements/?show=differs").content.decode()
    client.post(f"/channels/payouts/{problem.pk}/accept/")
    problem.refresh_from_db()
    assert problem.resolved_at is not None
    page = client.get(f"/channels/settlements/{Settlement.objects.get().pk}/").content.decode()
    assert order.number in page
    assert "-20.000" in page.replace("−", "-")
    assert client.post(f"/channels/fees/{row.pk}/remove/").status_code == 302
    assert not FeeRate.objects.exists()
