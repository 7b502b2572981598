"""What the rows of the list show beside the order's own columns."""

from collections.abc import Collection, Sequence

from inventory.models import Warehouse
from orders.models import Order
from orders.selectors.lines import add_first_lines
from orders.selectors.marks import add_marks


def add_cells(orders: Sequence[Order], columns: Collection[str]) -> None:
    """Give each order what the columns ask for; a fixed number of statements for any rows."""
    add_first_lines(orders)
    add_marks(orders)
    if "warehouse" in columns:
        names = dict(Warehouse.objects.values_list("pk", "name"))
        for order in orders:
            order.warehouse_name = names.get(order.warehouse_id or 0, "")  # type: ignore[attr-defined]
