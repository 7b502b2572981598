"""Before goods leave by our hand: nothing past its date goes out unnoticed."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from inventory.selectors.lots import proposals
from oms.kernel.errors import DomainError


def refuse_expired(holder_kind: str, holder_ids: Collection[int]) -> None:
    """Raise DomainError when only expired lots are left for what the holders hold.

    A lot that somebody chose with a reason is not refused.
    """
    late = [row for row in proposals(holder_kind, holder_ids) if row.missing]
    if late:
        skus = ", ".join(f"{row.variant.sku} ({row.missing})" for row in late)
        raise DomainError(
            _("Chỉ còn lô đã hết hạn cho: %(skus)s. Hãy chọn lô và ghi lý do ở trang đơn.")
            % {"skus": skus},
            code="lots.expired",
        )
