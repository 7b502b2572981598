"""The actions of the order desk itself; wiring calls `register` once."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inventory.models import Warehouse
from inventory.selectors.places import warehouses_visible_to
from oms.kernel.errors import DomainError
from orders.bulk import causes
from orders.bulk.registry import Action, Ask, Link, Refused, Wish, register_action
from orders.models import Order, Reason
from orders.selectors.reasons import reason_names
from orders.services import lifecycle, notes, shortages, undoing
from orders.services.moving import move_order, refuse_move
from orders.states import IN_WORK

# A slip goes into the box: proposed while the goods are being made ready.
SLIPS_USED = IN_WORK | {Order.Fulfillment.ALLOCATED}
REASON = Ask(
    "reason",
    _("Lý do"),
    hint=_("Ví dụ: chờ khách gọi lại"),
    usual=partial(reason_names, Reason.Kind.HOLD),
)
WHY_CANCELLED = Ask(
    "reason",
    _("Lý do hủy"),
    hint=_("Ví dụ: khách đổi ý"),
    usual=partial(reason_names, Reason.Kind.CANCEL),
)


def register() -> None:
    for action in ACTIONS:
        register_action(action)


def refusals(verdict: lifecycle.Verdict) -> Refused:
    return {order_id: refusal.message for order_id, refusal in verdict.refused.items()}


def one_by_one(service: Callable[[int], Any], wish: Wish) -> Refused:
    """A service that takes one order, for each of them."""
    refused = {}
    for order_id in wish.ids:
        try:
            service(order_id)
        except DomainError as refusal:
            refused[order_id] = refusal.message
    return refused


def confirm(wish: Wish) -> Refused:
    return refusals(lifecycle.confirm_orders(wish.ids, actor=wish.actor))


def hold(wish: Wish) -> Refused:
    return refusals(lifecycle.hold_orders(wish.ids, actor=wish.actor, reason=wish.said["reason"]))


def release(wish: Wish) -> Refused:
    return refusals(lifecycle.release_holds(wish.ids, actor=wish.actor))


def cancel(wish: Wish) -> Refused:
    return refusals(lifecycle.cancel_orders(wish.ids, actor=wish.actor, reason=wish.said["reason"]))


def note(wish: Wish) -> Refused:
    notes.add_notes(wish.ids, wish.said["text"], actor=wish.actor)
    return {}


def propose(wish: Wish) -> Refused:
    return one_by_one(lambda pk: shortages.propose_for_order(pk, actor=wish.actor), wish)


def why_not_move(orders: Sequence[Order], user: Any) -> dict[int, str]:
    """Whether the other warehouse has the goods is known once it is chosen, order by order."""
    causes_found = {}
    for order in orders:
        try:
            refuse_move(order)
        except DomainError as refusal:
            causes_found[order.pk] = refusal.message
    return causes_found


def places(user: Any) -> list[tuple[str, str]]:
    """The warehouses that the user may send orders to."""
    rows = warehouses_visible_to(user).filter(is_active=True)
    rows = rows.exclude(kind=Warehouse.Kind.QUARANTINE)
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def move(wish: Wish) -> Refused:
    place, among = int(wish.said["warehouse"]), wish.user.warehouse_scope()
    return one_by_one(lambda pk: move_order(pk, place, actor=wish.actor, among=among), wish)


def slips(wish: Wish) -> list[Link]:
    return [Link("", f"{reverse('orders:packing_slips')}?run={wish.run_id}")]


NOTE = Action(
    code="note",
    label=_("Thêm ghi chú"),
    done=_("Đã lưu ghi chú."),
    permission="orders.add_note",
    position=85,
    icon="message-square",
    key="n",
    run=note,
    asks=(Ask("text", _("Ghi chú"), most=notes.NOTE_LENGTH, is_long=True),),
    is_next=lambda order: False,
)
EXPORT = Action(
    code="export",
    label=_("Xuất Excel"),
    permission="orders.export_order",
    position=90,
    icon="file-spreadsheet",
    links=lambda wish: [Link("", f"{reverse('orders:export')}?run={wish.run_id}")],
)
ACTIONS = (
    EXPORT,
    Action(
        code="confirm",
        label=_("Xác nhận đơn"),
        done=_("Đã xác nhận đơn."),
        permission="orders.confirm_order",
        position=10,
        icon="check",
        key="c",
        causes=causes.of_confirming,
        run=confirm,
        undo=undoing.undo_confirming,
    ),
    Action(
        code="release",
        label=_("Bỏ tạm giữ"),
        done=_("Đã bỏ tạm giữ."),
        permission="orders.hold_order",
        position=20,
        icon="play",
        causes=causes.of_releasing,
        run=release,
        undo=undoing.undo_releasing,
    ),
    Action(
        code="propose_purchase",
        label=_("Đề xuất mua hàng"),
        done=_("Hàng thiếu đã có trên đơn nhập nháp."),
        permission="inventory.propose_purchase",
        position=30,
        icon="package-plus",
        causes=causes.of_proposing,
        run=propose,
        step=1,
    ),
    Action(
        code="packing_slip",
        label=_("In phiếu đóng gói"),
        permission="orders.print_slip",
        position=62,
        icon="scroll-text",
        links=slips,
        page=lambda order: f"{reverse('orders:packing_slips')}?ids={order.pk}",
        is_next=lambda order: order.fulfillment_status in SLIPS_USED,
    ),
    Action(
        code="move",
        label=_("Đổi kho"),
        done=_("Đã chuyển giữ hàng sang kho khác."),
        permission="orders.change_order",
        position=75,
        icon="warehouse",
        causes=why_not_move,
        run=move,
        asks=(Ask("warehouse", _("Kho"), choices=places),),
        undo=undoing.undo_moving,
        step=20,
    ),
    Action(
        code="hold",
        label=_("Tạm giữ"),
        done=_("Đã tạm giữ đơn."),
        permission="orders.hold_order",
        position=80,
        icon="pause",
        key="h",
        causes=causes.of_holding,
        run=hold,
        asks=(REASON,),
        undo=undoing.undo_holding,
    ),
    NOTE,
    Action(
        code="cancel",
        label=_("Hủy đơn"),
        done=_("Đã hủy đơn, hàng giữ chỗ đã trả lại kho."),
        permission="orders.cancel_order",
        position=95,
        icon="x",
        causes=causes.of_cancelling,
        run=cancel,
        asks=(WHY_CANCELLED,),
        is_danger=True,
        is_outside=True,
    ),
)
