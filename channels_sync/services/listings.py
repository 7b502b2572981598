"""Listings: read from the marketplace, linked to variants by exact code, never created silently."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from channels_sync.models import Listing, Shop
from channels_sync.ports import ListingPage, RemoteListing
from channels_sync.services.access import ask
from channels_sync.services.stock_push import mark_listings
from inventory.models import Barcode, Variant
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.sql import run
from oms.kernel.text import fold
from orders.models import OrderLine
from orders.services.problems import link_line

SYSTEM = Actor.system("listing-link")
CHUNK = 1000
_LINK = """
UPDATE channels_sync_listing AS l SET variant_id = told.variant_id, linked_by = told.way
FROM unnest(%(ids)s::bigint[], %(variants)s::bigint[], %(ways)s::text[])
    AS told (id, variant_id, way)
WHERE l.id = told.id
"""
RENEWED = [
    "name",
    "sku",
    "barcode",
    "remote_status",
    "price_vnd",
    "location_ids",
    "remote_quantity",
    "remote_quantity_at",
    "search_folded",
    "updated_at",
]
SEARCH_LENGTH = 820


def pull_listings(shop_id: int) -> int:
    """Read every listing of the shop and link what matches exactly; returns how many were read.

    A second pull renews the same rows and keeps the links.
    """
    cursor: str | None = ""
    read = 0
    while cursor is not None:
        page = _page(shop_id, cursor)
        keep_listings(shop_id, page.rows)
        read += len(page.rows)
        cursor = page.next_cursor
    link_listings(shop_id)
    return read


def _page(shop_id: int, cursor: str) -> ListingPage:
    return ask(shop_id, lambda adapter, access: adapter.list_products(access, cursor))


def keep_listings(shop_id: int, rows: Sequence[RemoteListing]) -> None:
    """Write one page of listings with one statement."""
    moment = now()
    Listing.objects.bulk_create(
        [
            Listing(
                shop_id=shop_id,
                remote_item_id=row.remote_item_id,
                remote_model_id=row.remote_model_id,
                name=row.name[:500],
                sku=row.sku[:120],
                barcode=row.barcode[:120],
                remote_status=row.remote_status[:40],
                price_vnd=row.price_vnd,
                location_ids=list(row.location_ids),
                remote_quantity=row.quantity,
                remote_quantity_at=moment if row.quantity is not None else None,
                search_folded=searched_text(row),
                updated_at=moment,
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["shop", "remote_item_id", "remote_model_id"],
        update_fields=RENEWED,
    )


def searched_text(row: RemoteListing) -> str:
    """Name and codes, folded, as a search compares them."""
    return fold(f"{row.name} {row.sku} {row.barcode} {row.remote_item_id}")[:SEARCH_LENGTH]


def link_listings(shop_id: int) -> int:
    """Link the unlinked listings whose SKU, or else barcode, is exactly one of ours.

    A chunk of them at a time: neither memory nor a lock grows with the shop.
    """
    linked, last = 0, 0
    while True:
        found, seen = _link_chunk(shop_id, last)
        linked += found
        if not seen:
            return linked
        last = seen


@transaction.atomic
def _link_chunk(shop_id: int, last: int) -> tuple[int, int]:
    """How many listings behind `last` were linked, and the last one seen; 0 when none was left."""
    unlinked = list(
        Listing.objects.select_for_update()
        .filter(shop_id=shop_id, variant__isnull=True, pk__gt=last)
        .order_by("pk")[:CHUNK]
    )
    if not unlinked:
        return 0, 0
    skus = {row.sku for row in unlinked if row.sku}
    by_sku = dict(Variant.objects.filter(sku__in=skus).values_list("sku", "pk"))
    by_barcode = dict(
        Barcode.objects.filter(code__in=_codes(unlinked)).values_list("code", "variant_id")
    )
    linked = []
    for row in unlinked:
        if row.sku in by_sku:
            row.variant_id, row.linked_by = by_sku[row.sku], Listing.LinkedBy.SKU
        elif row.barcode in by_barcode or row.sku in by_barcode:
            found = by_barcode.get(row.barcode) or by_barcode[row.sku]
            row.variant_id, row.linked_by = found, Listing.LinkedBy.BARCODE
        else:
            continue
        linked.append(row)
    _write_links(linked)
    mark_listings([row.pk for row in linked])
    _link_lines(shop_id, {row.ref: row.variant_id or 0 for row in linked}, actor=SYSTEM)
    return len(linked), unlinked[-1].pk


def _write_links(rows: Sequence[Listing]) -> None:
    run(
        _LINK,
        {
            "ids": [row.pk for row in rows],
            "variants": [row.variant_id for row in rows],
            "ways": [str(row.linked_by) for row in rows],
        },
    )


@transaction.atomic
def link_listing(listing_id: int, code: str, *, actor: Actor) -> Listing:
    """Link a listing to the variant with this SKU or barcode, as a person chose."""
    listing = Listing.objects.select_for_update().get(pk=listing_id)
    code = code.strip()
    variant = (
        Variant.objects.filter(sku=code).first()
        or Variant.objects.filter(barcodes__code=code).first()
    )
    if variant is None:
        raise DomainError(
            _("Không có sản phẩm nào có SKU hoặc mã vạch “%(code)s”") % {"code": code},
            code="variant_not_found",
            field="code",
        )
    if listing.variant_id == variant.pk:
        return listing
    before = listing.variant_id
    listing.variant, listing.linked_by = variant, Listing.LinkedBy.PERSON
    listing.save(update_fields=["variant", "linked_by"])
    record_event(
        "listing.linked",
        listing,
        actor=actor,
        data={"from": before, "to": variant.pk, "sku": variant.sku},
        about=_shop(listing),
    )
    mark_listings([listing.pk])
    link_waiting_lines(listing, actor=actor)
    return listing


def link_waiting_lines(listing: Listing, *, actor: Actor) -> int:
    """Orders that came before the link learn what they sold and get its stock promised."""
    return _link_lines(listing.shop_id, {listing.ref: listing.variant_id or 0}, actor=actor)


def _link_lines(shop_id: int, variants: Mapping[str, int], *, actor: Actor) -> int:
    """The same for several listings, by reference."""
    lines = OrderLine.objects.filter(
        order__shop_ref=shop_id, listing_ref__in=list(variants), variant__isnull=True
    ).order_by("order_id", "pk")
    found = list(lines.values_list("order_id", "pk", "listing_ref"))
    for order_id, line_id, ref in found:
        link_line(order_id, line_id, variants[ref], actor=actor)
    return len(found)


@transaction.atomic
def unlink_listing(listing_id: int, *, actor: Actor) -> Listing:
    """Take a link away; nothing more is sent for this listing."""
    listing = Listing.objects.select_for_update().get(pk=listing_id)
    if listing.variant_id is None:
        return listing
    before = listing.variant_id
    listing.variant, listing.linked_by = None, Listing.LinkedBy.NONE
    listing.save(update_fields=["variant", "linked_by"])
    record_event(
        "listing.unlinked", listing, actor=actor, data={"from": before}, about=_shop(listing)
    )
    return listing


def variants_of(shop_id: int, refs: Iterable[str]) -> dict[str, Variant]:
    """Which variant a listing reference means, for those that are linked."""
    wanted = set(refs)
    rows = Listing.objects.filter(
        shop_id=shop_id,
        remote_item_id__in={ref.partition(":")[0] for ref in wanted},
        variant__isnull=False,
    ).select_related("variant")
    return {row.ref: row.variant for row in rows if row.ref in wanted and row.variant}


def _codes(rows: Iterable[Listing]) -> set[str]:
    return {code for row in rows for code in (row.barcode, row.sku) if code}


def _shop(listing: Listing) -> tuple[str, int]:
    return (Shop._meta.model_name or "shop", listing.shop_id)
