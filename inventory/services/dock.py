"""Goods that come without an order of ours: ordered, confirmed and counted in one step."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from django.db import transaction

from inventory.models import GoodsReceipt, PurchaseOrder, SupplierPrice
from inventory.selectors.suppliers import current_prices, fitting_price
from inventory.selectors.units import to_base
from inventory.services.purchasing import NewLine, confirm_purchase, draft_purchase
from inventory.services.receiving import count_rest, start_receipt
from oms.kernel.actors import Actor
from oms.kernel.money import round_half_up


@transaction.atomic
def receive_unordered(
    supplier_id: int,
    warehouse_id: int,
    lines: Sequence[NewLine],
    *,
    actor: Actor,
    note: str = "",
) -> GoodsReceipt:
    """An open receipt on which all of `lines` is counted; posting it is the next step.

    The order behind it names its supplier and its prices, as for any other receipt. Lines count
    pieces; a price that nobody said is the supplier's. Raises DomainError for no lines and for
    bundles.
    """
    order = draft_purchase(
        supplier_id,
        warehouse_id,
        _by_piece(lines, supplier_id),
        actor=actor,
        origin=PurchaseOrder.Origin.DOCK,
        note=note,
    )
    confirm_purchase(order.pk, actor=actor, accept_below_minimum=True)
    receipt = start_receipt(order.pk, actor=actor)
    count_rest(receipt.pk)
    return receipt


def in_pieces(lines: Sequence[NewLine], units: Sequence[str]) -> list[NewLine]:
    """Lines that count in the named units (a case, a dozen) as lines of pieces and their prices.

    An empty name is the piece. Raises DomainError for a unit that the goods do not have.
    """
    pieces = to_base(
        [(line.variant_id, line.packs, unit) for line, unit in zip(lines, units, strict=True)]
    )
    return [
        replace(
            line,
            packs=n,
            unit_price_vnd=None
            if line.unit_price_vnd is None
            else round_half_up(Decimal(line.unit_price_vnd) * line.packs / n),
        )
        for line, n in zip(lines, pieces, strict=True)
    ]


def _by_piece(lines: Sequence[NewLine], supplier_id: int) -> list[NewLine]:
    """One line a variant, priced by the piece, whatever pack the supplier sells."""
    prices = current_prices({line.variant_id for line in lines}, supplier_id=supplier_id)
    pieces: dict[int, int] = defaultdict(int)
    said: dict[int, int] = {}
    for line in lines:
        pieces[line.variant_id] += line.packs
        if line.unit_price_vnd is not None:
            said[line.variant_id] = line.unit_price_vnd
    return [
        NewLine(key, units, said.get(key, _piece_price(prices.get(key, []), units)), pack_size=1)
        for key, units in pieces.items()
    ]


def _piece_price(prices: list[SupplierPrice], units: int) -> int:
    price = fitting_price(prices, units)
    return round_half_up(Decimal(price.price_vnd) / price.pack_size) if price else 0
