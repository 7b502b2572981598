"""The smallest suppliers, purchase orders and receipts."""

import itertools
from datetime import date

from inventory.models import GoodsReceipt, PurchaseOrder, Supplier, Variant, Warehouse
from inventory.services.purchasing import NewLine, confirm_purchase, draft_purchase
from inventory.services.receiving import post_receipt, set_counts, start_receipt
from inventory.services.suppliers import save_supplier, set_price
from tests.inventory.makers import ACTOR

_numbers = itertools.count(1)


def make_supplier(**fields) -> Supplier:
    code = fields.pop("code", f"NCC{next(_numbers)}")
    new = Supplier(code=code, name=fields.pop("name", f"Xưởng {code}"), **fields)
    return save_supplier(new, actor=ACTOR)


def offer(supplier: Supplier, variant: Variant, price_vnd: int, **fields) -> None:
    day = fields.pop("valid_from", date(2020, 1, 1))
    set_price(supplier.pk, variant.pk, price_vnd=price_vnd, valid_from=day, actor=ACTOR, **fields)


def order_goods(
    place: Warehouse,
    *lines: tuple[Variant, int, int],
    supplier: Supplier | None = None,
    confirm: bool = True,
) -> PurchaseOrder:
    """A purchase order of (variant, pieces, price a piece)."""
    order = draft_purchase(
        (supplier or make_supplier()).pk,
        place.pk,
        [NewLine(v.pk, pieces, price) for v, pieces, price in lines],
        actor=ACTOR,
    )
    return confirm_purchase(order.pk, actor=ACTOR) if confirm else order


def count(receipt: GoodsReceipt, *pieces: int) -> None:
    """Pieces of each line in the order of the purchase order."""
    lines = receipt.lines.order_by("line__position").values_list("pk", flat=True)
    set_counts(receipt.pk, dict(zip(lines, pieces, strict=True)))


def receive_goods(order: PurchaseOrder, *pieces: int, **options) -> GoodsReceipt:
    receipt = start_receipt(order.pk, actor=ACTOR)
    count(receipt, *pieces)
    return post_receipt(receipt.pk, actor=ACTOR, **options)
