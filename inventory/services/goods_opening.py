"""Opening stock: posted once, where nothing has moved yet."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from inventory.imports.outcomes import CREATED, UNCHANGED, Outcome, Sheet, failed
from inventory.imports.rows import Row
from inventory.models import Product, StockMovement, Variant
from inventory.services import goods_sql, stock_sql
from inventory.services.goods_known import KnownVariant, known_variants
from inventory.services.goods_values import unknown_sku
from inventory.services.stock import Posting, post
from oms.kernel.actors import Actor
from oms.kernel.sql import run

OPENING = StockMovement.Kind.OPENING


class OpeningPlan:
    """The same quantity again is no change; another one, or goods that moved, are refused."""

    def __init__(self, sheet: Sheet, rows: Sequence[Row], *, lock: bool) -> None:
        self.outcomes: list[Outcome] = []
        self.postings: list[Posting] = []
        known = known_variants([row.sku for row in rows if not row.faults], lock=False)
        bundles = _bundles([variant.pk for variant in known.values()])
        for row in rows:
            if not row.faults and row.sku not in known:
                row.refuse("sku", unknown_sku(row.sku))
            elif not row.faults and known[row.sku].pk in bundles:
                row.refuse("sku", _("Combo không có tồn riêng; hãy nhập tồn của các thành phần."))
        good = [row for row in rows if not row.faults]
        filled = [row for row in good if row.values["quantity"]]
        places = _places(good, known)
        if lock:  # before looking: what moves meanwhile waits, or has moved already
            run(stock_sql.OPEN_LEVELS, _places(filled, known))
            run(goods_sql.LOCK_LEVELS, places)
        found = run(goods_sql.FIRST_MOVEMENTS, places)
        first = {(row[0], row[1]): (row[2], row[3]) for row in found}
        for row in rows:
            if row.faults:
                self.outcomes.append(failed(row))
            else:
                self._decide(row, known[row.sku].pk, first)

    def _decide(
        self, row: Row, variant_id: int, first: dict[tuple[int, int], tuple[str, int]]
    ) -> None:
        quantity, warehouse_id = row.values["quantity"], row.values["warehouse_id"]
        moved = first.get((variant_id, warehouse_id))
        if moved == (OPENING, quantity) or (moved is None and not quantity):
            self.outcomes.append(Outcome(row, UNCHANGED, _("Không đổi.")))
            return
        if moved is not None:
            row.refuse("quantity", _already_moved(moved))
            self.outcomes.append(failed(row))
            return
        self.postings.append(_posting(row, variant_id))
        self.outcomes.append(Outcome(row, CREATED, _("Đã ghi tồn đầu kỳ.")))

    def write(self, actor: Actor) -> None:
        post(self.postings, actor=actor)


def _bundles(variant_ids: Sequence[int]) -> set[int]:
    rows = Variant.objects.filter(pk__in=variant_ids, product__kind=Product.Kind.BUNDLE)
    return set(rows.values_list("pk", flat=True))


def _places(rows: Sequence[Row], known: dict[str, KnownVariant]) -> dict[str, list[int]]:
    return {
        "variants": [known[row.sku].pk for row in rows],
        "warehouses": [row.values["warehouse_id"] for row in rows],
    }


def _posting(row: Row, variant_id: int) -> Posting:
    quantity, cost = row.values["quantity"], row.values.get("cost_vnd")
    return Posting(
        variant_id=variant_id,
        warehouse_id=row.values["warehouse_id"],
        quantity=quantity,
        kind=OPENING,
        note=_("Tồn đầu kỳ"),
        value_vnd=None if cost is None else cost * quantity,
    )


def _already_moved(moved: tuple[str, int]) -> str:
    kind, quantity = moved
    if kind == OPENING:
        return _("Tồn đầu kỳ đã ghi là %(quantity)d; hãy kiểm kê hoặc điều chỉnh tồn.") % {
            "quantity": quantity
        }
    return _("Đã có biến động ở kho này; hãy kiểm kê hoặc điều chỉnh tồn.")
