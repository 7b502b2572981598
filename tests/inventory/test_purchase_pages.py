"""Pages of suppliers, purchase orders and receipts, as people of each role use them."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventory.models import (
    GoodsReceipt,
    LandedCost,
    PurchaseOrder,
    Supplier,
    SupplierReturn,
)
from inventory.services.receiving import count_rest, post_receipt, start_receipt
from inventory.services.stock import Demand, reserve
from orders.models import Order
from tests.inventory.makers import ACTOR, level, make_variant, make_warehouse, put
from tests.inventory.makers_bundles import make_bundle
from tests.inventory.purchases import make_supplier, offer, order_goods
from tests.orders.makers import place as place_order

pytestmark = pytest.mark.django_db

Status = PurchaseOrder.Status

# A number that nothing else on a page is made of.
PRICE = 73_917


@pytest.fixture(autouse=True)
def empty_redis(redis_clean: object) -> None:
    """Counters and rate limits start at nothing."""


@pytest.fixture
def place():
    return make_warehouse()


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


@pytest.mark.parametrize("name", ["purchase_list", "supplier_list"])
def test_a_list_costs_the_same_for_one_row_and_for_twenty(name, owner_client, place):
    address = reverse(f"inventory:{name}")
    order_goods(place, (make_variant(), 1, 100))
    owner_client.get(address)
    one = queries(owner_client, address)
    for _n in range(19):
        order_goods(place, (make_variant(), 1, 100))
    assert queries(owner_client, address) == one


def test_an_order_page_costs_the_same_for_one_line_and_for_twenty(owner_client, place):
    small = order_goods(place, (make_variant(), 1, 100))
    large = order_goods(place, *[(make_variant(), 1, 100) for _ in range(20)])
    pages = [reverse("inventory:purchase_detail", args=[row.pk]) for row in (small, large)]
    owner_client.get(pages[0])
    assert queries(owner_client, pages[0]) == queries(owner_client, pages[1])
    counts = [start_receipt(row.pk, actor=ACTOR).pk for row in (small, large)]
    pages = [reverse("inventory:receipt", args=[pk]) for pk in counts]
    assert queries(owner_client, pages[0]) == queries(owner_client, pages[1])


def test_a45_one_table_shows_on_hand_reserved_available_and_incoming(owner_client, place):
    shirt, cap = make_variant(sku="AO-A45"), make_variant(sku="MU-A45")
    put(shirt, place, 10)
    reserve([Demand(1, shirt.pk, 3)])
    order_goods(place, (shirt, 6, 100), (cap, 25, 50))
    page = owner_client.get(reverse("inventory:stock_list")).content.decode()
    rows = {
        sku: re.findall(r'class="num"[^>]*>(?:<b>)?(\d+)', row)
        for sku in ("AO-A45", "MU-A45")
        for row in re.findall(r"<tr\b.*?</tr>", page, re.DOTALL)
        if f">{sku}<" in row
    }
    assert rows == {"AO-A45": ["10", "3", "7", "6"], "MU-A45": ["0", "0", "0", "25"]}


def test_a47_a_supplier_is_made_with_contacts_and_prices(owner_client):
    shirt = make_variant("AO-1")
    answer = owner_client.post(
        reverse("inventory:supplier_new"),
        {
            "code": "MAY", "name": "Xưởng may Tân Bình", "phone": "0901 234 567",
            "email": "may@example.com", "lead_time_days": "5", "min_order_vnd": "2.000.000",
            "min_order_quantity": "10", "is_active": "on",
        },
    )  # fmt: skip
    supplier = Supplier.objects.get()
    assert answer.headers["Location"] == reverse("inventory:supplier_detail", args=[supplier.pk])
    assert (supplier.phone, supplier.min_order_vnd) == ("+84901234567", 2_000_000)
    owner_client.post(
        reverse("inventory:supplier_contact", args=[supplier.pk]), {"name": "Chị Lan"}
    )
    price = {
        "variant": "AO-1", "price_vnd": "60.000", "pack_size": "1", "min_quantity": "1",
        "valid_from": "2026-01-01",
    }  # fmt: skip
    address = reverse("inventory:supplier_price", args=[supplier.pk])
    assert owner_client.post(address, price).status_code == 302
    assert owner_client.post(address, price | {"variant": "???"}).status_code == 422
    page = owner_client.get(reverse("inventory:supplier_detail", args=[supplier.pk]))
    for text in ("Chị Lan", "60.000", "AO-1", "5 ngày"):
        assert text in page.content.decode()
    assert shirt.supplier_prices.get().price_vnd == 60_000
    found = owner_client.get(reverse("inventory:supplier_list"), {"q": "tan binh"})
    assert "Xưởng may Tân Bình" in found.content.decode()


def test_a48_an_order_is_typed_pasted_and_placed(owner_client, place):
    supplier, shirt, cap = make_supplier(), make_variant("AO-1"), make_variant("0012")
    answer = owner_client.post(
        reverse("inventory:purchase_new"), {"supplier": supplier.code, "warehouse": place.pk}
    )
    order = PurchaseOrder.objects.get()
    page = reverse("inventory:purchase_detail", args=[order.pk])
    assert answer.headers["Location"] == page
    line = {"variant": "AO-1", "packs": "3", "unit_price_vnd": "1.000"}
    assert owner_client.post(page + "lines/", line).status_code == 302
    rows = {"rows": "0012\t5\t2.000\nAO-1\t4\t1.500"}
    assert owner_client.post(page + "paste/", rows).status_code == 302
    assert dict(order.lines.values_list("variant_id", "net_vnd")) == {
        shirt.pk: 6_000,
        cap.pk: 10_000,
    }
    for bad in ("XX\t1", "AO-1", "AO-1\tba"):
        assert owner_client.post(page + "paste/", {"rows": bad}).status_code == 422
    assert owner_client.post(page + "confirm/").status_code == 302
    order.refresh_from_db()
    assert order.status == Status.CONFIRMED
    assert owner_client.post(page + "lines/", line).status_code == 422


def test_a47_a_supplier_is_typed_by_code_or_name_and_suggested(owner_client, place):
    lan, mai = (make_supplier(name=f"Xưởng may {name}") for name in ("Lan", "Mai"))
    make_supplier(name="Nghỉ bán", is_active=False)
    for number in range(40):
        make_supplier(name=f"Kho vải {number:02d}")
    url = reverse("inventory:purchase_new")
    page = owner_client.get(url)
    assert page.text.count("<option") < 30
    linked = owner_client.get(url, {"supplier": mai.pk})
    assert f'value="{mai.code} · Xưởng may Mai"' in linked.text
    hint = owner_client.get(reverse("inventory:supplier_hint"), {"supplier": "may lan"}).text
    assert (f"{lan.code} · Xưởng may Lan" in hint, mai.code in hint) == (True, False)
    for typed in (lan.code.lower(), "may lan", f"{lan.code} · Xưởng may Lan"):
        assert owner_client.post(url, {"supplier": typed, "warehouse": place.pk}).status_code == 302
    assert set(PurchaseOrder.objects.values_list("supplier", flat=True)) == {lan.pk}
    for typed, told in (("xuong may", "nhiều nhà cung cấp"), ("nghi ban", "Không có nhà cung cấp")):
        answer = owner_client.post(url, {"supplier": typed, "warehouse": place.pk})
        assert (answer.status_code, told in answer.text) == (422, True)


def test_below_the_minimum_the_page_asks_once_more(owner_client, place):
    supplier = make_supplier(min_order_vnd=10_000)
    order = order_goods(place, (make_variant(), 1, 100), supplier=supplier, confirm=False)
    address = reverse("inventory:purchase_confirm", args=[order.pk])
    answer = owner_client.post(address)
    assert (answer.status_code, "Vẫn đặt hàng" in answer.content.decode()) == (422, True)
    assert owner_client.post(address, {"accept_below_minimum": "on"}).status_code == 302


def test_a49_a_worker_scans_types_and_posts(user_factory, login, place):
    worker = login(user_factory("warehouse"))
    shirt, cap = make_variant("AO-1"), make_variant("MU-1")
    order = order_goods(place, (shirt, 2, PRICE), (cap, 9, PRICE))
    answer = worker.post(reverse("inventory:receipt_start", args=[order.pk]))
    receipt = GoodsReceipt.objects.get()
    page = reverse("inventory:receipt", args=[receipt.pk])
    assert answer.headers["Location"] == page
    plain = worker.post(page + "scan/", {"code": "AO-1"}, follow=True)
    assert plain.redirect_chain == [(page, 302)]
    assert "AO-1: 1 / 2" in plain.content.decode()
    script = {"HX-Request": "true"}
    good = worker.post(page + "scan/", {"code": "AO-1"}, headers=script)
    assert "scan-answer-good" in good.content.decode()
    over = worker.post(page + "scan/", {"code": "2*AO-1"}, headers=script)
    assert "scan-answer-over" in over.content.decode()
    bad = worker.post(page + "scan/", {"code": "XX"})
    assert (bad.status_code, "scan-answer-bad" in bad.content.decode()) == (422, True)
    typed = {f"line-{row.pk}": "2" for row in receipt.lines.all()}
    assert worker.post(page + "counts/", typed).status_code == 302
    assert worker.post(page + "counts/", dict.fromkeys(typed, "hai")).status_code == 422
    assert worker.post(page + "post/").status_code == 302
    assert worker.post(page + "post/").status_code == 302
    assert (level(shirt, place), level(cap, place)) == ((2, 0), (2, 0))
    posted = worker.get(page).content.decode()  # seven caps are still to come
    assert f'action="{reverse("inventory:receipt_start", args=[order.pk])}"' in posted
    assert f'href="{reverse("inventory:stock_list")}?warehouse={place.pk}"' in posted


def test_too_many_pieces_are_the_managers_to_accept(user_factory, login, owner_client, place):
    shirt = make_variant()
    order = order_goods(place, (shirt, 1, 100))
    receipt = start_receipt(order.pk, actor=ACTOR)
    page = reverse("inventory:receipt", args=[receipt.pk])
    worker = login(user_factory("warehouse"))
    worker.post(page + "scan/", {"code": f"3*{shirt.sku}"})
    consent = {"accept_over": "on", "over_reason": "NCC tặng"}
    assert worker.post(page + "post/", consent).status_code == 422
    assert owner_client.post(page + "post/").status_code == 422
    assert owner_client.post(page + "post/", consent).status_code == 302
    assert level(shirt, place) == (3, 0)


def test_costs_and_returns_are_booked_once_per_form(owner_client, place):
    shirt = make_variant()
    order = order_goods(place, (shirt, 4, 1_000))
    receipt = start_receipt(order.pk, actor=ACTOR)
    count_rest(receipt.pk)
    page = reverse("inventory:receipt", args=[receipt.pk])
    owner_client.post(page + "post/", {"freight_vnd": "400", "basis": "quantity"})
    late = {"key": "k1", "kind": "duty", "basis": "value", "amount_vnd": "100"}
    for _n in range(2):
        assert owner_client.post(page + "costs/", late).status_code == 302
    assert list(LandedCost.objects.order_by("id").values_list("amount_vnd", flat=True)) == [
        400,
        100,
    ]
    line = receipt.lines.get()
    back = {"key": "k2", "reason": "rách", f"line-{line.pk}": "1"}
    for _n in range(2):
        assert owner_client.post(page + "returns/", back).status_code == 302
    assert level(shirt, place) == (3, 0)
    made = SupplierReturn.objects.get()
    assert owner_client.post(f"{page}returns/{made.pk}/credited/").status_code == 302
    assert owner_client.post(page + "costs/", late | {"amount_vnd": "0", "key": "k9"}).status_code
    assert "1.125" not in owner_client.get(page).content.decode()
    assert "4.500" in owner_client.get(page).content.decode()


def test_who_may_not_see_costs_finds_no_price_on_any_page(user_factory, login, place):
    shirt = make_variant()
    supplier = make_supplier(min_order_vnd=PRICE)
    offer(supplier, shirt, PRICE)
    order = order_goods(place, (shirt, 1, PRICE), (make_variant(), 1, 1), supplier=supplier)
    receipt = start_receipt(order.pk, actor=ACTOR)
    worker = login(user_factory("warehouse"))
    pages = [
        reverse("inventory:purchase_list"),
        reverse("inventory:supplier_list"),
        reverse("inventory:supplier_detail", args=[supplier.pk]),
        reverse("inventory:purchase_detail", args=[order.pk]),
        reverse("inventory:receipt", args=[receipt.pk]),
    ]
    texts = [worker.get(page).content.decode() for page in pages]
    count_rest(receipt.pk)
    post_receipt(receipt.pk, actor=ACTOR)
    texts.append(worker.get(pages[-1]).content.decode())
    assert [page for page in texts if "73.917" in page or "73917" in page] == []
    assert worker.get(reverse("inventory:purchase_paper", args=[order.pk])).status_code == 403


def test_orders_of_another_warehouse_are_not_found(user_factory, login, place):
    order = order_goods(place, (make_variant(), 1, 100))
    receipt = start_receipt(order.pk, actor=ACTOR)
    other = login(user_factory("manager", warehouse_ids=[make_warehouse().pk]))
    assert other.get(reverse("inventory:purchase_detail", args=[order.pk])).status_code == 404
    assert other.get(reverse("inventory:receipt", args=[receipt.pk])).status_code == 404
    assert other.post(reverse("inventory:receipt_post", args=[receipt.pk])).status_code == 404
    assert order.number not in other.get(reverse("inventory:purchase_list")).content.decode()


def test_a42_a_waiting_order_proposes_what_it_lacks_with_one_click(owner_client, place):
    shirt, supplier = make_variant(), make_supplier()
    offer(supplier, shirt, 1_000)
    order: Order = place_order((shirt, 3), confirm=True)
    page = reverse("orders:detail", args=[order.pk])
    assert "Đề xuất mua hàng" in owner_client.get(page).content.decode()
    for _n in range(2):
        assert owner_client.post(page + "act/propose_purchase/").status_code == 302
    draft = PurchaseOrder.objects.get()
    assert (draft.supplier, draft.lines.get().quantity) == (supplier, 3)


def test_a42_a_bundle_proposes_the_parts_that_are_missing(owner_client, place):
    shirt, hat, supplier = make_variant(), make_variant(), make_supplier()
    bundle = make_bundle((shirt, 2), (hat, 1))
    for variant in (shirt, hat):
        offer(supplier, variant, 1_000)
    put(hat, place, 2)
    order: Order = place_order((bundle, 3), confirm=True)
    for _n in range(2):
        owner_client.post(reverse("orders:act", args=[order.pk, "propose_purchase"]))
    draft = PurchaseOrder.objects.get()
    assert dict(draft.lines.values_list("variant_id", "quantity")) == {shirt.pk: 6, hat.pk: 1}
    line = {"variant": bundle.sku, "packs": "1"}
    address = reverse("inventory:purchase_line", args=[draft.pk])
    assert owner_client.post(address, line).status_code == 422


def test_a42_without_a_supplier_the_page_says_what_is_missing(owner_client, place):
    shirt = make_variant("AO-1")
    order: Order = place_order((shirt, 3), confirm=True)
    answer = owner_client.post(reverse("orders:act", args=[order.pk, "propose_purchase"]))
    assert (answer.status_code, "AO-1" in answer.content.decode()) == (422, True)


def test_the_paper_is_a_pdf(owner_client, place):
    order = order_goods(place, (make_variant(), 2, 100))
    paper = owner_client.get(reverse("inventory:purchase_paper", args=[order.pk]))
    assert (paper.headers["Content-Type"], paper.content[:4]) == ("application/pdf", b"%PDF")
