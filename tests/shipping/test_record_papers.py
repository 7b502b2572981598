"""Papers with a table: what stands on them, who signs, and that no word of theirs is markup."""

from io import BytesIO
from uuid import uuid4

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from inventory.models import Product, StockCount
from inventory.papers import count_sheet, goods_receipt, transfer_record
from inventory.services import counting, transfers
from oms.kernel.money import format_vnd
from oms.kernel.records import Column, Record, records_pdf
from orders.models import Order
from orders.papers import delivery_note, receipt_of, receipt_pdf
from shipping.hand_over_papers import manifest_record, picked_record, returned_record
from shipping.models import Manifest, Package, PackageStatus
from tests.inventory.makers import make_warehouse
from tests.inventory.purchases import make_supplier, order_goods, receive_goods
from tests.labels import codes_on, pages_of
from tests.orders.makers import place
from tests.shipping.floor import ACTOR, make_shop, make_wave, pick_all, take, waiting

pytestmark = pytest.mark.django_db
HOSTILE = "</style><script>alert(1)</script>{{ 7|add:7 }}"
MILLIMETRE = 72 / 25.4


@pytest.fixture
def shop():
    made = make_shop("A-1", "B-1")
    Product.objects.update(name=HOSTILE)
    return made


@pytest.fixture
def papers(shop, owner, user_factory) -> dict[str, Record]:
    """One of each, its goods and people called as an attacker would."""
    made = {}
    purchase = order_goods(
        shop.warehouse, (shop.goods["A-1"], 5, 40_000), supplier=make_supplier(name=HOSTILE)
    )
    made["goods receipt"] = goods_receipt(receive_goods(purchase, 4), sees_cost=True)
    full = StockCount.Scope.FULL
    count = counting.create_count(shop.warehouse.pk, full, key=uuid4(), note=HOSTILE, actor=ACTOR)
    count = counting.start_count(count.pk, actor=ACTOR)
    made["count sheet"] = count_sheet(count, shows_books=False)
    other = make_warehouse()
    move = transfers.create_transfer(shop.warehouse.pk, other.pk, key=uuid4(), actor=ACTOR)
    transfers.add_units(move.pk, shop.goods["B-1"].pk, 3)
    move.destination.name = HOSTILE
    made["transfer"] = transfer_record(move)

    packages = [waiting(shop, A_1=1), waiting(shop, B_1=2)]
    Order.objects.update(recipient_name=HOSTILE, buyer_note=HOSTILE, street=HOSTILE)
    picker = user_factory("warehouse")
    wave = make_wave(shop, packages, "batch")
    pick_all(take(wave.tasks.get(), picker.pk), picker.pk)
    made["picked"] = picked_record(wave)
    manifest = Manifest.objects.create(
        number="BG000001",
        warehouse=shop.warehouse,
        carrier_code="ghn",
        opened_by=owner,
        opened_at=timezone.now(),
    )
    Package.objects.update(manifest=manifest, cod_vnd=150_000)
    parcels = Package.objects.select_related("fulfilment__order")
    made["manifest"] = manifest_record(manifest, parcels)
    made["returned"] = returned_record(list(parcels), carrier_code="ghn", warehouse=HOSTILE)
    made["delivery note"] = delivery_note(Order.objects.order_by("pk").first())
    return made


def test_a63_every_record_is_a4_is_read_by_a_scanner_and_holds_no_markup(papers, tmp_path) -> None:
    """A-63, D6: three kinds of hand-over, the transfer, receipt of goods, count sheet, note."""
    content = records_pdf(list(papers.values()))
    pages = PdfReader(BytesIO(content)).pages
    assert {
        (round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in pages
    } == {(595, 842)}
    assert len(pages) == len(papers)
    for record, page, drawn in zip(
        papers.values(), pages, pages_of(content, tmp_path), strict=True
    ):
        text = page.extract_text().replace("\xa0", " ")
        assert str(record.title) in text
        assert record.number in text
        assert codes_on(drawn) == ({record.code} if record.code else set())
    html = render_to_string(
        "print/record.html", {"records": list(papers.values()), "paper": "A4", "font_face": ""}
    )
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") >= len(papers)


def test_what_each_record_says(papers) -> None:
    goods, sheet, move = (papers[name] for name in ("goods receipt", "count sheet", "transfer"))
    assert [row[0:1] + row[2:] for row in goods.rows] == [["A-1", "5", "4", format_vnd(160_000)]]
    assert [column.label for column in sheet.columns if column.is_number] == []
    assert [row[0] for row in sheet.rows] == ["K-01", "K-02"]
    assert [(row[0], row[2]) for row in move.rows] == [("B-1", "3")]
    assert [(row[0], row[2]) for row in papers["picked"].rows] == [("A-1", "1"), ("B-1", "2")]
    assert list(papers["manifest"].sums) == ["Tổng 2 kiện", "", "1 kg", format_vnd(300_000)]
    for name in ("manifest", "returned", "picked"):
        assert len(papers[name].signers) == 2


def test_prices_stand_on_a_receipt_of_goods_only_for_who_may_see_costs(
    shop, login, user_factory, monkeypatch
) -> None:
    """C-62: the keeper of the stock prints it without."""
    receipt = receive_goods(order_goods(shop.warehouse, (shop.goods["A-1"], 2, 77_000)), 2)
    shown = []
    monkeypatch.setattr(
        "inventory.views.papers.records_pdf", lambda records: shown.append(records[0]) or b"%PDF"
    )
    for role in ("warehouse", "manager"):
        login(user_factory(role)).get(reverse("inventory:receipt_pdf", args=[receipt.pk]))
    keeper, manager = (format_vnd(154_000) in record.rows[0] for record in shown)
    assert (keeper, manager) == (False, True)


def test_what_carriers_brought_back_today_is_one_record_a_carrier(
    shop, owner_client, monkeypatch
) -> None:
    package = waiting(shop, A_1=1)
    url = reverse("shipping:returned_pdf")
    assert owner_client.get(url).status_code == 302
    Package.objects.filter(pk=package.pk).update(
        status=PackageStatus.RETURNED, status_at=timezone.now()
    )
    shown = []
    monkeypatch.setattr(
        "shipping.views.handing.records_pdf", lambda records: shown.extend(records) or b"%PDF"
    )
    assert owner_client.get(url).status_code == 200
    assert [[row[0] for row in record.rows] for record in shown] == [[package.tracking_number]]
    assert owner_client.get(url, {"day": "2020-01-01"}).status_code == 302


def test_a64_a_receipt_is_as_long_as_its_content_and_scans(shop, tmp_path) -> None:
    """A-64: K80; hostile words stay words; the code is the order's number."""
    few = place((shop.goods["A-1"], 1), recipient_name=HOSTILE)
    many = place(*[(shop.goods[sku], n) for n in range(1, 8) for sku in ("A-1", "B-1")])
    sides = []
    for order in (few, many):
        content = receipt_pdf(order)
        [page] = PdfReader(BytesIO(content)).pages
        sides.append([float(side) / MILLIMETRE for side in page.mediabox[2:]])
        [drawn] = pages_of(content, tmp_path)
        assert codes_on(drawn) == {order.number}
        assert order.number in page.extract_text()
    assert [round(width, 1) for width, _height in sides] == [80.0, 80.0]
    assert 60 <= sides[0][1] < sides[1][1] < 400


def test_money_collected_at_the_door_is_a_receipt_of_its_own(shop) -> None:
    paid = place((shop.goods["A-1"], 1))
    door = place((shop.goods["A-1"], 1), is_cod=True)
    assert (receipt_of(paid).title, receipt_of(door).title) == (
        *("HÓA ĐƠN BÁN LẺ", "BIÊN NHẬN THU TIỀN"),
    )
    label, amount = receipt_of(door).sums[-1]
    assert (label, amount) == ("Còn phải thu", receipt_of(door).sums[0][1])


def test_a63_notes_and_receipts_come_from_the_order_and_in_batch(shop, owner_client) -> None:
    orders = [place((shop.goods["A-1"], 1)), place((shop.goods["B-1"], 1))]
    for action, view in (("delivery_note", "delivery_notes"), ("receipt", "receipts")):
        asked = {"action": action, "ids": [order.pk for order in orders]}
        answer = owner_client.post(reverse("orders:bulk"), asked)
        assert answer.url.startswith(reverse(f"orders:{view}"))
        assert len(PdfReader(BytesIO(owner_client.get(answer.url).content)).pages) == 2


def long_record(number: str, rows: int) -> Record:
    """The last row stays with the sum and the signatures."""
    columns = [Column("SKU"), Column("Tên", is_wide=True), Column("SL", is_number=True)]
    goods = [[f"A-{n}", "Áo", "1"] for n in range(1, rows + 1)]
    sums = ["", "Tổng", str(rows)]
    return Record(
        "PHIẾU", number, timezone.now(), columns, goods, sums=sums, signers=["Người giao"]
    )


def test_pages_are_counted_for_each_document() -> None:
    """A sheet that got lost is missed: whose it is and its place stand on every page."""
    texts = [
        page.extract_text()
        for page in PdfReader(
            BytesIO(records_pdf([long_record("DH-1", 60), long_record("DH-2", 2)]))
        ).pages
    ]
    assert [text.splitlines()[-1] for text in texts] == ["DH-1 · 1", "DH-1 · 2", "DH-2 · 1"]
    [first, last] = PdfReader(BytesIO(records_pdf([long_record("DH-1", 60)]))).pages
    assert (first.extract_text().splitlines()[-1], last.extract_text().splitlines()[-1]) == (
        *("DH-1 · 1 / 2", "DH-1 · 2 / 2"),
    )


@pytest.mark.parametrize("rows", range(28, 36))
def test_a_sum_and_its_signatures_never_stand_alone(rows) -> None:
    last = PdfReader(BytesIO(records_pdf([long_record("DH-1", rows)]))).pages[-1].extract_text()
    assert "Tổng" in last and "Người giao" in last and f"A-{rows}" in last
