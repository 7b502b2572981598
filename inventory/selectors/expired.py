"""What may still be sold of a balance: pieces past their date are here and promised to nobody."""

from typing import Any

from django.db.models import (
    Case,
    DateField,
    Exists,
    Expression,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest

from inventory.models import LotBalance, StockLevel, Warehouse
from oms.kernel.clock import today

_PIECES = """(
    SELECT coalesce(sum(b.on_hand), 0)::int
    FROM inventory_lotbalance b JOIN inventory_lot o ON o.id = b.lot_id
    WHERE b.variant_id = {variant} AND b.warehouse_id = {warehouse} AND b.on_hand > 0
        AND o.expires_on < {day}
)"""
# Of the balance `l`, at `now`, for statements written by hand.
EXPIRED = _PIECES.format(
    variant="l.variant_id",
    warehouse="l.warehouse_id",
    day="(%(now)s::timestamptz AT TIME ZONE 'Asia/Ho_Chi_Minh')::date",
)
# Goods in quarantine, on their way or in a closed warehouse are not for sale.
SELLS = Q(warehouse__is_active=True) & ~Q(warehouse__kind=Warehouse.Kind.QUARANTINE)


class Expired(Func):
    """The same of each balance that a queryset reads, today."""

    def __init__(self) -> None:
        day = Value(today(), output_field=DateField())
        super().__init__(F("variant_id"), F("warehouse_id"), day, output_field=IntegerField())

    def as_sql(self, compiler: Any, connection: Any, **_options: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        texts, params = [], []
        for source in self.get_source_expressions():
            text, values = compiler.compile(source)
            texts.append(text)
            params += values
        variant, warehouse, day = texts
        return _PIECES.format(variant=variant, warehouse=warehouse, day=day), params


def any_expired() -> Exists:
    """Whether a balance holds expired pieces at all; PostgreSQL hashes them once a statement."""
    gone = LotBalance.objects.filter(on_hand__gt=0, lot__expires_on__lt=today())
    here = {"variant_id": OuterRef("variant_id"), "warehouse_id": OuterRef("warehouse_id")}
    return Exists(gone.filter(**here))


def free() -> Combinable:
    """What is neither promised nor kept back nor expired; below zero when promised pieces are."""
    return F("on_hand") - F("reserved") - F("safety_stock") - Expired()


def sellable() -> Expression:
    """What may still be promised of a balance: never below zero, nothing where nothing is sold."""
    return Case(When(SELLS, then=Greatest(free(), Value(0))), default=Value(0))


def with_available(levels: QuerySet[StockLevel]) -> QuerySet[StockLevel]:
    """Balances with `available`, in the statement that reads them."""
    return levels.annotate(available=sellable())  # type: ignore[no-redef]
