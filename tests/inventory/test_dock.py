"""Goods without an order, and lots said while they are unloaded."""

from datetime import date

import pytest

from inventory.models import Lot, LotBalance, PurchaseOrder, StockLevel
from inventory.services.lot_naming import Named, set_tracking
from inventory.services.receiving import (
    count_scan,
    forget_lot,
    post_receipt,
    say_lots,
    set_counts,
    start_receipt,
)
from inventory.services.units import set_units
from oms.kernel import books
from oms.kernel.errors import DomainError
from tests.inventory.makers import ACTOR, make_variant, make_warehouse
from tests.inventory.purchases import make_supplier, offer, order_goods

pytestmark = pytest.mark.django_db
SOON, LATER = date(2027, 1, 31), date(2027, 6, 30)


def tracked(sku: str, tracking: str):
    variant = make_variant(sku)
    set_tracking(variant.product_id, tracking, actor=ACTOR)
    return variant


def lots_here() -> list[tuple[str, int]]:
    rows = LotBalance.objects.filter(on_hand__gt=0).order_by("lot__code")
    return list(rows.values_list("lot__code", "on_hand"))


def test_a49_a_receipt_asks_for_lots_and_posts_them_in_one_step() -> None:
    milk, cup = tracked("SUA", "lot"), make_variant("COC")
    receipt = start_receipt(
        order_goods(make_warehouse(), (milk, 30, 100), (cup, 5, 10)).pk, actor=ACTOR
    )
    counted = count_scan(receipt.pk, "SUA", times=4)
    assert (counted.tracking, counted.counted) == ("lot", 4)
    say_lots(receipt.pk, counted.line_id, [Named("A", 10, SOON)])
    say_lots(receipt.pk, counted.line_id, [Named("B", 12, LATER)])
    say_lots(receipt.pk, counted.line_id, [Named("A", 3, SOON)])
    line = receipt.lines.get(pk=counted.line_id)
    assert line.quantity == 25  # naming is counting
    set_counts(receipt.pk, {line.pk: 30})
    post_receipt(receipt.pk, actor=ACTOR)
    assert lots_here() == [("", 5), ("A", 13), ("B", 12)]
    assert Lot.objects.get(code="B").expires_on == LATER
    assert not [finding for found in books.check_books().values() for finding in found]


def test_serials_are_said_once_and_counted() -> None:
    phone = tracked("DT", "serial")
    receipt = start_receipt(order_goods(make_warehouse(), (phone, 2, 100)).pk, actor=ACTOR)
    line = receipt.lines.get()
    say_lots(receipt.pk, line.pk, [Named("IMEI1", 1), Named("IMEI2", 1)])
    with pytest.raises(DomainError) as refusal:
        say_lots(receipt.pk, line.pk, [Named("IMEI1", 1)])
    assert refusal.value.code == "lots.twice"
    post_receipt(receipt.pk, actor=ACTOR)
    assert lots_here() == [("IMEI1", 1), ("IMEI2", 1)]
    assert all(Lot.objects.exclude(code="").values_list("is_serial", flat=True))


def test_a_serial_that_is_here_already_stops_the_receipt() -> None:
    phone, place = tracked("DT", "serial"), make_warehouse()
    for attempt in range(2):
        receipt = start_receipt(order_goods(place, (phone, 1, 100)).pk, actor=ACTOR)
        say_lots(receipt.pk, receipt.lines.get().pk, [Named("IMEI1", 1)])
        if attempt:
            with pytest.raises(DomainError) as refusal:
                post_receipt(receipt.pk, actor=ACTOR)
            assert refusal.value.code == "lots.serial_here"
        else:
            post_receipt(receipt.pk, actor=ACTOR)
    assert StockLevel.objects.get().on_hand == 1


def test_more_named_than_counted_or_another_date_is_refused() -> None:
    milk = tracked("SUA", "lot")
    receipt = start_receipt(order_goods(make_warehouse(), (milk, 30, 100)).pk, actor=ACTOR)
    line = receipt.lines.get()
    say_lots(receipt.pk, line.pk, [Named("A", 10, SOON)])
    with pytest.raises(DomainError) as refusal:
        say_lots(receipt.pk, line.pk, [Named("A", 1, LATER)])
    assert refusal.value.code == "lots.date"
    set_counts(receipt.pk, {line.pk: 9})
    with pytest.raises(DomainError) as refusal:
        post_receipt(receipt.pk, actor=ACTOR)
    assert refusal.value.message == "SUA: đã ghi lô cho 10 cái nhưng chỉ đếm 9."
    forget_lot(receipt.pk, line.lots.get().pk)
    post_receipt(receipt.pk, actor=ACTOR)
    assert lots_here() == [("", 9)]


def test_a_known_lot_with_another_date_stops_the_receipt() -> None:
    milk, place = tracked("SUA", "lot"), make_warehouse()
    Lot.objects.create(variant=milk, code="A", expires_on=SOON, created_at="2026-01-01T00:00Z")
    receipt = start_receipt(order_goods(place, (milk, 1, 100)).pk, actor=ACTOR)
    say_lots(receipt.pk, receipt.lines.get().pk, [Named("A", 1, LATER)])
    with pytest.raises(DomainError) as refusal:
        post_receipt(receipt.pk, actor=ACTOR)
    assert refusal.value.code == "lots.date"
    assert not StockLevel.objects.filter(on_hand__gt=0).exists()


def test_goods_without_lots_are_not_asked() -> None:
    receipt = start_receipt(order_goods(make_warehouse(), (make_variant(), 1, 1)).pk, actor=ACTOR)
    with pytest.raises(DomainError) as refusal:
        say_lots(receipt.pk, receipt.lines.get().pk, [Named("A", 1)])
    assert refusal.value.code == "lots.untracked"


def test_a49_goods_without_an_order_are_received_in_three_steps(owner, login) -> None:
    client, place, supplier = login(owner), make_warehouse(), make_supplier()
    milk, cup = tracked("SUA", "lot"), make_variant("COC")
    offer(supplier, cup, 1_200, pack_size=12)
    page = client.post(
        "/receipts/new/",
        {
            "supplier": supplier.code, "warehouse": place.pk, "note": "Xe 51C",
            "rows": "SUA\n3*SUA\nCOC\t24\nSUA\t1\t9.000\n",
        },
    )  # fmt: skip
    order = PurchaseOrder.objects.get()
    receipt = order.receipts.get()
    assert page["Location"] == f"/receipts/{receipt.pk}/"
    assert (order.origin, order.status, order.goods_vnd) == ("dock", "confirmed", 5 * 9_000 + 2_400)
    line = receipt.lines.get(variant=milk)
    lots = f"/receipts/{receipt.pk}/lines/{line.pk}/lots/"
    assert lots in client.get(page["Location"]).content.decode()
    client.post(lots, {"code": "A", "expires_on": "2027-01-31", "quantity": "5"})
    assert "31/01/2027" in client.get(lots).content.decode()
    client.post(f"/receipts/{receipt.pk}/post/", {"basis": "value"})
    order.refresh_from_db()
    assert (order.status, lots_here()) == ("received", [("A", 5)])
    assert StockLevel.objects.get(variant=cup).value_vnd == 2_400
    assert client.get(lots)["Location"] == page["Location"]


def test_a_dock_form_names_the_line_at_fault_and_writes_nothing(owner, login) -> None:
    client, supplier = login(owner), make_supplier()
    data = {"supplier": supplier.code, "warehouse": make_warehouse().pk}
    for rows, told in (
        ("MẤT", "Dòng 1: Không có"),
        ("A\tx", "Dòng 1: cần mã và số lượng."),
        ("A\t0", "Dòng 1: cần mã và số lượng."),
    ):
        page = client.post("/receipts/new/", data | {"rows": rows})
        assert page.status_code == 422
        assert told in page.content.decode()
    assert not PurchaseOrder.objects.exists()


def test_prices_at_the_dock_are_only_for_those_who_see_costs(user_factory, login) -> None:
    client, cup = login(user_factory("warehouse")), make_variant("COC")
    data = {"supplier": make_supplier().code, "warehouse": make_warehouse().pk}
    client.post("/receipts/new/", data | {"rows": "COC\t2\t5000"})
    assert PurchaseOrder.objects.get().goods_vnd == 0
    assert StockLevel.objects.get(variant=cup).on_hand == 0


def test_a_case_at_the_dock_is_its_pieces_at_their_price(owner, login) -> None:
    client, cup = login(owner), make_variant("COC")
    set_units(cup.product_id, "cái", [("Thùng", 24)], actor=ACTOR)
    data = {"supplier": make_supplier().code, "warehouse": make_warehouse().pk}
    wrong = client.post("/receipts/new/", data | {"rows": "COC\t2 lốc"})
    assert "Hàng này không có đơn vị tính “lốc”." in wrong.content.decode()
    client.post("/receipts/new/", data | {"rows": "COC\t2 thùng\t240.000\nCOC\t3"})
    line = PurchaseOrder.objects.get().lines.get()
    assert (line.quantity, line.unit_price_vnd) == (51, 10_000)
    page = client.get(f"/stock/{cup.pk}/{data['warehouse']}/").content.decode()
    assert "0 cái" in page
