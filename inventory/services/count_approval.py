"""The differences of a count become movements, once."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import CountLine, StockCount, StockLevel, StockMovement
from inventory.selectors import counting as selectors
from inventory.services import counting, stock
from inventory.services.stock import Posting
from inventory.states import COUNT_FLOW
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.sql import retry_deadlock

CAUSE = "stock_count"


class HeldGoods(DomainError):
    """Fewer pieces were counted than orders hold; `variant_ids` are the goods."""

    def __init__(self, lines: Sequence[CountLine]) -> None:
        self.variant_ids = [line.variant_id for line in lines]
        skus = ", ".join(line.variant.sku for line in lines)
        super().__init__(
            _("Đếm được ít hơn số đang giữ cho đơn: %(skus)s. Hãy nhả hàng ở các đơn rồi duyệt.")
            % {"skus": skus},
            code="count.held",
        )


@retry_deadlock
@transaction.atomic
def approve_count(count_id: int, *, limit_vnd: int | None, actor: Actor) -> StockCount:
    """Post one adjustment per line that differs. A second call posts nothing.

    `limit_vnd` is how much difference this person may approve, None for any. Lines that nobody
    counted are left alone. Raises DomainError, and posts nothing, beyond the limit or when the
    books would say less than orders hold (HeldGoods).
    """
    count = counting.lock_count(count_id)
    if count.status == StockCount.Status.APPROVED:
        return count
    COUNT_FLOW.check(count.status, StockCount.Status.APPROVED)
    counted = count.lines.select_for_update(of=("self",)).select_related("variant")
    lines = [line for line in counted.order_by("variant_id") if line.variance]
    total_vnd = selectors.difference_vnd(lines)
    if limit_vnd is not None and total_vnd > limit_vnd:
        raise DomainError(
            _("Tổng chênh lệch vượt mức bạn được duyệt: cần người có quyền cao hơn."),
            code="count.limit",
        )
    _refuse_held(count, lines)
    stock.post([_adjustment(count, line) for line in lines], actor=actor)
    counting.close_count(count, StockCount.Status.APPROVED, actor)
    return count


def _refuse_held(count: StockCount, lines: Sequence[CountLine]) -> None:
    levels = {
        level.variant_id: level
        for level in StockLevel.objects.select_for_update(no_key=True)
        .filter(warehouse_id=count.warehouse_id, variant_id__in=[line.variant_id for line in lines])
        .order_by("id")
    }
    held = [line for line in lines if selectors.is_held(line, levels[line.variant_id])]
    if held:
        raise HeldGoods(held)


def _adjustment(count: StockCount, line: CountLine) -> Posting:
    return Posting(
        line.variant_id,
        count.warehouse_id,
        line.variance or 0,
        StockMovement.Kind.ADJUSTMENT,
        _("Kiểm kê %(number)s") % {"number": count.number},
        cause=(CAUSE, count.pk),
    )
