"""Handing marketplace orders to the order intake: a page is one call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from channels_sync.models import Shop
from channels_sync.ports import Sale, SaleLine
from inventory.models import Variant
from oms.kernel.actors import Actor
from orders.services.intake import place_orders
from orders.services.new_order import NewLine, NewOrder


@dataclass
class Outcome:
    """Our order ids by remote id, how many of them are new, and why the others were refused."""

    order_ids: dict[str, int] = field(default_factory=dict)
    created: int = 0
    refused: dict[str, str] = field(default_factory=dict)


def place_sales(shop: Shop, sales: Sequence[Sale], variants: Mapping[str, Variant]) -> Outcome:
    """Place the sales, or bring the orders they made before up to date.

    `variants` says what a listing reference means; an unlinked listing is tried by its SKU.
    """
    warehouse_ids = list(shop.stock_warehouses.values_list("pk", flat=True)) or None
    batch = [new_order(shop, sale, variants, warehouse_ids) for sale in sales]
    outcome = Outcome()
    answers = place_orders(batch, actor=Actor.partner(shop.marketplace))
    for sale, placed in zip(sales, answers, strict=True):
        if placed.order_id is None:
            outcome.refused[sale.remote_id] = placed.problem
        else:
            outcome.order_ids[sale.remote_id] = placed.order_id
            outcome.created += placed.created
    return outcome


def new_order(
    shop: Shop, sale: Sale, variants: Mapping[str, Variant], warehouse_ids: list[int] | None
) -> NewOrder:
    """The sale as intake wants it. What the buyer paid at the marketplace counts as paid."""
    recipient = sale.recipient
    return NewOrder(
        source=shop.marketplace,
        shop_ref=shop.pk,
        shop_name=shop.name,
        remote_id=sale.remote_id,
        remote_status=sale.remote_status,
        remote_version=sale.version,
        recipient_name=recipient.name,
        recipient_phone=recipient.phone,
        street=recipient.street,
        ward=recipient.ward,
        district=recipient.district,
        province=recipient.province,
        address_raw=recipient.full_address,
        buyer_note=sale.buyer_note,
        discount_vnd=sale.discount_vnd,
        shipping_fee_buyer_vnd=sale.shipping_fee_buyer_vnd,
        paid_vnd=sale.paid_vnd,
        paid_at=sale.paid_at,
        is_cod=sale.is_cod,
        cod_vnd=sale.total_vnd if sale.is_cod else 0,
        currency=sale.currency,
        placed_at=sale.placed_at,
        ship_by_at=sale.ship_by_at,
        warehouse_ids=warehouse_ids,
        lines=[_line(line, variants.get(line.listing_ref)) for line in sale.lines],
    )


def _line(line: SaleLine, variant: Variant | None) -> NewLine:
    return NewLine(
        variant_id=variant.pk if variant else None,
        sku=variant.sku if variant else line.sku,
        name=line.name,
        quantity=line.quantity,
        unit_price_vnd=line.unit_price_vnd,
        listing_ref=line.listing_ref,
        remote_line_id=line.remote_line_id,
    )
