"""The actions of the order desk itself; wiring calls `register` once."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from inventory.models import Warehouse
from inventory.selectors.places import warehouses_visible_to
from oms.kernel.errors import DomainError
from orders.bulk import causes
from orders.bulk.registry import Action, Ask, Link, Refused, Wish, register_action
from orders.models import Order, OrderProblem, Reason
from orders.selectors.reasons import reason_names
from orders.services import hold_ends, lifecycle, notes, shortages, undoing
from orders.services.moving import move_order, refuse_move
from orders.states import IN_WORK

KEEP_CHOICES = (1, 3, 7, 14, 30)
# A slip goes into the box: proposed while the goods are being made ready.
SLIPS_USED = IN_WORK | {Order.Fulfillment.ALLOCATED}
REASON = Ask(
    "reason",
    _("Lý do"),
    hint=_("Ví dụ: chờ khách gọi lại"),
    usual=partial(reason_names, Reason.Kind.HOLD),
)
KEEP = Ask("keep", _("Hàng đã giữ chỗ"), choices=lambda user: keep_choices(), is_optional=True)
KEEP_LONGER = Ask("days", _("Giữ thêm"), choices=lambda user: day_choices())
WHY_CANCELLED = Ask(
    "reason",
    _("Lý do hủy"),
    usual=partial(reason_names, Reason.Kind.CANCEL),
    otherwise="note",
    help=_("Sàn nhận lý do này theo mã của sàn; ghi chú chỉ nội bộ."),
)
CANCEL_NOTE = Ask(
    "note",
    _("Ghi chú"),
    most=lifecycle.MOST_CANCEL_NOTE,
    hint=_("Ví dụ: hẹn đặt lại tháng sau"),
    is_optional=True,
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
    keep = wish.said.get("keep", "")
    days = int(keep) if keep else None
    verdict = lifecycle.hold_orders(
        wish.ids, actor=wish.actor, reason=wish.said["reason"], keep_days=days
    )
    return refusals(verdict)


def keep_longer(wish: Wish) -> Refused:
    return refusals(hold_ends.keep_longer(wish.ids, int(wish.said["days"]), actor=wish.actor))


def keep_choices() -> list[tuple[str, str]]:
    """What becomes of the goods of an order that is being held."""
    return [
        ("", gettext("Giữ theo lý do đã chọn")),
        *day_choices(),
        ("0", gettext("Trả lại kho ngay")),
    ]


def day_choices() -> list[tuple[str, str]]:
    return [
        (str(n), ngettext("Giữ %(n)d ngày", "Giữ %(n)d ngày", n) % {"n": n}) for n in KEEP_CHOICES
    ]


def release(wish: Wish) -> Refused:
    return refusals(lifecycle.release_holds(wish.ids, actor=wish.actor))


def cancel(wish: Wish) -> Refused:
    verdict = lifecycle.cancel_orders(
        wish.ids, actor=wish.actor, reason=wish.said["reason"], note=wish.said.get("note", "")
    )
    return refusals(verdict)


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


def paper_links(view: str, wish: Wish) -> list[Link]:
    return [Link("", f"{reverse(view)}?run={wish.run_id}")]


def paper(code: str, view: str, label: Any, icon: str, **options: Any) -> Action:
    """A paper of one order or of many at once."""
    return Action(
        code=code,
        label=label,
        permission="orders.print_slip",
        icon=icon,
        links=partial(paper_links, view),
        page=lambda order: f"{reverse(view)}?ids={order.pk}",
        **options,
    )


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
        then="ship",
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
        answers=frozenset({OrderProblem.Kind.OVERSOLD}),
        is_next=shortages.may_propose,
        step=1,
    ),
    paper(
        "packing_slip",
        "orders:packing_slips",
        _("In phiếu đóng gói"),
        "scroll-text",
        position=62,
        is_next=lambda order: order.fulfillment_status in SLIPS_USED,
    ),
    paper(
        "delivery_note",
        "orders:delivery_notes",
        _("In phiếu giao hàng"),
        "file-text",
        position=63,
        is_next=lambda order: False,
    ),
    paper(
        "receipt",
        "orders:receipts",
        _("In hóa đơn bán lẻ, biên nhận"),
        "receipt-text",
        position=64,
        is_next=lambda order: False,
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
        asks=(REASON, KEEP),
        undo=undoing.undo_holding,
    ),
    Action(
        code="keep_longer",
        label=_("Giữ hàng thêm"),
        done=_("Đã giữ hàng thêm cho đơn."),
        permission="orders.hold_order",
        position=21,
        icon="clock",
        causes=causes.of_keeping,
        run=keep_longer,
        asks=(KEEP_LONGER,),
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
        asks=(WHY_CANCELLED, CANCEL_NOTE),
        is_danger=True,
        is_outside=True,
    ),
)
