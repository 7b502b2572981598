"""The box that a packer has open: asked for at every scan, so by statements written by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q

from inventory.models import PackageType
from inventory.models.catalogue import full_name
from inventory.selectors.boxes import propose_box
from oms.kernel.sql import run

_BOX = """
SELECT c.id, c.fulfilment_id, f.warehouse_id, o.number, o.buyer_note, (
    SELECT p.box_id FROM shipping_package p
    WHERE p.fulfilment_id = f.id AND p.booking_state <> 'void' AND p.box_id IS NOT NULL
    ORDER BY p.id LIMIT 1
)
FROM shipping_packcheck c
JOIN shipping_fulfilment f ON f.id = c.fulfilment_id
JOIN orders_order o ON o.id = f.order_id
WHERE c.packer_id = %(packer)s::bigint AND c.finished_at IS NULL
"""
_LINES = """
SELECT l.variant_id, l.quantity, l.packed, v.sku, v.title, g.name,
    v.length_cm, v.width_cm, v.height_cm, v.weight_g,
    ARRAY(SELECT code FROM inventory_barcode WHERE variant_id = v.id), (
        SELECT i.id FROM inventory_productimage i
        WHERE i.product_id = v.product_id ORDER BY i.position LIMIT 1
    )
FROM shipping_packline l
JOIN orders_orderline s ON s.id = l.order_line_id
JOIN inventory_variant v ON v.id = l.variant_id
JOIN inventory_product g ON g.id = v.product_id
WHERE l.check_id = %(check)s::bigint
ORDER BY s.position, l.id
"""


class BoxLine(NamedTuple):
    """Goods that the box wants; sizes in cm and g as measured, `picture` the id of an image."""

    variant_id: int
    quantity: int
    packed: int
    sku: str
    title: str
    product: str
    length_cm: int
    width_cm: int
    height_cm: int
    weight_g: int
    barcodes: list[str]
    picture: int | None

    @property
    def left(self) -> int:
        return self.quantity - self.packed

    @property
    def name(self) -> str:
        return full_name(self.product, self.title)


@dataclass(frozen=True, slots=True)
class OpenBox:
    """A parcel on a packer's table; `chosen` is the id of its box when somebody chose one."""

    fulfilment_id: int
    warehouse_id: int
    number: str
    buyer_note: str
    chosen: int | None
    lines: Sequence[BoxLine]

    @property
    def left(self) -> int:
        return sum(line.left for line in self.lines)

    @property
    def lines_to_show(self) -> list[BoxLine]:
        """What is still missing first."""
        return sorted(self.lines, key=lambda line: line.left == 0)

    def goods_of(self, code: str) -> BoxLine | None:
        """What a SKU or barcode means among the goods of this box; none when it means several."""
        named = {
            line.variant_id: line
            for line in self.lines
            if code == line.sku or code in line.barcodes
        }
        return next(iter(named.values())) if len(named) == 1 else None


def open_box(packer_id: int) -> OpenBox | None:
    """The parcel that this packer scans into."""
    rows = run(_BOX, {"packer": packer_id})
    if not rows:
        return None
    [(check_id, fulfilment_id, warehouse_id, number, note, chosen)] = rows
    lines = [BoxLine(*row) for row in run(_LINES, {"check": check_id})]
    return OpenBox(fulfilment_id, warehouse_id, number, note, chosen, lines)


def box_for(box: OpenBox) -> PackageType | None:
    """The box that was chosen, else the smallest for what is checked (A-61)."""
    known = list(PackageType.objects.filter(Q(is_active=True) | Q(pk=box.chosen)))
    for row in known:
        if row.pk == box.chosen:
            return row
    return propose_box(((line, line.quantity) for line in box.lines), known)
