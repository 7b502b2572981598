"""What channels do when they hear of something. Each handler may run twice and out of order."""

from collections.abc import Mapping, Sequence
from functools import partial, reduce
from operator import or_

from django.db.models import Q
from django.utils.translation import gettext as _

from channels_sync.models import RemoteOrder
from channels_sync.ports import RemoteState, marketplace
from channels_sync.services.arranging import tell_own_tracking
from channels_sync.services.cancelling import cancel_at_marketplace
from channels_sync.services.joining_returns import goods_are_here
from channels_sync.services.money_words import CLASSIFIED, recount_word
from channels_sync.services.product_push import mark_products
from channels_sync.services.pushes import follow_pushes
from channels_sync.services.stock_push import CHANNEL, mark_shop, mark_variants
from inventory.models import Category, ChannelStockRule, Variant
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import on_event, on_events
from oms.kernel.inbox import inbox_group_handler, inbox_handler
from oms.kernel.models import Event, InboxMessage
from orders.models import Order, OrderProblem
from orders.services.problems import open_problem
from shipping.models import Package

MARKETPLACES = ("shopee", "lazada", "tiktok_shop")
# What a shop is told of a product beside price and stock.
TEXTS = {"name", "description", "specifications"}


@on_events("stock.changed")
def stock_changed(events: Sequence[Event]) -> None:
    """Listings of these variants owe their shops a new number."""
    changed = (event.data.get("variant_ids") or [event.subject_id] for event in events)
    mark_variants({pk for several in changed for pk in several})


@on_event(
    *("product.updated", "product.image_added", "product.image_moved", "product.image_removed")
)
def product_changed(event: Event) -> None:
    """What the product says changed: shops that want texts by themselves owe a message."""
    changes = event.data.get("changes") or {}
    if event.name != "product.updated" or TEXTS & changes.keys():
        mark_products([event.subject_id])


@on_events("product.updated", "product.bulk_edited", "product.bulk_undone", "category.updated")
def category_changed(events: Sequence[Event]) -> None:
    """What a category's rule says of stock may hold for other goods now."""
    ids = [event.subject_id for event in events if _moves_goods(event)]
    rules = ChannelStockRule.objects.filter(channel_kind=CHANNEL, category__isnull=False)
    if not ids or not rules.exists():
        return
    if events[0].name == "category.updated":
        below = Category.objects.filter(pk__in=ids).values_list("trail", flat=True)
        chosen = reduce(or_, (Q(product__category__trail__startswith=trail) for trail in below))
    else:
        chosen = Q(product__in=ids)
    mark_variants(list(Variant.objects.filter(chosen).values_list("pk", flat=True)))


def _moves_goods(event: Event) -> bool:
    return event.name == "category.updated" or "category" in (event.data.get("changes") or {})


@on_event("channel_stock.changed")
def channel_rule_changed(event: Event) -> None:
    """A shop may be told another part of the stock: all its listings owe a number."""
    if event.subject_kind == CHANNEL:
        mark_shop(event.subject_id)


@on_event(CLASSIFIED)
def money_classified(event: Event) -> None:
    """What money of an unknown word is was said: its orders earn something else."""
    recount_word(event.subject_id)


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


def pushed_together(
    marketplace_code: str, messages: Sequence[InboxMessage]
) -> Mapping[int, Exception]:
    """The push messages of a burst."""
    adapter = marketplace(marketplace_code)
    return follow_pushes(
        marketplace_code,
        {row.pk: adapter.read_push(bytes(row.body)) for row in messages},
        again={row.pk for row in messages if row.attempts},
    )


def pushed(message: InboxMessage) -> None:
    """One push message; its source is the marketplace's code."""
    for trouble in pushed_together(message.source, [message]).values():
        raise trouble


for code in MARKETPLACES:
    inbox_handler(code)(pushed)
    inbox_group_handler(code)(partial(pushed_together, code))


@on_event("return.received")
def settle_returns_that_were_closed(event: Event) -> None:
    """The marketplace paid the buyer before the goods were here."""
    goods_are_here(event.subject_id, actor=Actor.system("return-received"))
