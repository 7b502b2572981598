"""One order becomes several: lines, money, what was paid and the promises of stock go with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.services.promise_moves import PromiseMove, held_where, move_promises
from oms.kernel import counters
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError, TransitionRefused
from oms.kernel.money import allocate, format_vnd
from oms.kernel.sql import retry_deadlock
from oms.kernel.text import fold
from orders.edit_ports import forget_lines, move_paid, obstacles_of
from orders.models import Order, OrderLine, OrderLineComponent
from orders.selectors.demands import line_demands
from orders.services.drafting import HOME_CURRENCY, search_text
from orders.services.edit_values import RECIPIENT
from orders.services.editing import ON_PAPER
from orders.services.lifecycle import promise_stock
from orders.services.money import settle_states
from orders.services.sharing import Share, share_money
from orders.services.states import Change, lock_order, save_changes

Status, Fulfillment = Order.Status, Order.Fulfillment
# Pieces that go, by line; a part may say from which warehouse they are promised.
Pieces = Mapping[int, int]
DIVISIBLE = frozenset({Status.PENDING_CONFIRMATION, Status.CONFIRMED, Status.ON_HOLD})
UNTOUCHED = frozenset({Fulfillment.UNALLOCATED, Fulfillment.ALLOCATED})


@dataclass(frozen=True, slots=True)
class Part:
    """What leaves the order for one of its own; promises of `warehouse_id` go first.

    `ship_by_at` is a deadline of its own; without one it keeps the order's.
    """

    pieces: Pieces
    warehouse_id: int | None = None
    ship_by_at: datetime | None = None


@dataclass(slots=True)
class Piece:
    """A line, or a part of one, on its way to the new order."""

    line: OrderLine
    quantity: int
    moved: OrderLine = field(init=False)


@retry_deadlock
@transaction.atomic
def split_order(
    order_id: int, parts: Sequence[Part], *, version: int | None = None, actor: Actor
) -> list[Order]:
    """Make an order of each part; the rest stays. Returns the new orders.

    Money, what was paid and the COD of all of them sum to the order's own. Promises move with the
    pieces; what waited for stock is tried again, each order on its own. Raises DomainError when
    the order may not be divided, nothing of it would stay, or it is no longer of the `version` that
    a person saw: a second press would divide once more.
    """
    order = lock_order(order_id)
    refuse_split(order)
    if version is not None and order.version != version:
        raise DomainError(
            _("Đơn vừa thay đổi từ lúc mở trang; hãy xem lại rồi tách."), code="split.version"
        )
    lines = list(order.lines.select_for_update().order_by("position"))
    taken = [_pieces_of(lines, part) for part in parts]
    _refuse_empty(lines, taken)
    change = Change(order, "order.split")
    before = order.total_vnd
    made = [_new_order(order, part) for part in parts]
    moves = _move_lines(lines, taken, parts, made)
    move_promises(moves)
    orders = [order, *made]
    shares = share_money(order, [_goods_of(row) for row in orders])
    news = [change, *(Change(row, "order.split_off", {"text": order.number}) for row in made)]
    paid = [share.paid_vnd for share in shares]
    move_paid(order.pk, dict(zip([row.pk for row in made], paid[1:], strict=True)))
    for row, share in zip(orders, shares, strict=True):
        _take_share(row, share)
    change.data |= {
        "text": ", ".join(row.number for row in made),
        "changes": {"total_vnd": [before, order.total_vnd]},
    }
    _save(news, actor=actor)
    return made


def refuse_split(order: Order) -> None:
    """Say why the order may not be divided."""
    if order.status not in DIVISIBLE or order.fulfillment_status not in UNTOUCHED:
        raise TransitionRefused(
            _("Chỉ tách được đơn chưa tạo vận đơn, chưa nhặt hàng."), code="split.state"
        )
    refuse_division(order)


def refuse_division(order: Order, *, besides_parcel: bool = False) -> None:
    """Say why the agreement may not be divided; `besides_parcel` when its parcel goes first."""
    if order.shop_ref is not None:
        raise DomainError(
            _("Đơn của sàn: kiện do sàn chia, hãy tách ở trang của sàn."), code="split.marketplace"
        )
    if order.invoice_status in ON_PAPER:
        raise DomainError(
            _("Hóa đơn của đơn đã gửi phát hành, không chia tiền được nữa."), code="split.invoiced"
        )
    if order.currency != HOME_CURRENCY:
        raise DomainError(_("Chưa tách được đơn ngoại tệ."), code="split.foreign")
    if order.refund_due_vnd:
        raise DomainError(
            _("Đơn còn phải hoàn khách %(amount)s; hãy hoàn trước khi tách.")
            % {"amount": format_vnd(order.refund_due_vnd)},
            code="split.refund",
        )
    for obstacle in [] if besides_parcel else obstacles_of(order, frozenset(RECIPIENT)):
        raise DomainError(obstacle.message, code="split.obstacle")


def _pieces_of(lines: Sequence[OrderLine], part: Part) -> list[Piece]:
    known = {line.pk: line for line in lines}
    wanted = {line_id: pieces for line_id, pieces in part.pieces.items() if pieces}
    for line_id, pieces in wanted.items():
        if line_id not in known or pieces < 0:
            raise DomainError(_("Dòng hàng không còn trong đơn."), code="line.gone")
    return [Piece(line, wanted[line.pk]) for line in lines if line.pk in wanted]


def _refuse_empty(lines: Sequence[OrderLine], taken: Sequence[Sequence[Piece]]) -> None:
    left = {line.pk: line.quantity for line in lines}
    for pieces in taken:
        if not pieces:
            raise DomainError(_("Hãy chọn hàng cho đơn mới."), code="split.empty")
        for piece in pieces:
            left[piece.line.pk] -= piece.quantity
    if min(left.values()) < 0:
        raise DomainError(_("Số lượng tách lớn hơn số lượng trong đơn."), code="split.too_much")
    if not any(left.values()):
        raise DomainError(_("Đơn cũ phải còn ít nhất một món hàng."), code="split.all")


def _new_order(order: Order, part: Part) -> Order:
    """The same agreement under a number of its own, with nothing in it yet."""
    root = order.split_from_id or order.pk
    lock_order(root)  # parts of one order are numbered one after the other
    number = Order.objects.filter(split_from=root).count() + 2
    base = order.split_from.number if order.split_from else order.number
    moment = now()
    columns = {f.attname: getattr(order, f.attname) for f in order._meta.concrete_fields}
    columns |= {
        "id": None,
        "number": f"{base}-{number}",
        "request_key": None,
        "split_from_id": root,
        "created_at": moment,
        "updated_at": moment,
        "version": 1,
        "ship_by_at": part.ship_by_at or order.ship_by_at,
        "needs_attention": False,
        "invoice_status": Order.Invoice.NOT_REQUIRED,
        **dict.fromkeys(("goods_vnd", "discount_vnd", "shipping_fee_buyer_vnd"), 0),
        **dict.fromkeys(("total_vnd", "paid_vnd", "cod_vnd", "pieces", "sku_count"), 0),
    }
    new = Order(**columns)
    new.save(force_insert=True)
    counters.bump({f"orders:{new.tab}": 1})
    return new


def _move_lines(
    lines: Sequence[OrderLine],
    taken: Sequence[Sequence[Piece]],
    parts: Sequence[Part],
    made: Sequence[Order],
) -> list[PromiseMove]:
    """Write the parts of lines; returns the promises that follow them."""
    held = held_where([line.pk for line in lines])
    per_set = {
        (row.line_id, row.variant_id): max(1, row.per_set)
        for row in line_demands([lines[0].order_id])
        if row.variant_id
    }
    moves: list[PromiseMove] = []
    for line in lines:
        mine = [
            (piece, part, order)
            for pieces, part, order in zip(taken, parts, made, strict=True)
            for piece in pieces
            if piece.line.pk == line.pk
        ]
        if mine:
            moves += _divide_line(line, mine, held.get(line.pk, {}), per_set)
    return moves


def _divide_line(
    line: OrderLine,
    mine: Sequence[tuple[Piece, Part, Order]],
    held: dict[int, dict[int, int]],
    per_set: Mapping[tuple[int, int], int],
) -> list[PromiseMove]:
    """The line's own discount is shared by pieces; a line that goes whole leaves by its new id."""
    gone = [piece.quantity for piece, _part, _order in mine]
    stays = line.quantity - sum(gone)
    discounts = allocate(line.discount_vnd, [stays, *gone])
    components = list(line.components.all())
    moves: list[PromiseMove] = []
    for (piece, part, order), discount in zip(mine, discounts[1:], strict=True):
        new = _copy_line(line, order, piece.quantity, discount)
        OrderLineComponent.objects.bulk_create(
            OrderLineComponent(line=new, variant_id=row.variant_id, quantity=row.quantity)
            for row in components
        )
        sizes = {v: size for (pk, v), size in per_set.items() if pk == line.pk}
        moves += _take_promises(line.pk, new.pk, piece.quantity, part.warehouse_id, held, sizes)
    if stays:
        line.quantity, line.discount_vnd = stays, discounts[0]
        line.total_vnd = stays * line.unit_price_vnd - discounts[0]
        line.save(update_fields=["quantity", "discount_vnd", "total_vnd"])
    else:
        forget_lines([line.pk])
        OrderLine.objects.filter(pk=line.pk).delete()
    return moves


def _copy_line(line: OrderLine, order: Order, quantity: int, discount_vnd: int) -> OrderLine:
    columns = {f.attname: getattr(line, f.attname) for f in line._meta.concrete_fields}
    columns |= {
        "id": None,
        "order_id": order.pk,
        "quantity": quantity,
        "discount_vnd": discount_vnd,
        "total_vnd": quantity * line.unit_price_vnd - discount_vnd,
    }
    return OrderLine.objects.create(**columns)


def _take_promises(
    from_line: int,
    to_line: int,
    sets: int,
    first_place: int | None,
    held: dict[int, dict[int, int]],
    sizes: Mapping[int, int],
) -> list[PromiseMove]:
    """Whole sets out of what is held, place by place, the wished one first; `held` goes down."""
    moves: list[PromiseMove] = []
    for place in sorted(held, key=lambda place: place != first_place):
        here = held[place]
        whole = min((here.get(variant, 0) // size for variant, size in sizes.items()), default=0)
        take = min(sets, whole)
        sets -= take
        for variant, size in sizes.items() if take else ():
            here[variant] -= take * size
            moves.append(PromiseMove(from_line, to_line, variant, place, take * size))
    return moves


def _goods_of(order: Order) -> int:
    return sum(order.lines.values_list("total_vnd", flat=True))


def _take_share(order: Order, share: Share) -> None:
    """Put its money on a part; the caller saves it."""
    for name in Share.__dataclass_fields__:
        setattr(order, name, getattr(share, name))
    settle_states(order)


def _save(changes: Sequence[Change], *, actor: Actor) -> None:
    """What waited for stock is tried again, the order that stays first; then all is written."""
    for change in changes:
        order = change.order
        skus = order.lines.order_by("position").values_list("sku", flat=True)
        order.search_folded = search_text(
            fold(order.recipient_name), [{"sku": sku} for sku in skus]
        )
        order.warehouse_id = _place_of(order)
    whole = changes[0].order
    if whole.fulfillment_status == Fulfillment.UNALLOCATED and whole.status != Status.ON_HOLD:
        promise_stock(changes, actor=actor)
    save_changes(changes, actor=actor, always=True)


def _place_of(order: Order) -> int | None:
    """The first of the places from which it is promised."""
    places = [p for rows in held_where(_line_ids(order)).values() for p in rows]
    return places[0] if places else None


def _line_ids(order: Order) -> list[int]:
    return list(order.lines.values_list("pk", flat=True))
