"""New products at a shop: asked for once, sent once, linked when they are there.

That it was sent is committed before the first send. From then on every attempt looks the product up
by the SKUs that were sent first: a lost answer never makes a second one, renamed or not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from channels_sync.models import Listing, Offering, Shop, SyncProblem
from channels_sync.ports import (
    Access,
    AttributeValue,
    CreatesProducts,
    FieldsRefused,
    Marketplace,
    NewListing,
    NewSku,
    RemoteBrand,
    creator_of_products,
    product_editor,
)
from channels_sync.queue import hurry
from channels_sync.services.access import ask
from channels_sync.services.hours import closed_shop_ids, is_open
from channels_sync.services.listings import keep_listings, link_listing, link_listings
from channels_sync.services.problems import report_problem, resolve_problems
from channels_sync.services.product_push import uploaded_picture
from channels_sync.services.stock_push import CHANNEL, held_quantities
from inventory.models import Product, Variant
from inventory.selectors import availability
from inventory.selectors.prices import price_for
from oms.kernel.actors import Actor
from oms.kernel.clock import now, today
from oms.kernel.errors import DomainError, ServiceRefused, ServiceUnreachable
from oms.kernel.events import record_event
from oms.kernel.locks import redis_lock

SHORTEST_WAIT, LONGEST_WAIT = timedelta(seconds=60), timedelta(hours=6)
LOCK_SECONDS = 600
KIND = SyncProblem.Kind.OFFER_REFUSED
State = Offering.State


@dataclass(frozen=True)
class Answers:
    """What a person answered to the category's questions; `attributes` are code and text."""

    category_id: str
    category_path: str
    brand_id: str
    brand_name: str
    attributes: Mapping[str, tuple[str, str]]
    weight_g: int
    length_cm: int
    width_cm: int
    height_cm: int


@transaction.atomic
def ask_to_offer(
    shop_id: int, product_id: int, answers: Answers, *, actor: Actor, forced: bool = False
) -> Offering:
    """Write the wish down; it is sent when the shop's hours allow it, or at once when `forced`.

    Raises DomainError when the shop sells it already, or when it cannot be offered there.
    """
    shop = Shop.objects.select_for_update().get(pk=shop_id)
    _check(shop, product_id)
    row = Offering.objects.filter(shop=shop, product=product_id).first()
    if row is not None and row.state == State.CREATED:
        raise DomainError(_("Sản phẩm này đã được đăng lên gian hàng."), code="offered")
    row = row or Offering(shop=shop, product_id=product_id)
    for name, value in vars(answers).items():
        setattr(row, name, value)
    row.attributes = {key: list(value) for key, value in answers.attributes.items()}
    row.state, row.errors, row.last_error = State.WAITING, {}, ""
    row.is_forced, row.attempts = forced, 0
    row.asked_at = row.next_attempt_at = now()
    row.save()
    data = {"product_id": product_id, "category": answers.category_path}
    record_event("listing.offered", row, actor=actor, data=data, about=("shop", shop.pk))
    hurry("send_offering", row.pk)
    return row


def _check(shop: Shop, product_id: int) -> None:
    if creator_of_products(shop.marketplace) is None:
        raise DomainError(_("Sàn này không nhận sản phẩm mới từ đây."), code="no_offers")
    if Listing.objects.filter(shop=shop, variant__product=product_id).exists():
        raise DomainError(
            _("Gian hàng đã bán sản phẩm này; nội dung, giá và tồn được gửi ở đó."),
            code="sold_already",
        )
    if not Variant.objects.filter(product=product_id, is_active=True).exists():
        raise DomainError(_("Sản phẩm không còn phân loại nào đang bán."), code="no_variants")


def due_offering_ids() -> list[int]:
    """Wishes whose time has come, of shops that are open or that a person insists on."""
    rows = Offering.objects.filter(
        state=State.WAITING, next_attempt_at__lte=now(), shop__status=Shop.Status.CONNECTED
    ).filter(Q(is_forced=True) | ~Q(shop__in=closed_shop_ids()))
    return list(rows.order_by("next_attempt_at", "pk").values_list("pk", flat=True))


def send_offering(offering_id: int) -> bool:
    """Offer it; True when it is there and linked. Raises LockBusy while another worker does it."""
    with redis_lock(f"offering:{offering_id}", LOCK_SECONDS):
        row = Offering.objects.select_related("shop", "product").get(pk=offering_id)
        if row.state != State.WAITING or not (row.is_forced or is_open(row.shop)):
            return row.state == State.CREATED
        try:
            row.remote_item_id = _created(row)
        except FieldsRefused as refusal:
            _refuse(row, refusal.faults)
            return False
        except ServiceRefused as refusal:
            _refuse(row, {"": refusal.message})
            return False
        except ServiceUnreachable as trouble:
            _postpone(row, trouble.message)
            raise
        _settle(row)
        return True


def _created(row: Offering) -> str:
    creator = creator_of_products(row.shop.marketplace)
    if creator is None:
        raise ServiceRefused(_("Sàn này không nhận sản phẩm mới từ đây."), code="no_offers")
    listing = listing_of(row, creator)
    known = _found(row, creator, [sku.sku for sku in listing.skus])
    _freeze(row, listing)
    return ask(row.shop_id, lambda _it, access: creator.create_product(access, listing, known))


def _found(row: Offering, creator: CreatesProducts, present: Sequence[str]) -> str:
    """What an earlier attempt left there, by the SKUs that it was sent with."""
    if row.sent_at is None:
        return ""
    attempts = [[sku for sku, _variant in sent] for sent in reversed(row.sent_skus)]
    for skus in attempts or [list(present)]:
        found = ask(row.shop_id, partial(_find, creator, skus))
        if found:
            return found
    return ""


def _find(creator: CreatesProducts, skus: list[str], _adapter: Marketplace, access: Access) -> str:
    return creator.find_product(access, skus)


def _freeze(row: Offering, listing: NewListing) -> None:
    """Write down what is about to be sent, once for each set of SKUs."""
    variants = dict(
        Variant.objects.filter(product=row.product_id).values_list("sku", "pk"),
    )
    sending = [[sku.sku, variants.get(sku.sku)] for sku in listing.skus]
    if sending not in row.sent_skus:
        row.sent_skus = [*row.sent_skus, sending]
    row.sent_at = row.sent_at or now()
    row.save(update_fields=["sent_at", "sent_skus"])


def listing_of(row: Offering, creator: CreatesProducts) -> NewListing:
    """What is sent: the product as it is now, with the answers. Pictures are uploaded once."""
    product: Product = row.product
    options = list(product.options.order_by("position"))
    variants = list(product.variants.filter(is_active=True).order_by("pk"))
    _check_shape(creator, len(options), variants)
    told = offered_numbers(row.shop, variants)
    return NewListing(
        key=f"dn-{row.shop_id}-{row.product_id}-{int(row.asked_at.timestamp())}",
        name=product.name,
        description=product.description,
        specifications=tuple((name, value) for name, value in product.specifications),
        pictures=_pictures(row),
        category_id=row.category_id,
        brand=RemoteBrand(row.brand_id, row.brand_name) if row.brand_id else None,
        attributes=tuple(
            AttributeValue(key, code, text) for key, (code, text) in row.attributes.items()
        ),
        weight_g=row.weight_g,
        length_cm=row.length_cm,
        width_cm=row.width_cm,
        height_cm=row.height_cm,
        option_names=tuple(option.name for option in options),
        skus=tuple(
            NewSku(each.sku, tuple(each.option_values[: len(options)]), *told[each.pk])
            for each in variants
        ),
    )


def _check_shape(creator: CreatesProducts, options: int, variants: list[Variant]) -> None:
    if not variants:
        raise FieldsRefused({"options": _("Sản phẩm không còn phân loại nào đang bán.")})
    if options > creator.most_options:
        text = _("Sàn nhận tối đa %(most)s thuộc tính phân loại, sản phẩm có %(n)s.")
        raise FieldsRefused({"options": text % {"most": creator.most_options, "n": options}})


def offered_numbers(shop: Shop, variants: list[Variant]) -> dict[int, tuple[int, int]]:
    """Price and stock that the shop is told of each variant."""
    ids = [variant.pk for variant in variants]
    prices = price_for(dict.fromkeys(ids, 1), source=shop.marketplace, on=today(), shop_ref=shop.pk)
    stock = availability.told_to_channel(
        (CHANNEL, shop.pk),
        ids,
        warehouse_ids=list(shop.stock_warehouses.values_list("pk", flat=True)) or None,
        held=held_quantities(ids),
    )
    return {pk: (prices[pk].price_vnd, stock[pk].beside(None)) for pk in ids}


def _pictures(row: Offering) -> tuple[str, ...]:
    editor = product_editor(row.shop.marketplace)
    if editor is None:
        return ()
    images = list(row.product.images.all()[: editor.most_pictures])
    return tuple(uploaded_picture(row.shop, editor, image) for image in images)


@transaction.atomic
def _refuse(row: Offering, faults: Mapping[str, str]) -> None:
    """A person mends it. What was sent stays known: it is looked up before the next send."""
    Offering.objects.filter(pk=row.pk).update(state=State.REFUSED, errors=dict(faults))
    report_problem(
        row.shop_id, KIND, str(row.product_id), f"{row.product}: {'; '.join(faults.values())}"
    )


def _postpone(row: Offering, reason: str) -> None:
    wait = min(SHORTEST_WAIT * 2 ** min(row.attempts, 10), LONGEST_WAIT)
    Offering.objects.filter(pk=row.pk).update(
        attempts=row.attempts + 1, next_attempt_at=now() + wait, last_error=reason
    )


def _settle(row: Offering) -> None:
    """It is there: its rows are read and linked. When they cannot be, the next pull does it."""
    with transaction.atomic():
        Offering.objects.filter(pk=row.pk).update(
            state=State.CREATED, remote_item_id=row.remote_item_id, errors={}, last_error=""
        )
        resolve_problems(row.shop_id, [str(row.product_id)], [KIND])
        data = {"product_id": row.product_id, "remote_item_id": row.remote_item_id}
        record_event(
            "listing.created",
            row,
            actor=Actor.partner(row.shop.marketplace),
            data=data,
            about=("shop", row.shop_id),
        )
    creator = creator_of_products(row.shop.marketplace)
    if creator is None:
        return
    found = ask(row.shop_id, lambda _it, access: creator.fetch_listings(access, row.remote_item_id))
    keep_listings(row.shop_id, found)
    _link_sent(row)
    link_listings(row.shop_id)


def _link_sent(row: Offering) -> None:
    """Pieces are linked by the SKU that they were sent with, whatever they are called now."""
    sent = {sku: variant for attempt in row.sent_skus for sku, variant in attempt}
    rows = Listing.objects.filter(
        shop=row.shop_id, remote_item_id=row.remote_item_id, variant=None, sku__in=sent
    )
    actor, variants = Actor.partner(row.shop.marketplace), Variant.objects.in_bulk(sent.values())
    for listing in rows.order_by("pk"):
        variant = variants.get(sent[listing.sku])
        if variant is not None and variant.sku != listing.sku:
            link_listing(listing.pk, variant.sku, actor=actor)
