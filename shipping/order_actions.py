"""What shipping does with orders, one or many; wiring calls `register` once."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.kernel.errors import DomainError, ServiceUnreachable
from orders.bulk.own import one_by_one
from orders.bulk.registry import Action, Ask, Link, Refused, Wish, register_action
from orders.models import Order, OrderLine, OrderLineComponent, OrderProblem
from orders.selectors.attention import Fix
from shipping.models import BookingState, Package
from shipping.ports import carrier_kinds
from shipping.selectors.accounts import accounts_visible_to
from shipping.selectors.packages import packages_of, packages_visible_to, printable_by
from shipping.selectors.picking import open_waves_of, to_pick_of
from shipping.services.handover import hand_over_one
from shipping.services.preflight import check_order, check_receiver
from shipping.services.print_runs import AT_ONCE
from shipping.services.replacing import change_carrier, refuse_replacing
from shipping.services.routing import Routed, route_orders
from shipping.services.routing import ship as ship_routed
from shipping.states import OURS


def register() -> None:
    for action in ACTIONS:
        register_action(action)


def fix_of_parcel(problem: OrderProblem) -> Fix:
    """What a carrier refused to book is changed in the order; its form makes the parcel anew."""
    if "field" in problem.data:
        return Fix(gettext_lazy("Sửa đơn, gửi lại hãng"), "orders:edit", "orders.change_order")
    return Fix(gettext_lazy("Xem vận đơn"))


def live_of(orders: Sequence[Order]) -> dict[int, list[Package]]:
    """The packages that count, by order, the oldest first."""
    return {
        order_id: [row for row in reversed(rows) if row.booking_state != BookingState.VOID]
        for order_id, rows in packages_of(orders).items()
    }


def booked_of(order: Order) -> list[Package]:
    live = live_of([order])[order.pk]
    return [package for package in live if package.booking_state == BookingState.BOOKED]


def why_no_form(orders: Sequence[Order], user: Any) -> dict[int, str]:
    """Why the form of a shipment stays closed; what the parcel lacks is typed there."""
    causes: dict[int, str] = {}
    for order in orders:
        try:
            check_order(order)
        except DomainError as refusal:
            causes[order.pk] = refusal.message
    live = live_of([order for order in orders if order.pk not in causes])
    shipped = [order_id for order_id, packages in live.items() if packages]
    return causes | dict.fromkeys(shipped, _("Đã có vận đơn"))


def why_not_ship(orders: Sequence[Order], user: Any) -> dict[int, str]:
    """What we know ourselves; what the marketplace says is heard when the shipment is made."""
    causes = why_no_form(orders, user)
    left = [order for order in orders if order.pk not in causes]
    for order in left:
        try:
            check_receiver(order)
        except DomainError as refusal:
            causes[order.pk] = refusal.message
    ids = [order.pk for order in left if order.pk not in causes]
    causes |= dict.fromkeys(_weightless(ids), _("Hàng chưa có khối lượng"))
    if not accounts_visible_to(user).filter(is_active=True).exists():
        causes |= dict.fromkeys(ids, _("Chưa có tài khoản vận chuyển"))
    return causes


def _weightless(order_ids: Sequence[int]) -> set[int]:
    """Orders whose goods have no weight; bundles may have that of their parts."""
    lines = OrderLine.objects.filter(order__in=order_ids).values("order_id")
    sums = lines.annotate(weight=Sum(F("variant__weight_g") * F("quantity")))
    light = {row["order_id"] for row in sums if not row["weight"]}
    parts = OrderLineComponent.objects.filter(line__order__in=light, variant__weight_g__gt=0)
    return light - set(parts.values_list("line__order_id", flat=True))


def ship(wish: Wish) -> Refused:
    """Each by the warehouse and carrier that the rules choose, decided for all of them at once."""
    routed = route_orders(wish.ids, wish.user, asks=True)
    return one_by_one(lambda pk: _ship_one(routed[pk], wish), wish)


def _ship_one(routed: Routed, wish: Wish) -> None:
    try:
        ship_routed(routed, wish.user, actor=wish.actor)
    except ServiceUnreachable as silence:
        raise DomainError(silence.message, "order.own_carrier_unknown") from silence


def why_not_print(orders: Sequence[Order], user: Any) -> dict[int, str]:
    packages_of(orders)
    ids = [package.pk for order in orders for package in booked_of(order)]
    causes = dict.fromkeys((order.pk for order in orders), _("Chưa có mã vận đơn"))
    if not ids:
        return causes
    booked = packages_visible_to(user).filter(pk__in=ids)
    ready = set(booked.values_list("fulfilment__order_id", flat=True))
    checked = booked.filter(pk__in=printable_by(user).values("pk"))
    may = set(checked.values_list("fulfilment__order_id", flat=True))
    causes |= dict.fromkeys(ready, _("Chưa quét đủ hàng vào thùng"))
    return {order_id: cause for order_id, cause in causes.items() if order_id not in may}


def print_links(wish: Wish) -> list[Link]:
    """The print page, in the order chosen; more than one file holds are drawn by a job."""
    booked = packages_visible_to(wish.user).filter(
        fulfilment__order__in=wish.ids, booking_state=BookingState.BOOKED
    )
    place = {order_id: n for n, order_id in enumerate(wish.ids)}
    pairs = booked.order_by("pk").values_list("fulfilment__order_id", "pk")
    ids = [pk for _order, pk in sorted(pairs, key=lambda pair: (place[pair[0]], pair[1]))]
    if len(ids) > AT_ONCE:
        return [Link("", f"{reverse('shipping:print_run_new')}?run={wish.run_id}")]
    joined = ",".join(str(pk) for pk in ids)
    return [Link("", f"{reverse('shipping:print')}?ids={joined}")] if ids else []


def print_page(order: Order) -> str:
    joined = ",".join(str(package.pk) for package in booked_of(order))
    return f"{reverse('shipping:print')}?ids={joined}"


def why_not_pick(orders: Sequence[Order], user: Any) -> dict[int, str]:
    """What waits on the floor can be picked; the others are with somebody, past it or before it."""
    ids = [order.pk for order in orders]
    waiting = {row.order_id for row in to_pick_of(user, ids)}
    taken, live = open_waves_of(ids), live_of(orders)
    causes = {}
    for order in orders:
        if order.pk in taken:
            causes[order.pk] = _("Đang ở đợt nhặt %(wave)s") % {"wave": taken[order.pk]}
        elif not live[order.pk]:
            causes[order.pk] = _("Chưa có vận đơn")
        elif order.pk not in waiting:
            causes[order.pk] = _("Không chờ nhặt: đã nhặt, đã đóng gói hay đang bị giữ")
    return causes


def why_no_pick_page(orders: Sequence[Order], user: Any) -> dict[int, str]:
    """What the order itself says; the page looks at the rest."""
    live, waits = live_of(orders), Order.Fulfillment.RELEASED
    return {
        order.pk: _("Không chờ nhặt: đã nhặt, đã đóng gói hay đang bị giữ")
        for order in orders
        if order.fulfillment_status != waits or not live[order.pk]
    }


def pick_links(wish: Wish) -> list[Link]:
    """A page that asks how, then makes the walks: their pieces are owned as those of any wave."""
    return [Link("", f"{reverse('shipping:pick_paper')}?run={wish.run_id}")]


def customs_links(wish: Wish) -> list[Link]:
    return [Link("", f"{reverse('shipping:customs_pdf')}?run={wish.run_id}")]


def why_not_change_carrier(orders: Sequence[Order], user: Any) -> dict[int, str]:
    """As `replaceable` decides, asked for many at once."""
    causes = {}
    for order_id, packages in live_of(orders).items():
        try:
            refuse_replacing(packages[0] if packages else None)
        except DomainError as refusal:
            causes[order_id] = refusal.message
    return causes


def usable_accounts(user: Any) -> list[tuple[str, str]]:
    rows = accounts_visible_to(user).filter(is_active=True).order_by("name")
    names = {kind.code: kind.short_name for kind in carrier_kinds()}
    return [(str(row.pk), f"{row.name} ({names.get(row.carrier, row.carrier)})") for row in rows]


def another_carrier(wish: Wish) -> Refused:
    account_id = int(wish.said["account"])
    return one_by_one(lambda pk: change_carrier(pk, account_id, actor=wish.actor), wish)


def waits_for_carrier(package: Package) -> bool:
    return package.status in OURS and package.cancel_requested_at is None


def why_not_hand_over(orders: Sequence[Order], user: Any) -> dict[int, str]:
    """Packages wait for the carrier, booked and printed or not; the order itself may leave."""
    packages_of(orders)
    causes = {}
    for order in orders:
        if order.status in (Order.Status.CANCELLED, Order.Status.ON_HOLD):
            causes[order.pk] = _("Đơn đã hủy hoặc đang tạm giữ")
        elif not any(waits_for_carrier(package) for package in booked_of(order)):
            causes[order.pk] = _("Không có kiện chờ bàn giao")
    return causes


def hand_over(wish: Wish) -> Refused:
    return one_by_one(lambda pk: _hand_over_one(pk, wish), wish)


def _hand_over_one(order_id: int, wish: Wish) -> None:
    waiting = packages_visible_to(wish.user).filter(
        fulfilment__order=order_id, status__in=OURS, booking_state=BookingState.BOOKED
    )
    ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    if not ids:
        raise DomainError(_("Không có kiện chờ bàn giao"), "package.none_waiting")
    for package_id in ids:
        hand_over_one(package_id, actor=wish.actor)


ACTIONS = (
    Action(
        code="ship",
        label=gettext_lazy("Tạo vận đơn"),
        done=gettext_lazy("Đã tạo vận đơn, đang lấy mã từ hãng."),
        permission="shipping.create_shipment",
        position=40,
        icon="truck",
        key="s",
        causes=why_not_ship,
        run=ship,
        page=lambda order: reverse("shipping:create", args=[order.pk]),
        page_causes=why_no_form,
        question=gettext_lazy(
            "Kho, hãng, dịch vụ theo quy tắc điều phối; kích thước và tiền thu hộ theo đơn."
        ),
        then="print_label",
        is_outside=True,
        is_alone=True,
        step=25,
    ),
    Action(
        code="print_label",
        label=gettext_lazy("In vận đơn"),
        permission="shipping.print_label",
        position=50,
        icon="printer",
        key="p",
        causes=why_not_print,
        links=print_links,
        page=print_page,
        is_next=lambda order: not order.label_printed_count,
    ),
    Action(
        code="pick_list",
        label=gettext_lazy("In phiếu nhặt"),
        permission="shipping.plan_picking",
        position=45,
        icon="shopping-basket",
        causes=why_not_pick,
        links=pick_links,
        page_causes=why_no_pick_page,
        page=lambda order: f"{reverse('shipping:pick_paper')}?order={order.pk}",
        is_next=lambda order: False,
    ),
    Action(
        code="print_customs",
        label=gettext_lazy("In tờ khai hải quan"),
        permission="shipping.print_label",
        position=66,
        icon="file-text",
        links=customs_links,
        page=lambda order: f"{reverse('shipping:customs_pdf')}?order={order.pk}",
        is_next=lambda order: False,
    ),
    Action(
        code="change_carrier",
        label=gettext_lazy("Đổi vận chuyển"),
        done=gettext_lazy("Đang hủy vận đơn cũ; hãng đồng ý là có vận đơn mới ngay."),
        permission="shipping.cancel_shipment",
        position=76,
        icon="replace",
        causes=why_not_change_carrier,
        run=another_carrier,
        asks=(Ask("account", gettext_lazy("Tài khoản vận chuyển"), choices=usable_accounts),),
        question=gettext_lazy("Vận đơn cũ được hủy ở hãng, rồi vận đơn mới được tạo như cũ."),
        is_outside=True,
        step=1,
    ),
    Action(
        code="hand_over",
        label=gettext_lazy("Bàn giao"),
        done=gettext_lazy("Đã bàn giao cho hãng."),
        permission="shipping.hand_over",
        position=60,
        icon="package-check",
        causes=why_not_hand_over,
        run=hand_over,
        page=lambda order: reverse("shipping:hand_over"),
        is_next=lambda order: order.label_printed_count > 0,
        step=1,
    ),
)
