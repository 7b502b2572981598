"""Bundles: a variant made of other variants, sold under its own price without stock of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory.models import BundleComponent, Product, Variant
from inventory.services.stock import announce
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event

MAX_COMPONENTS = 50
MAX_PIECES = 10_000


@dataclass(frozen=True, slots=True)
class Part:
    """So many pieces of a variant in one bundle."""

    variant_id: int
    quantity: int


def set_components(bundle_id: int, parts: Sequence[Part], *, actor: Actor) -> None:
    """Say what a bundle is made of; without parts the product is plain goods again.

    Orders that were placed keep the parts of their day. Raises DomainError for a bundle in a
    bundle, for the bundle itself, and for goods that have stock of their own.
    """
    _check(bundle_id, parts)
    try:
        with transaction.atomic():
            _set(bundle_id, parts, actor)
    except IntegrityError as error:
        raise _refused(error) from error


def _check(bundle_id: int, parts: Sequence[Part]) -> None:
    ids = [part.variant_id for part in parts]
    if len(set(ids)) != len(ids) or bundle_id in ids or len(ids) > MAX_COMPONENTS:
        raise DomainError(
            _("Mỗi thành phần một dòng, tối đa %(most)d, và không phải chính combo.")
            % {"most": MAX_COMPONENTS},
            code="bundle.parts",
        )
    if any(not 0 < part.quantity <= MAX_PIECES for part in parts):
        raise DomainError(
            _("Số lượng thành phần phải từ 1 đến %(most)d.") % {"most": MAX_PIECES},
            code="bundle.quantity",
        )


def _set(bundle_id: int, parts: Sequence[Part], actor: Actor) -> None:
    goods = {v.pk: v for v in Variant.objects.filter(pk__in=[bundle_id, *_ids(parts)])}
    bundle = goods.get(bundle_id)
    if bundle is None or len(goods) != len(parts) + 1:
        raise DomainError(_("Không tìm thấy hàng thành phần."), code="bundle.unknown")
    # All products by id: two bundles that are made at once see each other.
    wanted = {v.product_id for v in goods.values()}
    locked = Product.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    product = {p.pk: p for p in locked}[bundle.product_id]
    before = list(bundle.components.select_related("component"))
    told = {row.component_id: (row.component.sku, row.quantity) for row in before}
    if {pk: units for pk, (_sku, units) in told.items()} == {
        part.variant_id: part.quantity for part in parts
    }:
        return
    bundle.components.all().delete()
    others = BundleComponent.objects.filter(bundle__product=product).exists()
    kind = Product.Kind.BUNDLE if parts or others else Product.Kind.SIMPLE
    if product.kind != kind:
        product.kind = kind
        product.save(update_fields=["kind", "updated_at"])
    BundleComponent.objects.bulk_create(
        BundleComponent(bundle=bundle, component_id=part.variant_id, quantity=part.quantity)
        for part in parts
    )
    after = [f"{part.quantity} × {goods[part.variant_id].sku}" for part in parts]
    data = {
        "sku": bundle.sku,
        "changes": {"components": [[f"{n} × {sku}" for sku, n in told.values()], after]},
    }
    record_event("product.bundle_changed", product, actor=actor, data=data)
    announce([bundle.pk], actor=actor)


def _ids(parts: Sequence[Part]) -> list[int]:
    return [part.variant_id for part in parts]


def _refused(error: IntegrityError) -> DomainError:
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    if name == "bundle_of_plain_goods":
        return DomainError(
            _("Thành phần của combo không được là một combo khác."), code="bundle.nested"
        )
    if name == "product_kind_settled":
        return DomainError(
            _("Hàng đã có tồn kho hoặc là thành phần của combo khác thì không thể thành combo."),
            code="bundle.has_stock",
        )
    raise error
