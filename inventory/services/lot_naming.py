"""Goods kept by lot or serial: switched on, named, and chosen against the usual order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.utils.translation import gettext as _

from inventory.models import Lot, LotBalance, LotChoice, Product, StockLevel
from inventory.services import stock_sql
from inventory.services.lots import Entry, unnamed_lots, write
from inventory.services.stock import announce
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.sql import run


@dataclass(frozen=True, slots=True)
class Named:
    """Pieces and the lot (or serial number) that they are."""

    code: str
    quantity: int
    expires_on: date | None = None


@transaction.atomic
def set_tracking(product_id: int, tracking: str, *, actor: Actor) -> Product:
    """Keep a product by lot or by serial from now on; its pieces are unnamed at first.

    The same again changes nothing. Another way is refused while pieces are in stock.
    """
    with connection.cursor() as cursor:  # no goods move while their lots are opened
        cursor.execute("LOCK TABLE inventory_stocklevel IN EXCLUSIVE MODE")
    product = Product.objects.select_for_update().get(pk=product_id)
    if product.tracking == tracking:
        return product
    levels = list(StockLevel.objects.filter(variant__product=product, on_hand__gt=0))
    if levels and product.tracking != Product.Tracking.NONE:
        raise DomainError(
            _("Chỉ đổi cách theo dõi khi sản phẩm hết tồn."), code="lots.in_stock", field="tracking"
        )
    before, product.tracking = product.tracking, Product.Tracking(tracking)
    product.save(update_fields=["tracking", "updated_at"])
    unnamed = unnamed_lots({level.variant_id for level in levels})
    write(
        [
            Entry(unnamed[level.variant_id], level.variant_id, level.warehouse_id, level.on_hand)
            for level in levels
        ],
        actor,
    )
    changes = {"tracking": [before, product.tracking]}
    record_event("product.tracking", product, actor=actor, data={"changes": changes})
    return product


@transaction.atomic
def name_lots(
    variant_id: int, warehouse_id: int, parts: Sequence[Named], *, actor: Actor
) -> list[Lot]:
    """Say which lots the unnamed pieces of a place are.

    Raises DomainError when fewer are unnamed, when a serial is not one piece or is already here,
    or when a lot is known with another date.
    """
    run(stock_sql.OPEN_LEVELS, {"variants": [variant_id], "warehouses": [warehouse_id]})
    level = StockLevel.objects.select_for_update(no_key=True).get(
        variant_id=variant_id, warehouse_id=warehouse_id
    )
    product = Product.objects.get(variants=variant_id)
    if product.tracking == Product.Tracking.NONE:
        raise DomainError(_("Sản phẩm này không theo dõi theo lô."), code="lots.untracked")
    serial = product.tracking == Product.Tracking.SERIAL
    if any(part.quantity < 1 or (serial and part.quantity != 1) for part in parts):
        raise DomainError(_("Mỗi số sê-ri là một món."), code="lots.quantity", field="quantity")
    lots = [_lot(variant_id, part, serial) for part in parts]
    unnamed = unnamed_lots([variant_id])[variant_id]
    left = LotBalance.objects.filter(lot=unnamed, warehouse_id=warehouse_id).first()
    wanted = sum(part.quantity for part in parts)
    if wanted > (left.on_hand if left else 0):
        raise DomainError(
            _("Chỉ còn %(left)d món chưa rõ lô.") % {"left": left.on_hand if left else 0},
            code="lots.unnamed_short",
            field="quantity",
        )
    entries = [Entry(unnamed, variant_id, level.warehouse_id, -wanted)]
    entries += [
        Entry(lot.pk, variant_id, level.warehouse_id, part.quantity)
        for lot, part in zip(lots, parts, strict=True)
    ]
    write(entries, actor)
    announce({variant_id}, actor=actor)  # a name with a date in the past takes pieces off sale
    return lots


@transaction.atomic
def choose_lot(
    holder: tuple[str, int],
    lot_id: int,
    quantity: int,
    *,
    reason: str,
    about: tuple[str, int],
    actor: Actor,
) -> LotChoice:
    """Take this lot for a holder instead of the one that expires first, and say why.

    The reason stands on the timeline of `about`. The same lot again replaces quantity and reason.
    """
    if quantity < 1 or not reason.strip():
        raise DomainError(_("Hãy ghi lý do chọn lô khác."), code="lots.reason", field="reason")
    lot = Lot.objects.select_related("variant").get(pk=lot_id)
    if not LotBalance.objects.filter(lot=lot, on_hand__gte=quantity).exists():
        raise DomainError(_("Lô không còn đủ hàng."), code="lots.short", field="quantity")
    choice, _created = LotChoice.objects.update_or_create(
        holder_kind=holder[0],
        holder_id=holder[1],
        lot=lot,
        defaults={
            "quantity": quantity,
            "reason": reason,
            "chosen_by": actor.label,
            "chosen_at": now(),
        },
    )
    data = {"reason": reason, "sku": lot.variant.sku, "number": lot.code}
    record_event("lot.chosen", choice, actor=actor, data=data, about=about)
    return choice


def _lot(variant_id: int, part: Named, serial: bool) -> Lot:
    code = part.code.strip()
    if not code:
        raise DomainError(_("Hãy nhập mã lô."), code="lots.code", field="code")
    lot, created = Lot.objects.get_or_create(
        variant_id=variant_id,
        code=code,
        defaults={"expires_on": part.expires_on, "is_serial": serial, "created_at": now()},
    )
    if not created and part.expires_on and lot.expires_on != part.expires_on:
        raise DomainError(
            _("Lô %(code)s đã có với hạn dùng khác.") % {"code": code},
            code="lots.date",
            field="expires_on",
        )
    return lot
