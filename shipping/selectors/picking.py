"""Reads of the floor: what waits to be picked, waves and walks that a user may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from inventory.models import Bin
from oms.kernel.pages import Page, keyset_page
from orders.models import Order
from shipping.models import (
    BookingState,
    Fulfilment,
    Package,
    PackageStatus,
    PickLine,
    PickOrder,
    PickTask,
    PickWave,
)

LIVE = Q(withdrawn_at=None)
GOES_ON = (Order.Status.CONFIRMED, Order.Status.PROCESSING)
# Kinds of orders that are picked and packed apart.
KINDS = {
    "": _("Mọi đơn"),
    "one_piece": _("Đơn một món"),
    "one_sku": _("Một mặt hàng, nhiều cái"),
    "many": _("Nhiều mặt hàng"),
}


def fulfilments_visible_to(user: Any) -> QuerySet[Fulfilment]:
    """The same limits as for the orders behind them."""
    rows = Fulfilment.objects.all()
    warehouses, shops = user.warehouse_scope(), user.shop_scope()
    if warehouses is not None:
        rows = rows.filter(warehouse__in=warehouses)
    if shops is not None:
        rows = rows.filter(Q(order__shop_ref__in=shops) | Q(order__shop_ref=None))
    return rows


def waiting_for_picking(rows: QuerySet[Fulfilment]) -> QuerySet[Fulfilment]:
    """Those that nobody picks or packs yet and nothing stops."""
    leaving = Package.objects.filter(fulfilment=OuterRef("pk"), cancel_requested_at=None).exclude(
        booking_state=BookingState.VOID
    )
    taken = PickOrder.objects.filter(fulfilment=OuterRef("pk"), outcome=PickOrder.Outcome.OPEN)
    return rows.filter(
        Exists(leaving),
        ~Exists(taken),
        status=PackageStatus.RELEASED,
        order__status__in=GOES_ON,
        check_of_pieces=None,
    )


def ready_to_pick(user: Any, warehouse_id: int, kind: str = "") -> QuerySet[Fulfilment]:
    """What waits in a warehouse, the most urgent first (A-54)."""
    rows = waiting_for_picking(fulfilments_visible_to(user).filter(warehouse=warehouse_id))
    if kind == "one_piece":
        rows = rows.filter(order__pieces=1)
    elif kind == "one_sku":
        rows = rows.filter(order__pieces__gt=1, order__sku_count=1)
    elif kind == "many":
        rows = rows.filter(order__sku_count__gt=1)
    return rows.order_by("-order__priority", F("order__ship_by_at").asc(nulls_last=True), "id")


def to_pick_of(user: Any, order_ids: Sequence[int]) -> list[Fulfilment]:
    """What waits to be picked of these orders, in their order."""
    place = {pk: n for n, pk in enumerate(order_ids)}
    rows = waiting_for_picking(fulfilments_visible_to(user).filter(order__in=order_ids))
    rows = rows.select_related("warehouse").order_by("pk")
    return sorted(rows, key=lambda row: place[row.order_id])


def open_waves_of(order_ids: Sequence[int]) -> dict[int, str]:
    """The wave that has an order now, by order."""
    rows = PickOrder.objects.filter(fulfilment__order__in=order_ids, outcome=PickOrder.Outcome.OPEN)
    return dict(rows.values_list("fulfilment__order_id", "wave__number"))


def waves_visible_to(user: Any) -> QuerySet[PickWave]:
    """Waves of the user's warehouses that hold nothing of a shop that is not his."""
    rows = PickWave.objects.select_related("warehouse")
    warehouses, shops = user.warehouse_scope(), user.shop_scope()
    if warehouses is not None:
        rows = rows.filter(warehouse__in=warehouses)
    if shops is not None:
        foreign = PickOrder.objects.filter(wave=OuterRef("pk")).exclude(
            Q(fulfilment__order__shop_ref__in=shops) | Q(fulfilment__order__shop_ref=None)
        )
        rows = rows.exclude(Exists(foreign))
    return rows


def tasks_visible_to(user: Any) -> QuerySet[PickTask]:
    return PickTask.objects.filter(wave__in=waves_visible_to(user)).select_related(
        "wave__warehouse", "picker"
    )


def open_tasks(user: Any, *, zone: str = "") -> QuerySet[PickTask]:
    """Walks that somebody may take or has taken: one's own first, then the oldest."""
    rows = tasks_visible_to(user).filter(
        status__in=[PickTask.Status.READY, PickTask.Status.PICKING],
        wave__status=PickWave.Status.RELEASED,
    )
    if zone:
        rows = rows.filter(zone=zone)
    return rows.alias(is_mine=Q(picker=user.pk)).order_by(
        F("is_mine").desc(nulls_last=True), "status", "wave_id", "position"
    )


@dataclass(frozen=True, slots=True)
class TaskSize:
    """Stops, pieces asked for, picked and missing, parcels."""

    stops: int = 0
    pieces: int = 0
    picked: int = 0
    missing: int = 0
    orders: int = 0

    @property
    def left(self) -> int:
        return self.pieces - self.picked - self.missing


def task_sizes(task_ids: list[int]) -> dict[int, TaskSize]:
    """Sizes by task; one statement."""
    rows = (
        PickLine.objects.filter(LIVE, task__in=task_ids)
        .order_by()
        .values_list("task_id")
        .annotate(
            Count("walk", distinct=True),
            Sum("quantity"),
            Sum("picked"),
            Sum("missing"),
            Count("member", distinct=True),
        )
    )
    return {pk: TaskSize(*numbers) for pk, *numbers in rows}


def with_sizes(tasks: list[PickTask]) -> list[PickTask]:
    sizes = task_sizes([task.pk for task in tasks])
    for task in tasks:
        task.size = sizes.get(task.pk, TaskSize())  # type: ignore[attr-defined]
    return tasks


@dataclass(slots=True)
class Stop:
    """A row of a pick list: so many of one variant from one shelf, and for which slots."""

    line: PickLine
    quantity: int
    picked: int
    missing: int
    slots: list[tuple[str, int]]
    picture: int | None = None

    @property
    def left(self) -> int:
        return self.quantity - self.picked - self.missing


def stops_of(task: PickTask, *, undone: bool = False, most: int | None = None) -> list[Stop]:
    """The rows of a walk in its order, lines of one variant summed; a fixed number of statements.

    `slots` says how many pieces each letter gets of what the row sums.
    """
    lines = task.lines.filter(LIVE)
    if undone:
        lines = lines.filter(quantity__gt=F("picked") + F("missing"))
    walks = lines.order_by("walk").values_list("walk", flat=True).distinct()
    return _stops(task, walks[:most] if most else walks)


def stops_at(task: PickTask, shelf: Bin) -> list[Stop]:
    """The rows of a walk at one shelf."""
    walks = task.lines.filter(LIVE, bin=shelf).order_by("walk").values_list("walk", flat=True)
    return _stops(task, walks.distinct())


def shelf_of_code(task: PickTask, code: str) -> Bin | None:
    """The shelf with this code in the warehouse of the walk."""
    return Bin.objects.filter(warehouse=task.wave.warehouse_id, code__iexact=code).first()


def _stops(task: PickTask, walks: QuerySet[Any, int]) -> list[Stop]:
    wanted = list(walks)
    rows = (
        task.lines.filter(LIVE, walk__in=wanted)
        .select_related("variant__product", "bin", "member")
        .order_by("walk", "member_id", "id")
    )
    grouped: dict[int, list[PickLine]] = {}
    for line in rows:
        grouped.setdefault(line.walk, []).append(line)
    return [_stop(group) for group in grouped.values()]


def stops_left(task: PickTask) -> int:
    undone = task.lines.filter(LIVE, quantity__gt=F("picked") + F("missing"))
    return undone.order_by().values("walk").distinct().count()


def _stop(lines: list[PickLine]) -> Stop:
    slots: dict[str, int] = {}
    for line in lines:
        slots[line.member.letter] = slots.get(line.member.letter, 0) + line.quantity
    return Stop(
        lines[0],
        sum(line.quantity for line in lines),
        sum(line.picked for line in lines),
        sum(line.missing for line in lines),
        list(slots.items()),
    )


def wave_page(user: Any, *, after: str = "", before: str = "", size: int = 30) -> Page[PickWave]:
    """Newest first, each with `order_count` and `closed_count`; a fixed number of statements."""
    rows = waves_visible_to(user).annotate(
        order_count=Count("members"),
        closed_count=Count("members", filter=~Q(members__outcome=PickOrder.Outcome.OPEN)),
    )
    return keyset_page(rows, keys=("-id",), after=after, before=before, size=size)


def members_of(wave: PickWave) -> QuerySet[PickOrder]:
    """The parcels of a wave by letter, with what of them was picked and stands in its slot."""
    return (
        wave.members.select_related("fulfilment__order")
        .annotate(
            on_cart=Sum("lines__picked", filter=Q(lines__withdrawn_at=None), default=0),
            in_slot=Sum("lines__placed", filter=Q(lines__withdrawn_at=None), default=0),
        )
        .order_by("id")
    )


def to_put_back(wave: PickWave) -> QuerySet[PickLine]:
    """Pieces on a cart whose parcel left the wave: somebody carries them back to their shelf."""
    rows = wave_lines(wave).filter(withdrawn_at__isnull=False, picked__gt=0)
    return rows.select_related("variant__product", "bin", "member").order_by("member_id", "walk")


def wave_lines(wave: PickWave) -> QuerySet[PickLine]:
    return PickLine.objects.filter(task__wave=wave)


def to_place(wave: PickWave) -> QuerySet[PickLine]:
    """What lies on carts and belongs into a slot of the put wall."""
    return wave_lines(wave).filter(LIVE, picked__gt=F("placed"))
