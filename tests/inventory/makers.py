"""The smallest valid goods and places."""

import itertools

from inventory.models import Product, StockLevel, Variant, Warehouse
from inventory.selectors.costing import shipment_costs
from inventory.services.stock import Posting, post
from oms.kernel.actors import Actor

ACTOR = Actor.system("test")
_numbers = itertools.count(1)


def make_warehouse(code: str = "", **fields) -> Warehouse:
    number = next(_numbers)
    return Warehouse.objects.create(
        code=code or f"K{number}", name=f"Kho {code or number}", **fields
    )


def make_variant(sku: str = "", **fields) -> Variant:
    sku = sku or f"SKU-{next(_numbers)}"
    product = Product.objects.create(name=f"Áo {sku}", name_folded=f"ao {sku.lower()}")
    return Variant.objects.create(product=product, sku=sku, price_vnd=100_000, **fields)


def put(variant: Variant, warehouse: Warehouse, units: int) -> None:
    """Receive goods."""
    post([Posting(variant.pk, warehouse.pk, units, "receipt")], actor=ACTOR)


def level(variant: Variant, warehouse: Warehouse) -> tuple[int, int]:
    """(on hand, reserved)"""
    row = StockLevel.objects.get(variant=variant, warehouse=warehouse)
    return row.on_hand, row.reserved


def shipment_cost(cause: tuple[str, int]) -> int:
    """Đồng: what the pieces that left for one cause were worth."""
    return shipment_costs(cause[0], [cause[1]])[cause[1]]
