"""What each filter of the order list asks of the rows.

Each either has an index in the list's own order, holds for so many orders that a walk from the
newest meets fifty of them soon, or is bounded by something that is short.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import Lag, Lead

from inventory.models import Variant
from oms.kernel import clock
from oms.kernel.text import fold
from orders.models import Customer, LinePromise, Order, OrderLine, OrderNote
from orders.models.order_indexes import MANY_PIECES, OPEN_TABS
from orders.selectors.marks import flagged, tagged
from orders.selectors.owed import owed
from orders.selectors.periods import period_bounds
from orders.selectors.risks import ANY_RISK, with_risk
from orders.selectors.search import with_codes

Rows = QuerySet[Order]
Narrow = Callable[[Rows, str], Rows]

Status, Tab, Cod = Order.Status, Order.Tab, Order.Cod
# Tabs in which a carrier holds a parcel or its cash; remitted orders have left them.
CARRIER_TABS = [Tab.SHIPPING, Tab.DELIVERED, Tab.RETURNING]
NOT_LIVE = [Status.DRAFT, Status.CANCELLED]
NOBODY = "none"
COD_OPEN, COD_DONE = "open", "done"
_COD_GROUPS = {
    COD_OPEN: [Cod.TO_COLLECT, Cod.COLLECTED, Cod.IN_STATEMENT, Cod.MISMATCH],
    COD_DONE: [Cod.REMITTED, Cod.WRITTEN_OFF],
}
# Said beside the status, so that the index of that tab is walked and no other.
_TAB_OF = {
    Status.DRAFT: Tab.DRAFT,
    Status.PENDING_CONFIRMATION: Tab.TO_CONFIRM,
    Status.ON_HOLD: Tab.ON_HOLD,
    Status.SHIPPED: Tab.SHIPPING,
    Status.DELIVERED: Tab.DELIVERED,
    Status.RETURNING: Tab.RETURNING,
    Status.RETURNED: Tab.RETURNING,
    Status.PARTIALLY_RETURNED: Tab.RETURNING,
    Status.COMPLETED: Tab.COMPLETED,
    Status.CANCELLED: Tab.CANCELLED,
}
CAME_BACK = (Status.RETURNING, Status.RETURNED)
_INSTEAD = (Order.Flag.EXCHANGE, Order.Flag.REPLACEMENT)
# Two orders of one phone within a day are doubtful while they can still be stopped.
WEEK = timedelta(days=7)
DOUBLE_WITHIN, DOUBLE_SINCE = timedelta(hours=24), timedelta(days=3)


def equal(column: str) -> Narrow:
    return lambda rows, value: rows.filter(**{column: value})


def number(column: str) -> Narrow:
    """An id; what is no number finds nothing."""

    def narrow(rows: Rows, value: str) -> Rows:
        return rows.filter(**{column: int(value)}) if value.isdecimal() else rows.none()

    return narrow


def status(rows: Rows, value: str) -> Rows:
    tab = _TAB_OF.get(value)  # type: ignore[call-overload]
    return rows.filter(status=value, tab=tab) if tab else rows.filter(status=value)


def warehouse(rows: Rows, value: str) -> Rows:
    if value == NOBODY:
        return rows.filter(warehouse=None)
    return number("warehouse_id")(rows, value)


def tag(rows: Rows, value: str) -> Rows:
    is_number = value.isdecimal() and len(value) < 10
    return tagged(rows, int(value)) if is_number else rows.none()


def assignee(rows: Rows, value: str) -> Rows:
    """One person's orders, or those that are still ahead and nobody's."""
    if value == NOBODY:
        return rows.filter(assignee=None, tab__in=OPEN_TABS)
    return number("assignee_id")(rows, value)


def created(rows: Rows, value: str) -> Rows:
    return _between(rows, "placed_at", value)


def day(column: str) -> Narrow:
    """Confirmed or handed over in a period: later than it was placed, which bounds the walk."""

    def narrow(rows: Rows, value: str) -> Rows:
        _start, end = period_bounds(value)
        rows = _between(rows, column, value).filter(**{f"{column}__isnull": False})
        return rows.filter(placed_at__lt=end) if end else rows

    return narrow


def _between(rows: Rows, column: str, period: str) -> Rows:
    start, end = period_bounds(period)
    if start:
        rows = rows.filter(**{f"{column}__gte": start})
    return rows.filter(**{f"{column}__lt": end}) if end else rows


def deadline(rows: Rows, value: str) -> Rows:
    """Open orders by the hour at which the carrier must have them."""
    moment = clock.now()
    if value == "late":
        return late(rows, value)
    hours = int(value) if value.isdecimal() and len(value) < 5 else 0
    end = moment + timedelta(hours=hours) if hours else clock.day_bounds(clock.today(moment))[1]
    return rows.filter(ship_by_at__gte=moment, ship_by_at__lt=end, tab__in=OPEN_TABS)


def late(rows: Rows, value: str) -> Rows:
    return rows.filter(ship_by_at__lt=clock.now(), tab__in=OPEN_TABS)


def cod(rows: Rows, value: str) -> Rows:
    group = _COD_GROUPS.get(value)
    return rows.filter(cod_status__in=group) if group else rows.filter(cod_status=value)


def debt(rows: Rows, value: str) -> Rows:
    """Sold on terms and not paid: all, past their day, or due within a week."""
    rows, day = owed(rows), clock.today()
    if value == "overdue":
        return rows.filter(due_on__lt=day)
    return rows.filter(due_on__range=(day, day + WEEK)) if value == "week" else rows


def printed(rows: Rows, value: str) -> Rows:
    """How often the waybill came out; "never" is of orders that still wait for it."""
    if value == "never":
        return rows.filter(label_printed_count=0, tab__in=OPEN_TABS)
    return rows.filter(label_printed_count__gt=1 if value == "again" else 0)


def kind(rows: Rows, value: str) -> Rows:
    """One piece, several of one SKU, several SKUs: packers print them as separate batches."""
    if value == "one":
        return rows.filter(pieces=1)
    if value == "same":
        return rows.filter(sku_count=1, pieces__gt=1)
    return rows.filter(sku_count__gt=1)


def purpose(rows: Rows, value: str) -> Rows:
    """Sold, sent in place of something else, or come back, whole or in part."""
    if value in _INSTEAD:
        return flagged(rows, value)
    if value == "return":
        return rows.filter(status__in=CAME_BACK, tab=Tab.RETURNING)
    if value == "partial_return":
        return status(rows, Status.PARTIALLY_RETURNED)
    sold = rows.exclude(status__in=[*CAME_BACK, Status.PARTIALLY_RETURNED])
    return sold.exclude(flags__overlap=list(_INSTEAD))


def risk(rows: Rows, value: str) -> Rows:
    """Orders of customers with this grade of refusing; they are few."""
    if value != ANY_RISK and value not in Customer.Risk.values[1:]:
        return rows.none()
    return rows.filter(customer__in=Customer.objects.filter(with_risk(value)).values("pk"))


def loss(rows: Rows, value: str) -> Rows:
    """Orders that cost more than they bring, as far as it is known."""
    return rows.filter(earned__profit_vnd__lt=0)


def quantity(rows: Rows, value: str) -> Rows:
    least = int(value)
    rows = rows.filter(pieces__gte=least)
    return rows.filter(pieces__gte=MANY_PIECES) if least > MANY_PIECES else rows


def sku(rows: Rows, value: str) -> Rows:
    """Orders with these goods, by SKU or barcode; unlinked ones by the code they came with."""
    asked = {value, value.upper()}
    goods = list(Variant.objects.filter(sku__in=asked).values_list("pk", flat=True))
    goods += Variant.objects.filter(barcodes__code=value).values_list("pk", flat=True)
    lines = OrderLine.objects.filter(order=OuterRef("pk"))
    if goods:
        return rows.filter(Exists(lines.filter(variant__in=goods)))
    rows = rows.filter(search_folded__contains=fold(value))
    return rows.filter(Exists(lines.filter(variant=None, sku__in=asked)))


def note(rows: Rows, value: str) -> Rows:
    if value == "buyer":
        return rows.exclude(buyer_note="")
    with_own = Order.objects.exclude(internal_note="").values("pk")
    return rows.filter(pk__in=with_own.union(OrderNote.objects.values("order_id"), all=True))


def double(rows: Rows, value: str) -> Rows:
    """Open orders of the last days beside which the same phone has another one within a day.

    Neighbours in time are enough to see that, so all open orders of these days are read once, by
    their index alone.
    """
    by_phone: dict[str, Any] = {
        "partition_by": F("phone_reversed"),
        "order_by": [F("placed_at"), F("pk")],
    }
    recent = Order.objects.filter(
        placed_at__gte=clock.now() - DOUBLE_SINCE - DOUBLE_WITHIN, tab__in=OPEN_TABS
    ).exclude(phone_reversed="")
    seen = recent.annotate(
        earlier=Window(Lag("placed_at"), **by_phone), later=Window(Lead("placed_at"), **by_phone)
    ).filter(
        Q(earlier__gt=F("placed_at") - DOUBLE_WITHIN) | Q(later__lt=F("placed_at") + DOUBLE_WITHIN)
    )
    rows = rows.filter(placed_at__gte=clock.now() - DOUBLE_SINCE, tab__in=OPEN_TABS)
    return rows.filter(pk__in=seen.values("pk"))


def codes(rows: Rows, value: str) -> Rows:
    return with_codes(rows, value.split(","))


def problem(rows: Rows, value: str) -> Rows:
    """With an open problem of this kind: such orders carry the attention flag."""
    open_ones = Order.objects.filter(problems__kind=value, problems__resolved_at=None)
    return rows.filter(pk__in=open_ones.values("pk"))


def promise(rows: Rows, value: str) -> Rows:
    """Orders with a line whose day has passed, was moved to a later one, or is not known."""
    said = LinePromise.objects.filter(ended_at=None)
    if value == "late":
        said = said.filter(promised_on__lt=clock.today())
    elif value == "unknown":
        said = said.filter(promised_on=None)
    elif value == "moved":
        before = LinePromise.objects.filter(
            line=OuterRef("line"), promised_on__lt=OuterRef("promised_on")
        )
        said = said.filter(Exists(before))
    elif value != "any":
        return rows.none()
    return rows.filter(pk__in=said.values("line__order"))


def live(rows: Rows, value: str) -> Rows:
    return rows.exclude(status__in=NOT_LIVE)


def with_carrier(rows: Rows, value: str) -> Rows:
    return rows.filter(tab__in=CARRIER_TABS)
