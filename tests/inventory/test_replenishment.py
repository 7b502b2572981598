"""A-44, A-50, A-52, C-75: tested forecasts, one standing proposal, one click to buy."""

from datetime import date, timedelta
from threading import Thread

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import strategies as st

from inventory.models import (
    DemandForecast,
    PurchaseLine,
    PurchaseOrder,
    ReplenishmentProposal,
    Supplier,
    SupplierBuying,
    SupplierPrice,
)
from inventory.selectors.demand import demand_of
from inventory.services.lot_naming import Named, name_lots, set_tracking
from inventory.services.purchasing import cancel_purchase
from inventory.services.replenishment import (
    dismiss_proposal,
    plan_everything,
    recompute,
)
from inventory.services.replenishment_orders import order_proposals
from inventory.services.stock import Posting, post
from oms.kernel.clock import day_bounds, today
from oms.kernel.errors import DomainError
from oms.kernel.models import Alert, Event
from tests.inventory.makers import ACTOR, make_variant, make_warehouse, put

days = st.lists(st.none() | st.integers(0, 40), min_size=1, max_size=160)

NOON = timedelta(hours=12)


def move(variant, store, pieces: int, kind: str, day: date) -> None:
    """A movement in the past, through the service."""
    with time_machine.travel(day_bounds(day)[0] + NOON, tick=False):
        post([Posting(variant.pk, store.pk, pieces, kind)], actor=ACTOR)


def past_sales(variant, store, *, a_day: int = 3, length: int = 70, left: int = 5) -> None:
    """So many a day up to yesterday, and so many left on the shelf."""
    present = today()
    first = present - timedelta(days=length + 1)
    move(variant, store, a_day * length + left, "opening", first)
    for back in range(length, 0, -1):
        move(variant, store, -a_day, "shipment", present - timedelta(days=back))


def supplier(variant, **fields) -> Supplier:
    row = Supplier.objects.create(code=f"NCC{variant.pk}", name="Xưởng A", lead_time_days=7)
    SupplierPrice.objects.create(
        supplier=row,
        variant=variant,
        price_vnd=fields.pop("price_vnd", 120_000),
        valid_from="2020-01-01",
        **{"pack_size": 12, "min_quantity": 2, **fields},
    )
    return row


@pytest.fixture
def short(db):
    """A shirt that sells 3 a day, 5 left, a supplier that needs a week."""
    shirt, store = make_variant("AO"), make_warehouse("KHO")
    past_sales(shirt, store)
    return shirt, store, supplier(shirt)


def proposal() -> ReplenishmentProposal:
    return ReplenishmentProposal.objects.get()


def test_a50_falling_below_the_point_makes_one_proposal_and_a_second_run_none(short) -> None:
    shirt, store, maker = short
    assert demand_of([shirt.pk])[shirt.pk].days == [0] + [3] * 70
    assert plan_everything() == 1
    row = proposal()
    assert (row.variant, row.warehouse, row.supplier) == (shirt, store, maker)
    assert (row.reorder_point, row.projected, row.target) == (21, 5, 42)
    # 37 missing are 3.08 packs of 12
    assert (row.packs, row.pack_size, row.quantity, row.amount_vnd) == (4, 12, 48, 480_000)
    known = DemandForecast.objects.get(variant=shirt)
    assert (known.next_week, known.error) == (21, 0)
    assert plan_everything() == 1
    again = proposal()
    assert (again.pk, again.opened_at) == (row.pk, row.opened_at)
    assert Event.objects.filter(name="replenishment.proposed").count() == 1


def test_c75_an_open_proposal_is_computed_anew_in_place_and_prints_its_arithmetic(
    short, owner_client
) -> None:
    shirt, store, _maker = short
    recompute([shirt.pk])
    first = proposal()
    put(shirt, store, 7)
    recompute([shirt.pk])
    row = proposal()
    assert row.pk == first.pk
    assert (row.projected, row.quantity) == (12, 36)
    words = " ".join(owner_client.get("/replenishment/").content.decode().split())
    assert "tồn 12 + đang về 0 + đơn nhập nháp 0 − đang giữ 0 = dự kiến 12" in words
    assert "bán trong 7 ngày chờ hàng 21 + an toàn 0 = 21" in words
    assert "đặt tới 42 (thêm 7 ngày xem lại) − dự kiến 12" in words


def test_expired_pieces_are_bought_anew_and_said_in_the_arithmetic(short, owner_client) -> None:
    shirt, store, _maker = short
    set_tracking(shirt.product_id, "lot", actor=ACTOR)
    gone = today() - timedelta(days=1)
    name_lots(shirt.pk, store.pk, [Named("OLD", 4, gone)], actor=ACTOR)
    recompute([shirt.pk])
    row = proposal()
    assert (row.projected, row.inputs["on_hand"], row.inputs["expired"]) == (1, 5, 4)
    words = " ".join(owner_client.get("/replenishment/").content.decode().split())
    assert "tồn 5 + đang về 0 + đơn nhập nháp 0 − đang giữ 0 − hết hạn 4 = dự kiến 1" in words


def test_a44_one_alert_while_the_proposal_waits_and_a_new_one_at_the_next_crossing(short) -> None:
    shirt, store, _maker = short
    recompute([shirt.pk])
    recompute([shirt.pk])
    alert = Alert.objects.get(kind="stock.reorder")
    assert "AO @ Kho KHO: tồn dự kiến 5, điểm đặt hàng 21" in alert.message
    put(shirt, store, 100)
    recompute([shirt.pk])
    alert.refresh_from_db()
    assert alert.closed_at is not None
    assert proposal().status == "closed"
    post([Posting(shirt.pk, store.pk, -100, "adjustment")], actor=ACTOR)
    recompute([shirt.pk])
    assert ReplenishmentProposal.objects.filter(status="open").count() == 1
    assert Alert.objects.filter(kind="stock.reorder", closed_at=None).count() == 1


def test_a_dismissed_proposal_stands_until_the_shelf_has_recovered(short) -> None:
    shirt, store, _maker = short
    recompute([shirt.pk])
    with pytest.raises(DomainError):
        dismiss_proposal(proposal().pk, reason=" ", actor=ACTOR)
    dismiss_proposal(proposal().pk, reason="hết mùa", actor=ACTOR)
    dismiss_proposal(proposal().pk, reason="hết mùa", actor=ACTOR)
    recompute([shirt.pk])
    assert proposal().status == "dismissed"
    assert not Alert.objects.filter(kind="stock.reorder", closed_at=None).exists()
    put(shirt, store, 100)
    recompute([shirt.pk])
    assert proposal().status == "closed"


def test_a50_proposals_become_one_draft_per_supplier_and_count_as_on_their_way(short) -> None:
    shirt, _store, maker = short
    recompute([shirt.pk])
    [order] = order_proposals([proposal().pk], actor=ACTOR)
    line = PurchaseLine.objects.get(order=order)
    assert (order.supplier, order.origin, order.status) == (maker, "proposal", "draft")
    assert (line.variant, line.packs, line.quantity) == (shirt, 4, 48)
    assert order_proposals([proposal().pk], actor=ACTOR) == [order]
    assert PurchaseLine.objects.get().packs == 4
    assert proposal().status == "ordered"
    recompute([shirt.pk])
    assert proposal().status == "ordered"
    cancel_purchase(order.pk, actor=ACTOR, reason="nhầm")
    recompute([shirt.pk])
    assert ReplenishmentProposal.objects.filter(status="open").count() == 1


def test_what_nobody_sells_is_proposed_and_refused_with_its_sku(db) -> None:
    shirt, store = make_variant("AO"), make_warehouse()
    past_sales(shirt, store, length=20)
    recompute([shirt.pk])
    assert (proposal().supplier, proposal().amount_vnd) == (None, None)
    with pytest.raises(DomainError, match="AO") as refusal:
        order_proposals([proposal().pk], actor=ACTOR)
    assert refusal.value.code == "proposal.no_supplier"
    assert not PurchaseOrder.objects.exists()


@pytest.mark.parametrize(("limit_vnd", "status"), [(480_000, "ordered"), (479_999, "open")])
def test_a_rule_orders_by_itself_within_its_limit(short, limit_vnd, status) -> None:
    shirt, _store, maker = short
    SupplierBuying.objects.create(supplier=maker, auto_order=True, limit_vnd=limit_vnd)
    plan_everything()
    assert proposal().status == status
    confirmed = PurchaseOrder.objects.filter(status="confirmed").count()
    assert confirmed == (status == "ordered")
    plan_everything()
    assert ReplenishmentProposal.objects.filter(variant=shirt).count() == 1


def test_the_table_refuses_a_second_standing_proposal(short) -> None:
    shirt, _store, _maker = short
    recompute([shirt.pk])
    row = proposal()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_run_costs_the_same_statements_for_one_variant_and_for_many(short) -> None:
    shirt, store, _maker = short
    many = []
    for _number in range(10):
        variant = make_variant()
        past_sales(variant, store, length=3, left=1)
        supplier(variant)
        many.append(variant.pk)

    def cost(ids: list[int]) -> int:
        recompute(ids)
        with CaptureQueriesContext(connection) as seen:
            recompute(ids)
        return len(seen)

    assert cost([shirt.pk]) == cost(many)


@pytest.mark.django_db(transaction=True)
def test_c75_two_runs_at_once_leave_one_proposal() -> None:
    shirt, store = make_variant("AO"), make_warehouse("KHO")
    past_sales(shirt, store, length=14)
    supplier(shirt)
    errors: list[Exception] = []

    def run() -> None:
        try:
            recompute([shirt.pk])
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert proposal().status == "open"
    assert Alert.objects.filter(kind="stock.reorder").count() == 1


def test_a_click_turns_the_chosen_proposals_into_an_order(short, owner_client) -> None:
    shirt, _store, _maker = short
    recompute([shirt.pk])
    nothing = owner_client.post("/replenishment/order/", {})
    assert nothing.status_code == 422
    answer = owner_client.post("/replenishment/order/", {"proposal": [proposal().pk]})
    order = PurchaseOrder.objects.get()
    assert answer.url == f"/purchases/{order.pk}/"
    assert order.number in owner_client.get("/replenishment/?status=ordered").content.decode()


def test_the_pages_answer_and_hide_cost_and_other_warehouses(
    short, owner_client, user_factory, login
) -> None:
    shirt, _store, maker = short
    recompute([shirt.pk])
    assert "480.000" in owner_client.get("/replenishment/").content.decode()
    chart = owner_client.get(f"/replenishment/variant/{shirt.pk}/").content.decode()
    assert "<svg" in chart and "dự báo" in chart
    assert "cách đoán thô" in owner_client.get("/replenishment/").content.decode()
    best = owner_client.get("/replenishment/best/").content.decode()
    assert ">84<" in best.replace(" ", "")
    assert owner_client.get("/replenishment/buying/").status_code == 200
    url = f"/replenishment/buying/{maker.pk}/"
    form = {"review_days": "14", "service_percent": "98", "auto_order": "on", "limit_vnd": "5tr"}
    wrong = owner_client.post(url, form | {"service_percent": "100"})
    assert wrong.status_code == 422
    form["limit_vnd"] = "5.000.000"
    assert owner_client.post(url, form).status_code == 302
    assert SupplierBuying.objects.get().limit_vnd == 5_000_000
    away = login(user_factory("manager", warehouse_ids=[make_warehouse().pk]))
    assert "AO" not in away.get("/replenishment/").content.decode().split("results")[1]
    assert away.post("/replenishment/order/", {"proposal": [proposal().pk]}).status_code == 422
    assert login(user_factory("sales")).get("/replenishment/").status_code == 403
    dismissed = owner_client.post(f"/replenishment/{proposal().pk}/dismiss/", {"reason": "thôi"})
    assert dismissed.status_code == 302
    assert proposal().dismiss_reason == "thôi"


def test_the_list_costs_the_same_for_one_proposal_and_for_many(short, owner_client) -> None:
    shirt, store, _maker = short
    recompute([shirt.pk])

    def cost() -> int:
        owner_client.get("/replenishment/")
        with CaptureQueriesContext(connection) as seen:
            owner_client.get("/replenishment/")
        return len(seen)

    few = cost()
    for _number in range(8):
        variant = make_variant()
        past_sales(variant, store, length=2, left=1)
        recompute([variant.pk])
    assert cost() == few


def test_a52_a_forecast_stands_with_its_error_beside_the_naive_one(short, owner_client) -> None:
    shirt, _store, _maker = short
    recompute([shirt.pk])
    forecast = DemandForecast.objects.get(variant=shirt)
    assert forecast.error is not None and forecast.naive_error is not None
    assert forecast.error <= forecast.naive_error
    page = owner_client.get(f"/replenishment/variant/{shirt.pk}/")
    shown = page.context["outlook"].forecast
    assert (shown.error, shown.naive_error) == (forecast.error, forecast.naive_error)
    assert "Đoán thô sai" in page.text
