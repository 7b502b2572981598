"""Telling shops what products say: name, description with specifications, pictures.

A change raises the version of one row per product of a shop, so many changes are one message with
the newest texts. They are read when they are sent.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_sync.models import Listing, ProductPush, SentPicture, Shop, SyncProblem
from channels_sync.ports import (
    Picture,
    ProductEditor,
    ProductSheet,
    marketplace_codes,
    product_editor,
)
from channels_sync.queue import hurry
from channels_sync.services.access import ask
from channels_sync.services.hours import closed_shop_ids, is_open
from channels_sync.services.problems import report_problem, resolve_problems
from inventory.models import Product, ProductImage
from inventory.services.images import as_jpeg
from oms.kernel.clock import now
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.locks import redis_lock
from oms.kernel.sql import run

SHORTEST_WAIT, LONGEST_WAIT = timedelta(seconds=60), timedelta(hours=6)
LOCK_SECONDS = 600
PER_RUN = 100
KIND = SyncProblem.Kind.TEXT_REFUSED
# What a person reads beside the reason.
FIELDS = {
    "name": gettext_lazy("Tên"),
    "description": gettext_lazy("Mô tả"),
    "pictures": gettext_lazy("Ảnh"),
}

# A product of a shop that was linked with goods of several of ours is told of the oldest one; the
# sending refuses it.
_MARK = """
INSERT INTO channels_sync_productpush AS p
    (shop_id, remote_item_id, product_id, version, sent_version, state, attempts,
     next_attempt_at, errors, is_forced)
SELECT DISTINCT ON (l.shop_id, l.remote_item_id)
    l.shop_id, l.remote_item_id, v.product_id, 1, 0, 'pending', 0, %(now)s, '{}'::jsonb,
    %(forced)s
FROM channels_sync_listing l JOIN inventory_variant v ON v.id = l.variant_id
JOIN channels_sync_shop s ON s.id = l.shop_id
WHERE v.product_id = ANY(%(products)s::bigint[]) AND s.marketplace = ANY(%(codes)s::text[])
    AND (s.sends_texts OR s.id = ANY(%(shops)s::bigint[]))
ORDER BY l.shop_id, l.remote_item_id, v.product_id
ON CONFLICT (shop_id, remote_item_id) DO UPDATE SET product_id = excluded.product_id,
    version = p.version + 1, state = 'pending', attempts = 0,
    next_attempt_at = excluded.next_attempt_at,
    is_forced = p.is_forced OR excluded.is_forced
RETURNING shop_id
"""


@transaction.atomic
def mark_products(
    product_ids: Collection[int], *, shop_ids: Collection[int] = (), forced: bool = False
) -> int:
    """These products changed: shops that want texts by themselves owe a message, and `shop_ids`,
    whatever they want. It waits for the shop's hours unless it is `forced`. Returns how many
    products of shops owe one."""
    codes = [code for code in marketplace_codes() if product_editor(code)]
    if not product_ids or not codes:
        return 0
    rows = run(
        _MARK,
        {
            "products": sorted(set(product_ids)),
            "shops": sorted(set(shop_ids)),
            "codes": codes,
            "now": now(),
            "forced": forced,
        },
    )
    for shop_id in sorted({row[0] for row in rows}):
        hurry("push_products", shop_id)
    return len(rows)


def due_shop_ids() -> list[int]:
    rows = ProductPush.objects.filter(
        version__gt=F("sent_version"),
        next_attempt_at__lte=now(),
        shop__status=Shop.Status.CONNECTED,
    ).filter(Q(is_forced=True) | ~Q(shop__in=closed_shop_ids()))
    return sorted(set(rows.values_list("shop_id", flat=True)))


def push_products(shop_id: int) -> int:
    """Send what is owed to one shop; returns how many products were taken.

    Outside the shop's hours only those that a person insists on. Raises LockBusy while another
    worker sends to the same shop.
    """
    with redis_lock(f"product-push:{shop_id}", LOCK_SECONDS):
        shop = Shop.objects.get(pk=shop_id)
        editor = product_editor(shop.marketplace)
        if editor is None:
            return 0
        owed = ProductPush.objects.filter(
            shop=shop, version__gt=F("sent_version"), next_attempt_at__lte=now()
        )
        if not is_open(shop):
            owed = owed.filter(is_forced=True)
        return sum(_send(shop, editor, push) for push in owed.order_by("next_attempt_at")[:PER_RUN])


def _send(shop: Shop, editor: ProductEditor, push: ProductPush) -> bool:
    """One product. The texts may safely be sent again; a trouble on the way leaves them owed."""
    try:
        sheet = _sheet(shop, editor, push)
        faults = (
            ask(shop.pk, lambda _adapter, access: editor.update_product(access, sheet))
            if isinstance(sheet, ProductSheet)
            else sheet
        )
    except ServiceRefused as refusal:
        faults = {"": refusal.message}
    except ServiceUnreachable as trouble:
        _postpone(push, {"": trouble.message}, ProductPush.State.PENDING)
        raise
    if faults:
        _postpone(push, faults, ProductPush.State.FAILED)
        report_problem(shop.pk, KIND, push.remote_item_id, _told(push, faults))
        return False
    _record_sent(push)
    resolve_problems(shop.pk, [push.remote_item_id], [KIND])
    return True


def _sheet(
    shop: Shop, editor: ProductEditor, push: ProductPush
) -> ProductSheet | Mapping[str, str]:
    """What the product says now, its pictures uploaded; or why it cannot be said."""
    linked = Listing.objects.filter(
        shop=shop, remote_item_id=push.remote_item_id, variant__isnull=False
    )
    products = set(linked.values_list("variant__product_id", flat=True))
    if products != {push.product_id}:
        return {"": _("Sản phẩm này trên sàn đang liên kết với nhiều sản phẩm trong kho.")}
    product = Product.objects.get(pk=push.product_id)
    images = list(product.images.all()[: editor.most_pictures])
    return ProductSheet(
        remote_item_id=push.remote_item_id,
        name=product.name,
        description=product.description,
        specifications=tuple((name, value) for name, value in product.specifications),
        pictures=tuple(uploaded_picture(shop, editor, image) for image in images),
    )


def uploaded_picture(shop: Shop, editor: ProductEditor, image: ProductImage) -> str:
    """The shop's name of a picture, uploaded at most once."""
    file = str(image.file.name)
    known = SentPicture.objects.filter(shop=shop, file=file).first()
    if known is not None:
        return known.remote_name
    picture = Picture(f"{image.pk}.jpg", as_jpeg(image))
    name = ask(shop.pk, lambda _adapter, access: editor.upload_picture(access, picture))
    SentPicture.objects.get_or_create(shop=shop, file=file, defaults={"remote_name": name})
    return name


def _told(push: ProductPush, faults: Mapping[str, str]) -> str:
    reasons = "; ".join(
        f"{FIELDS[field]}: {why}" if field in FIELDS else why for field, why in faults.items()
    )
    return f"{push.product}: {reasons}"


@transaction.atomic
def _record_sent(push: ProductPush) -> None:
    """A version that rose while the texts were on their way stays owed."""
    row = ProductPush.objects.select_for_update().get(pk=push.pk)
    row.sent_version = max(row.sent_version, push.version)
    row.sent_at, row.attempts, row.errors = now(), 0, {}
    row.is_forced = False
    if row.sent_version == row.version:
        row.state = ProductPush.State.SENT
    row.save()


@transaction.atomic
def _postpone(push: ProductPush, errors: Mapping[str, str], state: ProductPush.State) -> None:
    row = ProductPush.objects.select_for_update().get(pk=push.pk)
    if row.version != push.version:
        return  # newer texts are owed and due at once
    row.next_attempt_at = now() + min(SHORTEST_WAIT * 2 ** min(row.attempts, 10), LONGEST_WAIT)
    row.attempts += 1
    row.state, row.errors = state, dict(errors)
    row.save(update_fields=["attempts", "state", "errors", "next_attempt_at"])
