"""Goods: a product with up to three options and the variants that they generate."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product as combinations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory.models import Barcode, Product, ProductOption, Variant
from inventory.services.categories import find_brands, find_categories
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import EventRow, record_events
from oms.kernel.richtext import clean_html
from oms.kernel.text import clean_line, fold

MAX_OPTIONS = 3
MAX_VARIANTS = 500
DESCRIPTION_LENGTH = 20_000
SEARCH_LENGTH = 600


@dataclass(frozen=True, slots=True)
class Option:
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProduct:
    """`sku` is the code of the only variant, or what the variants' codes begin with.

    `category` is a path ("Thời trang > Áo"); category and brand are made when they are new.
    """

    name: str
    sku: str
    price_vnd: int
    cost_vnd: int = 0
    vat_rate: int = 10
    brand: str = ""
    category: str = ""
    description: str = ""
    weight_g: int = 0
    length_cm: int = 0
    width_cm: int = 0
    height_cm: int = 0
    barcode: str = ""
    options: Sequence[Option] = ()


def create_product(new: NewProduct, *, actor: Actor) -> Product:
    """Write a product, its options and every combination of their values as a variant.

    Raises DomainError for a fourth option, a repeated value, or a SKU or barcode in use.
    """
    return create_products([new], actor=actor)[0]


def create_products(batch: Sequence[NewProduct], *, actor: Actor) -> list[Product]:
    """Write many products, all or none; the number of statements does not grow with them.

    Raises DomainError as `create_product` does.
    """
    for new in batch:
        _check_product(new)
    try:
        with transaction.atomic():
            products = _write_products(batch)
            record_events(
                [EventRow("product.created", "product", p.pk, {"name": p.name}) for p in products],
                actor=actor,
            )
    except IntegrityError as error:
        raise taken(error) from error
    return products


def _check_product(new: NewProduct) -> None:
    check_options(new.options)
    if new.barcode and new.options:
        raise DomainError(
            _("Sản phẩm có nhiều phiên bản thì mỗi phiên bản có mã vạch riêng."),
            code="barcode.of_many",
            field="barcode",
        )


def _write_products(batch: Sequence[NewProduct]) -> list[Product]:
    brands = find_brands(new.brand for new in batch)
    categories = find_categories(new.category for new in batch)
    products = Product.objects.bulk_create(
        _product(new, brands.get(new.brand), categories.get(new.category)) for new in batch
    )
    pairs = list(zip(batch, products, strict=True))
    ProductOption.objects.bulk_create(
        ProductOption(product=product, position=n, name=option.name, values=list(option.values))
        for new, product in pairs
        for n, option in enumerate(new.options, start=1)
    )
    variants = Variant.objects.bulk_create(
        new_variant(product, new, row)
        for new, product in pairs
        for row in combinations(*(option.values for option in new.options))
    )
    only = {variant.product_id: variant for variant in variants}
    Barcode.objects.bulk_create(
        Barcode(variant=only[product.pk], code=clean_line(new.barcode, 64, field="barcode"))
        for new, product in pairs
        if new.barcode
    )
    return products


def _product(new: NewProduct, brand_id: int | None, category_id: int | None) -> Product:
    name = clean_line(new.name, 255, field="name")
    return Product(
        name=name,
        name_folded=fold(name),
        brand_id=brand_id,
        category_id=category_id,
        description=clean_html(new.description, DESCRIPTION_LENGTH, field="description"),
        vat_rate=new.vat_rate,
    )


def new_variant(product: Product, new: NewProduct, values: Sequence[str]) -> Variant:
    base = clean_line(new.sku, 60, field="sku")
    if not base:
        raise DomainError(_("Thiếu mã SKU."), code="sku.missing", field="sku")
    sku, title = "-".join([base, *map(sku_part, values)]), ", ".join(values)
    return Variant(
        product=product,
        sku=sku,
        title=title,
        option_values=list(values),
        price_vnd=new.price_vnd,
        cost_vnd=new.cost_vnd,
        weight_g=new.weight_g,
        length_cm=new.length_cm,
        width_cm=new.width_cm,
        height_cm=new.height_cm,
        search_folded=searchable(sku, product.name, title, [new.barcode]),
    )


def searchable(sku: str, name: str, title: str, codes: Sequence[str]) -> str:
    """What the search of goods looks through."""
    return fold(" ".join([sku, name, title, *codes]))[:SEARCH_LENGTH]


def sku_part(value: str) -> str:
    """'Trắng kem' as TRANGKEM: letters and digits only, so that it scans and types easily."""
    return re.sub(r"[^A-Z0-9]", "", fold(value).upper()) or "X"


def check_options(options: Sequence[Option]) -> None:
    if len(options) > MAX_OPTIONS:
        raise DomainError(_("Một sản phẩm có tối đa ba thuộc tính."), code="option.too_many")
    count = 1
    for number, option in enumerate(options, start=1):
        field = f"option{number}_values"
        if not option.values or len(set(map(fold, option.values))) != len(option.values):
            raise DomainError(
                _("Thuộc tính “%(name)s” cần các giá trị khác nhau.") % {"name": option.name},
                code="option.values",
                field=field,
            )
        count *= len(option.values)
    if count > MAX_VARIANTS:
        raise DomainError(
            _("%(count)d phiên bản là quá nhiều; tối đa %(limit)d.")
            % {"count": count, "limit": MAX_VARIANTS},
            code="option.too_many",
        )


def taken(error: IntegrityError) -> DomainError:
    """The broken constraint as a sentence with the field named."""
    text = str(error)
    if "barcode_code_unique" in text:
        return DomainError(_("Mã vạch này đã được dùng."), code="barcode.taken", field="barcode")
    if "variant_sku_unique" in text:
        return DomainError(_("Mã SKU này đã được dùng."), code="sku.taken", field="sku")
    raise error
