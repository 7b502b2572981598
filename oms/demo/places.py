"""Demo places: shelves, boxes, goods on their way or held for a decision, lots, a count."""

from datetime import timedelta
from uuid import UUID

from inventory.models import Bin, PackageType, Variant, Warehouse
from inventory.services.counting import add_tally, create_count, start_count
from inventory.services.lot_naming import Named, name_lots, set_tracking
from inventory.services.places import BinGrid, create_bins, set_home
from inventory.services.quarantine import hold_goods
from inventory.services.transfers import (
    create_transfer,
    put_line,
    receive_transfer,
    ship_transfer,
)
from oms.demo.goods import DEMO
from oms.kernel.clock import today

BOXES = [
    ("S", "Thùng nhỏ", 20, 15, 10, 90, 2_500),
    ("M", "Thùng vừa", 30, 22, 15, 180, 4_200),
    ("L", "Thùng lớn", 40, 35, 38, 420, 8_500),
]
# Fixed keys: loading the demo again makes nothing twice.
TRANSFER, RECEIPT, HELD, COUNT, TALLY = (UUID(int=number) for number in range(1, 6))


def create_places() -> None:
    """Shelves with goods, three boxes, a transfer half received; a second call changes nothing."""
    if PackageType.objects.exists():
        return
    for code, name, length, width, height, tare_g, cost_vnd in BOXES:
        PackageType.objects.create(
            code=code, name=name, length_cm=length, width_cm=width, height_cm=height,
            tare_g=tare_g, cost_vnd=cost_vnd,
        )  # fmt: skip
    main, branch = (Warehouse.objects.get(code=code) for code in ("TD", "HN"))
    Warehouse.objects.filter(pk=main.pk).update(capacity_l=12_000)
    _fill_shelves(main)
    _send_goods(branch, main)
    _hold_one(main)
    _keep_lots(main)
    _begin_count(main)


def _fill_shelves(warehouse: Warehouse) -> None:
    create_bins(warehouse.pk, BinGrid("A", 1, 4, 3))
    shelves = list(Bin.objects.filter(warehouse=warehouse).order_by("walking_order"))
    goods = Variant.objects.exclude(product__kind="bundle").order_by("sku")
    for shelf, variant in zip(shelves, goods, strict=False):
        set_home(variant.pk, shelf.pk)


def _send_goods(source: Warehouse, destination: Warehouse) -> None:
    cap = Variant.objects.get(sku="MU-LT")
    transfer = create_transfer(
        source.pk, destination.pk, key=TRANSFER, note="Bổ sung hàng cho kho chính", actor=DEMO
    )
    put_line(transfer.pk, cap.pk, 8)
    ship_transfer(transfer.pk, actor=DEMO)
    receive_transfer(transfer.pk, {cap.pk: 3}, key=RECEIPT, actor=DEMO)


def _hold_one(shop: Warehouse) -> None:
    kept = Warehouse.objects.create(
        code="CHO-KIEM", name="Kho chờ kiểm Thủ Đức", kind=Warehouse.Kind.QUARANTINE, priority=90,
        street=shop.street, ward=shop.ward, province=shop.province,
    )  # fmt: skip
    bottle = Variant.objects.get(sku="BINH-750")
    hold_goods(bottle.pk, shop.pk, kept.pk, 2, reason="Móp nắp khi dỡ hàng", key=HELD, actor=DEMO)


def _keep_lots(warehouse: Warehouse) -> None:
    """The face wash is kept by lot: one has expired, one will soon, one later; some are unnamed."""
    wash = Variant.objects.get(sku="SRM-120")
    set_tracking(wash.product_id, "lot", actor=DEMO)
    parts = [
        Named("SRM-Z05", 3, today() - timedelta(days=2)),
        Named("SRM-A01", 20, today() + timedelta(days=25)),
        Named("SRM-B07", 25, today() + timedelta(days=300)),
    ]
    name_lots(wash.pk, warehouse.pk, parts, actor=DEMO)


def _begin_count(warehouse: Warehouse) -> None:
    count = create_count(
        warehouse.pk, "bin", key=COUNT, bin_prefix="A-01", note="Kiểm luân phiên", actor=DEMO
    )
    start_count(count.pk, actor=DEMO)
    line = count.lines.order_by("walk").first()
    if line is not None:
        add_tally(count.pk, line.variant_id, line.expected - 1, key=TALLY, actor=DEMO)
