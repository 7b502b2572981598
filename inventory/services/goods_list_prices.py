"""Prices of price lists from rows: each SKU's price in a list, from a quantity on."""

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext as _

from inventory.imports.outcomes import CREATED, UNCHANGED, UPDATED, Outcome, Sheet, failed
from inventory.imports.rows import Row, fold_word
from inventory.models import PriceList, PriceListItem
from inventory.services.goods_known import KnownVariant, known_variants
from inventory.services.goods_values import unknown_sku
from inventory.services.prices import ListPrice, set_prices
from oms.kernel.actors import Actor

Step = tuple[int, int, int]  # list, variant, from quantity


class ListPricePlan:
    """Only real differences are written; a list or a SKU that does not exist is refused."""

    def __init__(self, sheet: Sheet, rows: Sequence[Row], *, lock: bool) -> None:
        self.moved: dict[int, list[ListPrice]] = defaultdict(list)
        good = [row for row in rows if not row.faults]
        known = known_variants([row.sku for row in good], lock=False)
        lists = {fold_word(name): pk for pk, name in PriceList.objects.values_list("pk", "name")}
        items = PriceListItem.objects.filter(
            variant__in=[variant.pk for variant in known.values()],
            price_list__in={lists.get(fold_word(row.values["price_list"]), 0) for row in good},
        )
        steps = items.values_list("price_list", "variant", "from_quantity", "price_vnd")
        self.before: dict[Step, int] = {(a, b, n): price for a, b, n, price in steps}
        self.outcomes = [
            self._decide(row, known.get(row.sku), lists.get(_list_name(row))) for row in rows
        ]

    def _decide(self, row: Row, variant: KnownVariant | None, list_id: int | None) -> Outcome:
        if not row.faults and variant is None:
            row.refuse("sku", unknown_sku(row.sku))
        if not row.faults and list_id is None:
            name = row.values["price_list"]
            row.refuse("price_list", _("Không có bảng giá “%(name)s”.") % {"name": name})
        if row.faults or variant is None or list_id is None:
            return failed(row)
        quantity, price = row.values["from_quantity"], row.values["price_vnd"]
        before = self.before.get((list_id, variant.pk, quantity))
        if before == price:
            return Outcome(row, UNCHANGED, _("Không đổi."))
        self.moved[list_id].append(ListPrice(variant.pk, quantity, price))
        if before is None:
            return Outcome(row, CREATED, _("Đã thêm giá."))
        return Outcome(row, UPDATED, _("Đã sửa: %(columns)s.") % {"columns": _("Giá")})

    def write(self, actor: Actor) -> None:
        """A few statements a list, whatever the number of its prices."""
        for list_id, prices in sorted(self.moved.items()):
            set_prices(list_id, prices, actor=actor)


def _list_name(row: Row) -> str:
    return fold_word(row.values.get("price_list", ""))
