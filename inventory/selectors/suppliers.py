"""Suppliers and what they ask for their goods."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from inventory.models import PurchaseOrder, Supplier, SupplierPrice
from oms.kernel.clock import today
from oms.kernel.errors import DomainError
from oms.kernel.pages import Page, keyset_page
from oms.kernel.text import fold

SEPARATOR = " · "
MOST_NAMED = 4


def supplier_list(
    *, q: str = "", active: bool = True, after: str = "", before: str = ""
) -> Page[Supplier]:
    """Suppliers newest first, with `open_orders`, the number of orders not yet received."""
    rows = Supplier.objects.filter(is_active=active)
    for word in fold(q).split():
        rows = rows.filter(search_folded__contains=word)
    still = [
        PurchaseOrder.Status.DRAFT,
        PurchaseOrder.Status.CONFIRMED,
        PurchaseOrder.Status.PARTLY_RECEIVED,
    ]
    counted = rows.annotate(
        open_orders=Count("orders", filter=Q(orders__status__in=still)),
    )
    return keyset_page(counted, keys=("-id",), after=after, before=before)


def search_suppliers(text: str, *, limit: int) -> list[Supplier]:
    """Active suppliers whose code or name holds every word, by name."""
    return list(_holding(text).order_by("name", "id")[:limit])


def shown_supplier(supplier: Supplier) -> str:
    """Code and name as the suggestions write them; `supplier_of_text` reads it again."""
    return f"{supplier.code}{SEPARATOR}{supplier.name}"


def supplier_of_text(text: str) -> Supplier:
    """The one active supplier with this code, or else whose name holds every word.

    Raises DomainError when there is none, or more than one.
    """
    code = text.split(SEPARATOR)[0].strip()
    exact = Supplier.objects.filter(is_active=True, code__iexact=code).first()
    if exact is not None:
        return exact
    found = search_suppliers(text, limit=MOST_NAMED + 1)
    if len(found) == 1:
        return found[0]
    if not found:
        raise DomainError(
            _("Không có nhà cung cấp nào có mã hoặc tên “%(text)s”.") % {"text": text[:60]},
            code="supplier.unknown",
            field="supplier",
        )
    names = "; ".join(shown_supplier(row) for row in found[:MOST_NAMED])
    raise DomainError(
        _("“%(text)s” có thể là nhiều nhà cung cấp: %(names)s.")
        % {"text": text[:60], "names": names},
        code="supplier.ambiguous",
        field="supplier",
    )


def _holding(text: str) -> QuerySet[Supplier]:
    rows = Supplier.objects.filter(is_active=True)
    for word in fold(text).split():
        rows = rows.filter(search_folded__contains=word)
    return rows


def current_prices(
    variant_ids: Collection[int], *, day: date | None = None, supplier_id: int | None = None
) -> dict[int, list[SupplierPrice]]:
    """By variant: the price rows of active suppliers that hold on `day`, the newest of each."""
    rows = SupplierPrice.objects.select_related("supplier").filter(
        variant__in=list(variant_ids), valid_from__lte=day or today(), supplier__is_active=True
    )
    if supplier_id is not None:
        rows = rows.filter(supplier_id=supplier_id)
    newest: dict[tuple[int, int, int], SupplierPrice] = {}
    for row in rows.order_by("valid_from", "id"):
        newest[row.variant_id, row.supplier_id, row.min_quantity] = row
    found: dict[int, list[SupplierPrice]] = defaultdict(list)
    for price in newest.values():
        found[price.variant_id].append(price)
    return dict(found)


def packs_for(price: SupplierPrice, pieces: int) -> int:
    """Whole packs that hold so many pieces."""
    return -(-pieces // price.pack_size)


def fitting_price(prices: Collection[SupplierPrice], pieces: int) -> SupplierPrice | None:
    """Of one supplier's rows the one for this many pieces; a smaller quantity takes the first."""
    if not prices:
        return None
    reached = [row for row in prices if packs_for(row, pieces) >= row.min_quantity]
    if reached:
        return max(reached, key=lambda row: (row.min_quantity, row.pk))
    return min(prices, key=lambda row: (row.min_quantity, row.pk))


def best_supplier(
    prices: Mapping[int, Collection[SupplierPrice]], pieces: Mapping[int, int]
) -> dict[int, SupplierPrice]:
    """By variant: the cheapest fitting price a piece, then the shortest lead time."""
    best: dict[int, SupplierPrice] = {}
    for variant, wanted in pieces.items():
        by_supplier: dict[int, list[SupplierPrice]] = defaultdict(list)
        for row in prices.get(variant, ()):
            by_supplier[row.supplier_id].append(row)
        found = [fitting_price(rows, wanted) for rows in by_supplier.values()]
        offers = [row for row in found if row is not None]
        if offers:
            best[variant] = min(
                offers,
                key=lambda row: (
                    row.price_vnd * 1000 // row.pack_size,
                    row.supplier.lead_time_days,
                    row.supplier_id,
                ),
            )
    return best
