"""Money beside orders: penalties, advertising and compensation that no order explains."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from channels_sync.books import differing_statements_are_told
from channels_sync.models import OrderFee, Settlement, Shop, SyncProblem
from channels_sync.selectors.results import last_day, month_of, shop_results
from channels_sync.selectors.settlements import matchings
from channels_sync.services.fees import pull_fees
from inventory.models import StockLevel
from oms.kernel.clock import today
from orders.models import OrderProfit
from orders.services.profits import count_profits

from .markets import MARKETS, Market, confirmed, connect, moved, running_market, stocked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]
WALK = ("shipped", "delivered", "over")


@pytest.fixture(params=sorted(MARKETS))
def market(request: Any, tmp_path: Path, settings: Any) -> Iterator[Market]:
    with running_market(request.param, tmp_path, settings) as hand:
        yield hand


def statements_of(shop: Shop) -> list[Any]:
    return matchings(list(Settlement.objects.filter(shop=shop)))


def month(shop: Shop) -> Any:
    """What these days earned; the day may have turned since the sandbox counted."""
    [row] = shop_results([shop.pk], first=today() - timedelta(days=20), last=today())
    return row


def test_a97_money_of_no_order_is_in_its_statement_and_in_the_month_but_in_no_order(market):
    shop = stocked(connect(market))
    StockLevel.objects.update(value_vnd=F("on_hand") * 10_000)
    order = confirmed(market, shop, lines=[{"sku": "SRM-120", "quantity": 2}])
    moved(market, shop, order, *WALK[: 3 if market.code_name == "shopee" else 2])
    pull_fees(shop.pk)
    count_profits([order.pk])
    before = OrderProfit.objects.get(pk=order.pk).profit_vnd
    earned = month(shop)
    market("POST", "adjust", {"amount": -50_000})
    market("POST", "adjust", {"amount": 20_000})
    for _time in range(2):
        pull_fees(shop.pk)
    lines = OrderFee.objects.filter(shop=shop, remote_id="")
    assert sorted(lines.values_list("amount_vnd", flat=True)) == [-50_000, 20_000]
    assert set(lines.values_list("is_adjustment", "order", "statement")) <= {
        (True, None, row.settlement.number) for row in statements_of(shop)
    }
    told = statements_of(shop)
    assert {row.difference_vnd for row in told} == {0}
    assert sum(row.adjustments_vnd for row in told) == -30_000
    assert all(row.orders_vnd + row.adjustments_vnd == row.lines_vnd for row in told)
    assert not SyncProblem.objects.filter(resolved_at=None, kind="statement_differs").exists()
    assert month(shop).adjustments_vnd == earned.adjustments_vnd - 30_000
    assert month(shop).profit_vnd == earned.profit_vnd
    assert OrderProfit.objects.get(pk=order.pk).profit_vnd == before


def test_a_statement_that_its_orders_and_adjustments_do_not_explain_is_a_problem(market):
    shop = connect(market)
    market("POST", "adjust", {"amount": -50_000})
    pull_fees(shop.pk)
    assert differing_statements_are_told() == []
    [row] = Settlement.objects.all()
    Settlement.objects.update(told_vnd=-60_000)
    [finding] = differing_statements_are_told()
    assert row.number in finding.message
    OrderFee.objects.update(amount_vnd=-1, statement="x")
    pull_fees(shop.pk)
    assert differing_statements_are_told() == []
    assert OrderFee.objects.get().amount_vnd == -50_000


# What only the wallet of one of them knows


@pytest.fixture
def shopee(tmp_path: Path, settings: Any) -> Iterator[Market]:
    with running_market("shopee", tmp_path, settings) as hand:
        yield hand


def test_an_adjustment_that_names_an_order_is_that_orders(shopee):
    shop = stocked(connect(shopee))
    order = confirmed(shopee, shop, lines=[{"sku": "SRM-120", "quantity": 2}])
    order = moved(shopee, shop, order, *WALK)
    kind = "ADJUSTMENT_FOR_RR_AFTER_ESCROW_VERIFIED"
    body = {"amount": -15_000, "type": kind, "order_sn": order.remote_id, "reason": "Hoàn thêm"}
    shopee("POST", "adjust", body)
    for _time in range(2):
        pull_fees(shop.pk)
    [line] = OrderFee.objects.filter(order=order, is_adjustment=True)
    assert (line.amount_vnd, line.kind, line.name) == (-15_000, "refund", f"{kind}: Hoàn thêm")
    assert sum(row.adjustments_vnd for row in statements_of(shop)) == 0
    assert {row.difference_vnd for row in statements_of(shop)} == {0}


def test_moving_money_earns_nothing_and_an_unknown_word_is_a_problem(shopee, owner_client):
    shop = connect(shopee)
    shopee("POST", "adjust", {"amount": -900_000, "type": "WITHDRAWAL_COMPLETED"})
    shopee("POST", "adjust", {"amount": -70_000, "type": "450"})
    shopee("POST", "adjust", {"amount": -11_000, "type": "SOMETHING_NEW"})
    pull_fees(shop.pk)
    told = OrderFee.objects.order_by("amount_vnd").values_list("name", "amount_vnd", "kind")
    assert list(told) == [
        ("PAID_ADS_CHARGE", -70_000, "service"),
        ("SOMETHING_NEW", -11_000, "moved"),
    ]
    assert month(shop).adjustments_vnd == -70_000
    [problem] = SyncProblem.objects.filter(resolved_at=None)
    assert (problem.kind, problem.remote_id) == ("unknown_money", "SOMETHING_NEW")
    shown = owner_client.get(f"/channels/{shop.pk}/").content.decode()
    assert "SOMETHING_NEW" in shown
    assert "Phân loại khoản này" in shown
    statement = Settlement.objects.get()
    address = f"/channels/settlements/{statement.pk}/?show=adjustments"
    page = owner_client.get(address).content.decode()
    assert "Không thuộc đơn nào" in page
    assert "PAID_ADS_CHARGE" in page


# The page of a month


def test_the_month_is_shown_to_who_sees_costs_and_costs_one_statement(
    shopee, login, user_factory, owner_client
):
    shop = connect(shopee)
    shopee("POST", "adjust", {"amount": -70_000, "type": "PAID_ADS_CHARGE"})
    pull_fees(shop.pk)
    day = OrderFee.objects.get().happened_on
    address = f"/channels/settlements/?show=result&month={day:%Y-%m}"
    page = owner_client.get(address).content.decode()
    assert "70.000" in page
    with CaptureQueriesContext(connection) as one:
        owner_client.get(address)
    for at in range(20):
        Shop.objects.create(
            marketplace="shopee", name=f"Gian {at}", remote_shop_id=f"9{at}",
            connected_at=shop.connected_at,
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        assert "Gian 19" in owner_client.get(address).content.decode()
    assert len(one) == len(many)
    assert owner_client.get("/channels/settlements/?show=result&month=x").status_code == 200
    limited = user_factory("accountant", warehouse_ids=[1])
    assert login(limited).get(address).status_code == 403
    assert "Lãi lỗ theo tháng" not in login(limited).get("/channels/settlements/").content.decode()


def test_months_end_where_the_next_begins():
    assert month_of("2026-02", now=today()).isoformat() == "2026-02-01"
    assert last_day(month_of("2026-12", now=today())).isoformat() == "2026-12-31"
    assert month_of("", now=today()).day == 1
