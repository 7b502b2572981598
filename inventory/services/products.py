"""A product after its birth: its texts, its shelf life, and copies of it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory.models import Brand, Product, ProductImage, ProductOption, Variant
from inventory.selectors.categories import names_of_categories
from inventory.services.catalogue import (
    DESCRIPTION_LENGTH,
    NewProduct,
    new_variant,
    taken,
)
from inventory.services.categories import brand_of
from inventory.services.variants import index_variants
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.richtext import clean_html
from oms.kernel.text import clean_line, fold

MAX_SPECIFICATIONS = 50
VIDEO_LENGTH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductTexts:
    """What the product page's form says; `brand` is a name, made when it is new."""

    name: str
    brand: str = ""
    category_id: int | None = None
    vat_rate: int = 10
    description: str = ""
    video_url: str = ""
    specifications: tuple[tuple[str, str], ...] = ()


@transaction.atomic
def update_product(product_id: int, texts: ProductTexts, *, actor: Actor) -> Product:
    """Write what changed, with before and after on the timeline. No change records nothing."""
    product = Product.objects.select_for_update().get(pk=product_id)
    name = clean_line(texts.name, 255, field="name")
    if not name:
        raise DomainError(_("Thiếu tên sản phẩm."), code="product.name", field="name")
    wanted: dict[str, Any] = {
        "name": name,
        "brand_id": brand_of(texts.brand),
        "category_id": texts.category_id,
        "vat_rate": texts.vat_rate,
        "description": clean_html(texts.description, DESCRIPTION_LENGTH, field="description"),
        "video_url": clean_video(texts.video_url),
        "specifications": clean_specifications(texts.specifications),
    }
    before = {key: getattr(product, key) for key in wanted}
    moved = {key: [before[key], value] for key, value in wanted.items() if before[key] != value}
    if not moved:
        return product
    told = _tell(product, moved)
    for key, value in wanted.items():
        setattr(product, key, value)
    product.name_folded = fold(name)[:255]
    product.save(update_fields=[*wanted, "name_folded", "updated_at"])
    if "name" in moved:
        index_variants(product, list(product.variants.select_for_update().order_by("pk")))
    record_event("product.updated", product, actor=actor, data={"changes": told})
    return product


def _tell(product: Product, moved: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The changes in words: names instead of ids, the texts shortened."""
    told = {}
    for key, (before, after) in moved.items():
        if key == "category_id":
            names = names_of_categories([before, after])
            told["category"] = [names[before], names[after]]
        elif key == "brand_id":
            told["brand"] = [_brand_name(before), _brand_name(after)]
        elif key == "specifications":
            told[key] = [_joined(before), _joined(after)]
        else:
            told[key] = [before, after]
    return told


def _brand_name(brand_id: int | None) -> str:
    return Brand.objects.get(pk=brand_id).name if brand_id else ""


def _joined(rows: list[list[str]]) -> str:
    return "; ".join(f"{name}: {value}" for name, value in rows)


def clean_video(url: str) -> str:
    """An https address without a name or password in it; anything else is refused."""
    url = clean_line(url, VIDEO_LENGTH, field="video_url").strip()
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        is_good = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        is_good = False
    if not is_good or " " in url:
        raise DomainError(
            _("Địa chỉ video phải bắt đầu bằng https://, ví dụ https://www.youtube.com/watch?v=…"),
            code="video.address",
            field="video_url",
        )
    return url


def clean_specifications(rows: tuple[tuple[str, str], ...]) -> list[list[str]]:
    """Name and value pairs in their order; a name twice or without a value is refused."""
    clean: list[list[str]] = []
    for name, value in rows:
        name = clean_line(name, 80, field="specifications")
        value = clean_line(value, 500, field="specifications")
        if not name and not value:
            continue
        if not name or not value or fold(name) in {fold(row[0]) for row in clean}:
            raise DomainError(
                _("Thông số cần tên và giá trị, mỗi tên một lần: “%(name)s”.")
                % {"name": name or value},
                code="specification.row",
                field="specifications",
            )
        clean.append([name, value])
    if len(clean) > MAX_SPECIFICATIONS:
        raise DomainError(
            _("Một sản phẩm có tối đa %(most)d thông số.") % {"most": MAX_SPECIFICATIONS},
            code="specification.too_many",
            field="specifications",
        )
    return clean


def archive_product(product_id: int, *, actor: Actor) -> Product:
    """Take a product off the lists; its stock, orders and history stay. A repeat does nothing."""
    return _move(product_id, Product.Status.ARCHIVED, "product.archived", actor)


def restore_product(product_id: int, *, actor: Actor) -> Product:
    """Put an archived product on sale again. A repeat does nothing."""
    return _move(product_id, Product.Status.ACTIVE, "product.restored", actor)


@transaction.atomic
def _move(product_id: int, status: str, event_name: str, actor: Actor) -> Product:
    product = Product.objects.select_for_update().get(pk=product_id)
    if product.status == status:
        return product
    before, product.status = product.status, status
    product.save(update_fields=["status", "updated_at"])
    data = {"changes": {"status": [before, status]}}
    record_event(event_name, product, actor=actor, data=data)
    return product


def copy_product(product_id: int, *, name: str, sku: str, actor: Actor) -> Product:
    """A second product with the same texts, options, prices and pictures, under new SKUs.

    Barcodes and stock are not copied. Raises DomainError for a SKU in use.
    """
    try:
        with transaction.atomic():
            return _copy(product_id, name, sku, actor)
    except IntegrityError as error:
        raise taken(error) from error


def _copy(product_id: int, name: str, sku: str, actor: Actor) -> Product:
    source = Product.objects.get(pk=product_id)
    name = clean_line(name, 255, field="name") or source.name
    copy = Product.objects.create(
        name=name,
        name_folded=fold(name)[:255],
        brand_id=source.brand_id,
        category_id=source.category_id,
        description=source.description,
        specifications=source.specifications,
        video_url=source.video_url,
        vat_rate=source.vat_rate,
    )
    ProductOption.objects.bulk_create(
        ProductOption(product=copy, position=o.position, name=o.name, values=o.values)
        for o in source.options.all()
    )
    Variant.objects.bulk_create(
        _twin(copy, variant, sku) for variant in source.variants.order_by("pk")
    )
    # The files are shared: dropping a picture keeps a file that another row shows.
    ProductImage.objects.bulk_create(
        ProductImage(product=copy, file=row.file.name, thumb=row.thumb.name, position=row.position)
        for row in source.images.all()
    )
    record_event("product.created", copy, actor=actor, data={"name": name, "copy_of": product_id})
    return copy


def _twin(product: Product, variant: Variant, sku: str) -> Variant:
    like = NewProduct(
        name=product.name,
        sku=sku,
        price_vnd=variant.price_vnd,
        cost_vnd=variant.cost_vnd,
        weight_g=variant.weight_g,
        length_cm=variant.length_cm,
        width_cm=variant.width_cm,
        height_cm=variant.height_cm,
    )
    twin = new_variant(product, like, variant.option_values)
    twin.allow_backorder, twin.is_active = variant.allow_backorder, variant.is_active
    return twin
