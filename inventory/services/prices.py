"""Price lists: their conditions and their prices."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory.models import PriceList, PriceListItem
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.text import clean_line

MOST_AT_ONCE = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTerms:
    """When a list's prices hold; what is empty sets no condition."""

    name: str
    source: str = ""
    shop_ref: int | None = None
    customer_group: str = ""
    priority: int = 100
    valid_from: date | None = None
    valid_to: date | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class ListPrice:
    """The price from a quantity on; None takes that step off the list."""

    variant_id: int
    from_quantity: int
    price_vnd: int | None


def save_price_list(list_id: int | None, terms: ListTerms, *, actor: Actor) -> PriceList:
    """Make a list or change when it holds, with before and after. No change records nothing."""
    values: dict[str, Any] = asdict(terms)
    values["name"] = clean_line(terms.name, 120, field="name")
    values["customer_group"] = clean_line(terms.customer_group, 60, field="customer_group")
    if terms.valid_from and terms.valid_to and terms.valid_to < terms.valid_from:
        raise DomainError(
            _("Ngày kết thúc phải sau ngày bắt đầu."), code="price.period", field="valid_to"
        )
    try:
        with transaction.atomic():
            return _save(list_id, values, actor)
    except IntegrityError as error:
        raise DomainError(_("Đã có bảng giá tên này."), code="price.name", field="name") from error


def _save(list_id: int | None, values: dict[str, Any], actor: Actor) -> PriceList:
    if list_id is None:
        row = PriceList.objects.create(**values)
        record_event("price_list.created", row, actor=actor, data={"name": row.name})
        return row
    row = PriceList.objects.select_for_update().get(pk=list_id)
    moved = {
        name: [_plain(getattr(row, name)), _plain(value)]
        for name, value in values.items()
        if getattr(row, name) != value
    }
    if moved:
        PriceList.objects.filter(pk=row.pk).update(**values)
        row.refresh_from_db()
        record_event("price_list.updated", row, actor=actor, data={"changes": moved})
    return row


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@transaction.atomic
def set_prices(list_id: int, rows: Sequence[ListPrice], *, actor: Actor) -> int:
    """Write the given steps, three statements whatever their number; the others stay.

    Returns how many changed. A repeat changes nothing.
    """
    if len(rows) > MOST_AT_ONCE or any(
        row.from_quantity < 1 or (row.price_vnd or 0) < 0 for row in rows
    ):
        raise DomainError(_("Dòng giá không hợp lệ."), code="price.row")
    price_list = PriceList.objects.select_for_update().get(pk=list_id)
    wanted = {(row.variant_id, row.from_quantity): row.price_vnd for row in rows}
    there = {
        (item.variant_id, item.from_quantity): item
        for item in price_list.items.filter(variant__in={key[0] for key in wanted})
    }
    before = {key: item.price_vnd for key, item in there.items()}
    moved = {key: price for key, price in wanted.items() if before.get(key) != price}
    gone = [there[key].pk for key, price in moved.items() if price is None]
    PriceListItem.objects.filter(pk__in=gone).delete()
    PriceListItem.objects.bulk_create(
        [
            PriceListItem(price_list=price_list, variant_id=v, from_quantity=n, price_vnd=price)
            for (v, n), price in moved.items()
            if price is not None
        ],
        update_conflicts=True,
        unique_fields=["variant", "price_list", "from_quantity"],
        update_fields=["price_vnd"],
    )
    if moved:
        told = [[v, n, before.get((v, n)), price] for (v, n), price in list(moved.items())[:50]]
        data = {"count": len(moved), "prices": told}
        record_event("price_list.prices_changed", price_list, actor=actor, data=data)
    return len(moved)
