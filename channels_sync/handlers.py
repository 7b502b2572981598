"""What channels do when they hear of something. Each handler may run twice and out of order."""

import logging

from django.utils.translation import gettext as _

from channels_sync.models import RemoteOrder, Shop
from channels_sync.ports import AccessLost, Push, PushKind, RemoteState, marketplace
from channels_sync.queue import hurry
from channels_sync.services.access import ask
from channels_sync.services.arranging import tell_own_tracking
from channels_sync.services.cancelling import cancel_at_marketplace
from channels_sync.services.importing import import_orders
from channels_sync.services.stock_push import CHANNEL, mark_shop, mark_variants
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import on_event
from oms.kernel.inbox import inbox_handler
from oms.kernel.models import Event, InboxMessage
from orders.models import Order, OrderProblem
from orders.services.problems import open_problem
from shipping.models import Package

log = logging.getLogger(__name__)


@on_event("stock.changed")
def stock_changed(event: Event) -> None:
    """Listings of these variants owe their shops a new number."""
    mark_variants(event.data.get("variant_ids") or [event.subject_id])


@on_event("channel_stock.changed")
def channel_rule_changed(event: Event) -> None:
    """A shop may be told another part of the stock: all its listings owe a number."""
    if event.subject_kind == CHANNEL:
        mark_shop(event.subject_id)


@on_event("shipment.booked")
def shipment_booked(event: Event) -> None:
    """Our own carrier ships a marketplace order: the marketplace wants the number."""
    package = Package.objects.filter(pk=event.data.get("package_id")).first()
    if package is None or package.is_external or not package.tracking_number:
        return
    order_id = package.fulfilment.order_id
    if RemoteOrder.objects.filter(order_id=order_id).exists():
        tell_own_tracking(
            order_id, package.tracking_number, actor=Actor.system(package.carrier_code)
        )


@on_event("order.cancelled")
def order_cancelled(event: Event) -> None:
    """An order cancelled here is cancelled there; what the marketplace refuses needs a person."""
    order = Order.objects.get(pk=event.subject_id)
    remote = RemoteOrder.objects.filter(order=order).first()
    cancelled_there = remote is None or remote.state == RemoteState.CANCELLED
    if cancelled_there or order.status != Order.Status.CANCELLED:
        return
    try:
        cancel_at_marketplace(order.pk, actor=Actor.system("order-cancelled"))
    except DomainError as refusal:
        message = _("Đơn đã hủy ở đây nhưng sàn chưa hủy: %(why)s") % {"why": refusal.message}
        open_problem(order.pk, OrderProblem.Kind.SYNC, message)


@inbox_handler("shopee")
@inbox_handler("lazada")
def pushed(message: InboxMessage) -> None:
    """A marketplace's push message; its source is the marketplace's code."""
    code = message.source
    follow_push(code, marketplace(code).read_push(bytes(message.body)))


def follow_push(marketplace_code: str, push: Push) -> None:
    """Look at what a push points to. What the push itself says is never taken for a fact."""
    shops = Shop.objects.filter(
        marketplace=marketplace_code,
        remote_shop_id__in=push.remote_shop_ids,
        status=Shop.Status.CONNECTED,
    )
    for shop in shops:
        if push.kind is PushKind.ACCESS:
            _check_access(shop)
        elif push.kind in (PushKind.ORDER, PushKind.DOCUMENT) and push.remote_id:
            import_orders(shop.pk, [push.remote_id])
            _hurry_waybills(shop, push.remote_id)


def _check_access(shop: Shop) -> None:
    """A question that needs the consent; `ask` marks the shop when it is gone."""
    try:
        ask(shop.pk, lambda adapter, access: adapter.shop_info(access))
    except AccessLost as loss:
        log.warning("shop_access_lost shop_id=%s code=%s", shop.pk, loss.code)


def _hurry_waybills(shop: Shop, remote_id: str) -> None:
    remote = RemoteOrder.objects.filter(shop=shop, remote_id=remote_id).first()
    if remote is None:
        return
    for package in remote.packages.filter(waybill__in=["wanted", "created"]):
        hurry("fetch_waybill", package.pk)
