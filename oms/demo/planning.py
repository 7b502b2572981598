"""Eight weeks of past sales and a supplier, so that there is something to buy and a reason why."""

from collections.abc import Mapping
from datetime import date, timedelta

from inventory.models import StockMovement, Supplier, Variant
from inventory.services.replenishment import plan_everything
from inventory.services.stock import Posting, post
from inventory.services.suppliers import save_supplier, set_price
from oms.kernel.actors import Actor
from oms.kernel.clock import day_bounds, today

DEMO = Actor.system("demo")
HISTORY_DAYS = 56
NOON = timedelta(hours=12)
# Pieces sold from the first warehouse on each weekday, Monday first.
SOLD = {
    "BINH-750": (6, 7, 6, 8, 9, 14, 13),
    "SRM-120": (3, 3, 4, 3, 5, 7, 8),
    "TUI-VAI": (2, 2, 1, 2, 3, 5, 4),
    "NOI-5L": (0, 1, 0, 0, 1, 2, 1),
}
# Price of a pack, pieces in it, packs at least.
OFFERS = {
    "BINH-750": (1_056_000, 12, 2),
    "SRM-120": (1_296_000, 24, 1),
    "TUI-VAI": (310_000, 10, 1),
    "NOI-5L": (690_000, 1, 2),
}


def create_history(warehouse_id: int) -> None:
    """What was received and sold before the opening stock: it leaves the shelf as it found it."""
    variants = dict(Variant.objects.filter(sku__in=SOLD).values_list("sku", "pk"))
    first = today() - timedelta(days=HISTORY_DAYS)
    days = [first + timedelta(days=number) for number in range(HISTORY_DAYS)]
    totals = {sku: sum(week[day.weekday()] for day in days) for sku, week in SOLD.items()}
    _move(variants, totals, StockMovement.Kind.RECEIPT, first - timedelta(days=1), warehouse_id)
    for day in days:
        sold = {sku: -week[day.weekday()] for sku, week in SOLD.items()}
        _move(variants, sold, StockMovement.Kind.SHIPMENT, day, warehouse_id)


def _move(
    variants: Mapping[str, int], pieces: Mapping[str, int], kind: str, day: date, warehouse_id: int
) -> None:
    rows = [Posting(variants[sku], warehouse_id, units, kind) for sku, units in pieces.items()]
    post(rows, actor=DEMO, at=day_bounds(day)[0] + NOON)


def create_proposals() -> None:
    """A supplier with prices, and what he should be asked for; a second call adds nothing."""
    if Supplier.objects.filter(code="NCC-GD").exists():
        return
    supplier = save_supplier(
        Supplier(
            code="NCC-GD",
            name="Xưởng Gia Dụng Sài Gòn",
            email="donhang@giadung.example",
            lead_time_days=7,
        ),
        actor=DEMO,
    )
    variants = dict(Variant.objects.filter(sku__in=OFFERS).values_list("sku", "pk"))
    for sku, (price_vnd, pack_size, least) in OFFERS.items():
        set_price(
            supplier.pk,
            variants[sku],
            price_vnd=price_vnd,
            pack_size=pack_size,
            min_quantity=least,
            valid_from=today() - timedelta(days=HISTORY_DAYS),
            actor=DEMO,
        )
    plan_everything()
