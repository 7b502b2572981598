"""Lots, expiry dates and serials said while goods are unloaded; posting makes lots of them."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from inventory.models import GoodsReceipt, Lot, Product, ReceiptLine, ReceiptLot
from inventory.services.lot_naming import Named
from inventory.services.lots import LotPart, unnamed_lots
from inventory.services.receiving_sql import CountedRow
from oms.kernel.clock import now
from oms.kernel.errors import DomainError

SERIAL = Product.Tracking.SERIAL


def say_lots(receipt: GoodsReceipt, line_id: int, parts: Sequence[Named]) -> ReceiptLine:
    """Add pieces of lots to a line of an open, locked receipt; fewer counted pieces are raised.

    The same lot again adds to it. Raises DomainError for a serial said twice, a lot with two
    dates, and goods without lots.
    """
    rows = ReceiptLine.objects.select_for_update(of=("self",))
    line = rows.select_related("variant__product").get(pk=line_id, receipt=receipt)
    tracking = line.variant.product.tracking
    if tracking == Product.Tracking.NONE:
        raise DomainError(_("Sản phẩm này không theo dõi theo lô."), code="lots.untracked")
    said = {lot.code: lot for lot in line.lots.all()}
    for part in parts:
        before = said.get(part.code)
        if before and tracking == SERIAL:
            raise DomainError(_("Số %(code)s đã ghi rồi.") % {"code": part.code}, code="lots.twice")
        if before and part.expires_on and before.expires_on != part.expires_on:
            raise other_date(part.code)
        if before:
            before.quantity = F("quantity") + part.quantity
            before.save(update_fields=["quantity"])
    line.lots.bulk_create(
        ReceiptLot(line=line, code=p.code, expires_on=p.expires_on, quantity=p.quantity)
        for p in parts
        if p.code not in said
    )
    named = line.lots.aggregate(n=Sum("quantity"))["n"]
    if named > line.quantity:
        line.quantity = named
        line.save(update_fields=["quantity"])
    return line


def other_date(code: str) -> DomainError:
    return DomainError(
        _("Lô %(code)s đã có với hạn dùng khác.") % {"code": code},
        code="lots.date",
        field="expires_on",
    )


def lots_said(receipt_id: int, rows: Sequence[CountedRow]) -> dict[int, tuple[LotPart, ...]]:
    """The lots of counted lines, made where they are new; what nobody named is unnamed.

    Five statements at most, none where nothing was said. Raises DomainError when more pieces are
    named than counted, or when a lot is known with another date.
    """
    said: dict[int, list[ReceiptLot]] = defaultdict(list)
    parts = ReceiptLot.objects.filter(line__receipt=receipt_id).select_related(
        "line__variant__product"
    )
    for part in parts.order_by("id"):
        said[part.line_id].append(part)
    if not said:
        return {}
    lots = _lots([part for each in said.values() for part in each])
    unnamed = unnamed_lots({each[0].line.variant_id for each in said.values()})
    found = {}
    for row in rows:
        if row.id in said:
            named = tuple(
                LotPart(lots[row.variant_id, part.code], part.quantity) for part in said[row.id]
            )
            left = row.units - sum(part.quantity for part in named)
            if left < 0:
                raise _more_named(row, row.units - left)
            found[row.id] = (*named, LotPart(unnamed[row.variant_id], left)) if left else named
    return found


def _lots(parts: Sequence[ReceiptLot]) -> dict[tuple[int, str], int]:
    """Lot ids by variant and code."""
    Lot.objects.bulk_create(
        (
            Lot(
                variant_id=part.line.variant_id,
                code=part.code,
                expires_on=part.expires_on,
                is_serial=part.line.variant.product.tracking == SERIAL,
                created_at=now(),
            )
            for part in sorted(parts, key=lambda part: (part.line.variant_id, part.code))
        ),
        ignore_conflicts=True,
    )
    known = {
        (lot.variant_id, lot.code): lot
        for lot in Lot.objects.filter(
            variant__in={part.line.variant_id for part in parts},
            code__in={part.code for part in parts},
        )
    }
    for part in parts:
        lot = known[part.line.variant_id, part.code]
        if part.expires_on and lot.expires_on != part.expires_on:
            raise other_date(part.code)
    return {key: lot.pk for key, lot in known.items()}


def _more_named(row: CountedRow, named: int) -> DomainError:
    return DomainError(
        _("%(sku)s: đã ghi lô cho %(named)d cái nhưng chỉ đếm %(counted)d.")
        % {"sku": row.sku, "named": named, "counted": row.units},
        code="lots.more_named",
    )
