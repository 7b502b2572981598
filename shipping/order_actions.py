"""What shipping does with orders, one or many; wiring calls `register` once."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.kernel.errors import DomainError, ServiceUnreachable
from orders.bulk.own import one_by_one
from orders.bulk.registry import Action, Ask, Link, Refused, Wish, register_action
from orders.models import Order, OrderLine, OrderLineComponent
from shipping.models import BookingState, Package
from shipping.selectors.accounts import accounts_visible_to
from shipping.selectors.packages import packages_visible_to
from shipping.selectors.parcels import parcel_defaults
from shipping.services.handover import hand_over_one
from shipping.services.preflight import ShipmentRequest, check_order, check_receiver
from shipping.services.replacing import change_carrier, refuse_replacing
from shipping.services.shipments import create_shipment
from shipping.states import OURS

# As many labels as one PDF holds without a wait.
LABELS_AT_ONCE = 200


def register() -> None:
    for action in ACTIONS:
        register_action(action)


def packages_of(order_ids: Iterable[int]) -> QuerySet[Package]:
    """The packages that count, of these orders."""
    rows = Package.objects.filter(fulfilment__order__in=list(order_ids))
    return rows.exclude(booking_state=BookingState.VOID)


def why_no_form(orders: Sequence[Order], user: Any) -> dict[int, str]:
    """Why the form of a shipment stays closed; what the parcel lacks is typed there."""
    causes: dict[int, str] = {}
    for order in orders:
        try:
            check_order(order)
        except DomainError as refusal:
            causes[order.pk] = refusal.message
    shipped = packages_of(order.pk for order in orders if order.pk not in causes)
    booked = shipped.values_list("fulfilment__order_id", flat=True)
    return causes | dict.fromkeys(booked, _("Đã có vận đơn"))


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
    places = list(
        accounts_visible_to(user).filter(is_active=True).values_list("warehouse_id", flat=True)
    )
    if None not in places:
        homeless = [order.pk for order in left if order.warehouse_id not in places]
        causes |= dict.fromkeys(homeless, _("Kho của đơn chưa có tài khoản vận chuyển"))
    return causes


def _weightless(order_ids: Sequence[int]) -> set[int]:
    """Orders whose goods have no weight; bundles may have that of their parts."""
    lines = OrderLine.objects.filter(order__in=order_ids).values("order_id")
    sums = lines.annotate(weight=Sum(F("variant__weight_g") * F("quantity")))
    light = {row["order_id"] for row in sums if not row["weight"]}
    parts = OrderLineComponent.objects.filter(line__order__in=light, variant__weight_g__gt=0)
    return light - set(parts.values_list("line__order_id", flat=True))


def ship(wish: Wish) -> Refused:
    """The usual carrier, service and parcel, as the form of one order proposes them."""
    return one_by_one(lambda pk: _ship_one(pk, wish), wish)


def _ship_one(order_id: int, wish: Wish) -> None:
    order = Order.objects.get(pk=order_id)
    usual = parcel_defaults(order, user=wish.user)
    account = usual.pop("account")
    box = usual.pop("box")
    if account is None:
        raise DomainError(_("Kho của đơn chưa có tài khoản vận chuyển"), "account.missing")
    if not usual["weight_g"]:
        raise DomainError(_("Hàng chưa có khối lượng"), "parcel.weight")
    parcel = ShipmentRequest(account_id=account.pk, box_id=box.pk if box else None, **usual)
    try:
        create_shipment(order_id, parcel, actor=wish.actor)
    except ServiceUnreachable as silence:
        raise DomainError(silence.message, "order.own_carrier_unknown") from silence


def why_not_print(orders: Sequence[Order], user: Any) -> dict[int, str]:
    booked = packages_visible_to(user).filter(
        fulfilment__order__in=[order.pk for order in orders], booking_state=BookingState.BOOKED
    )
    ready = set(booked.values_list("fulfilment__order_id", flat=True))
    return dict.fromkeys(
        (order.pk for order in orders if order.pk not in ready), _("Chưa có mã vận đơn")
    )


def print_links(wish: Wish) -> list[Link]:
    """The print page, for so many labels at a time, in the order chosen."""
    booked = packages_visible_to(wish.user).filter(
        fulfilment__order__in=wish.ids, booking_state=BookingState.BOOKED
    )
    place = {order_id: n for n, order_id in enumerate(wish.ids)}
    pairs = booked.order_by("pk").values_list("fulfilment__order_id", "pk")
    ids = [pk for _order, pk in sorted(pairs, key=lambda pair: (place[pair[0]], pair[1]))]
    links = []
    for start in range(0, len(ids), LABELS_AT_ONCE):
        batch = ids[start : start + LABELS_AT_ONCE]
        label = _("In vận đơn %(first)d đến %(last)d") % {
            "first": start + 1,
            "last": start + len(batch),
        }
        joined = ",".join(str(pk) for pk in batch)
        links.append(Link(label, f"{reverse('shipping:print')}?ids={joined}"))
    return links


def print_page(order: Order) -> str:
    booked = packages_of([order.pk]).filter(booking_state=BookingState.BOOKED)
    joined = ",".join(str(pk) for pk in booked.order_by("pk").values_list("pk", flat=True))
    return f"{reverse('shipping:print')}?ids={joined}"


def why_not_change_carrier(orders: Sequence[Order], user: Any) -> dict[int, str]:
    """As `replaceable` decides, asked for many at once."""
    found = {
        p.fulfilment.order_id: p
        for p in packages_of(order.pk for order in orders)
        .select_related("fulfilment")
        .order_by("-id")
    }
    causes = {}
    for order in orders:
        try:
            refuse_replacing(found.get(order.pk))
        except DomainError as refusal:
            causes[order.pk] = refusal.message
    return causes


def usable_accounts(user: Any) -> list[tuple[str, str]]:
    rows = accounts_visible_to(user).filter(is_active=True).order_by("name")
    return [(str(row.pk), f"{row.name} ({row.carrier.upper()})") for row in rows]


def another_carrier(wish: Wish) -> Refused:
    account_id = int(wish.said["account"])
    return one_by_one(lambda pk: change_carrier(pk, account_id, actor=wish.actor), wish)


def why_not_hand_over(orders: Sequence[Order], user: Any) -> dict[int, str]:
    """Packages wait for the carrier, booked and printed or not; the order itself may leave."""
    causes = {}
    waiting = packages_of([order.pk for order in orders]).filter(
        status__in=OURS, booking_state=BookingState.BOOKED, cancel_requested_at=None
    )
    ready = set(waiting.values_list("fulfilment__order_id", flat=True))
    for order in orders:
        if order.status in (Order.Status.CANCELLED, Order.Status.ON_HOLD):
            causes[order.pk] = _("Đơn đã hủy hoặc đang tạm giữ")
        elif order.pk not in ready:
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
            "Dùng tài khoản, dịch vụ và kích thước mặc định của từng đơn; tiền thu hộ theo đơn."
        ),
        is_outside=True,
        is_alone=True,
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
