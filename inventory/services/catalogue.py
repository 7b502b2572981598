"""Goods: a product with up to three options and the variants that they generate."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product as combinations

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from inventory.models import Barcode, Product, ProductImage, ProductOption, Variant
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import EventRow, record_event, record_events
from oms.kernel.files import check_image
from oms.kernel.text import clean_line, clean_text, fold

MAX_OPTIONS = 3
MAX_VARIANTS = 500


@dataclass(frozen=True, slots=True)
class Option:
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProduct:
    """`sku` is the code of the only variant, or what the variants' codes begin with."""

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
        raise _taken(error) from error
    return products


def _check_product(new: NewProduct) -> None:
    _check_options(new.options)
    if new.barcode and new.options:
        raise DomainError(
            _("Sản phẩm có nhiều phiên bản thì mỗi phiên bản có mã vạch riêng."),
            code="barcode.of_many",
            field="barcode",
        )


def _write_products(batch: Sequence[NewProduct]) -> list[Product]:
    products = Product.objects.bulk_create(_product(new) for new in batch)
    pairs = list(zip(batch, products, strict=True))
    ProductOption.objects.bulk_create(
        ProductOption(product=product, position=n, name=option.name, values=list(option.values))
        for new, product in pairs
        for n, option in enumerate(new.options, start=1)
    )
    variants = Variant.objects.bulk_create(
        _variant(product, new, row)
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


def _product(new: NewProduct) -> Product:
    name = clean_line(new.name, 255, field="name")
    return Product(
        name=name,
        name_folded=fold(name),
        brand=clean_line(new.brand, 120, field="brand"),
        category=clean_line(new.category, 120, field="category"),
        description=clean_text(new.description, 5000, field="description"),
        vat_rate=new.vat_rate,
    )


def _variant(product: Product, new: NewProduct, values: Sequence[str]) -> Variant:
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
        search_folded=fold(f"{sku} {product.name} {title} {new.barcode}"),
    )


def sku_part(value: str) -> str:
    """'Trắng kem' as TRANGKEM: letters and digits only, so that it scans and types easily."""
    return re.sub(r"[^A-Z0-9]", "", fold(value).upper()) or "X"


def _check_options(options: Sequence[Option]) -> None:
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


def _taken(error: IntegrityError) -> DomainError:
    """The broken constraint as a sentence with the field named."""
    text = str(error)
    if "barcode_code_unique" in text:
        return DomainError(_("Mã vạch này đã được dùng."), code="barcode.taken", field="barcode")
    if "variant_sku_unique" in text:
        return DomainError(_("Mã SKU này đã được dùng."), code="sku.taken", field="sku")
    raise error


@transaction.atomic
def add_option_value(
    product_id: int, option_name: str, value: str, *, actor: Actor
) -> list[Variant]:
    """Add a value to an option and only the variants that it makes possible.

    They take price, weight and size from the product's first variant. Raises DomainError when the
    option is unknown or has the value already.
    """
    product = Product.objects.select_for_update().get(pk=product_id)
    options = list(product.options.all())
    option = next((o for o in options if o.name == option_name), None)
    if option is None or fold(value) in map(fold, option.values):
        raise DomainError(
            _("Không thêm được giá trị “%(value)s”.") % {"value": value},
            code="option.values",
            field="value",
        )
    model = product.variants.order_by("id").first()
    if model is None:
        raise DomainError(_("Sản phẩm chưa có phiên bản."), code="product.empty")
    option.values = [*option.values, value]
    option.save(update_fields=["values"])
    base = model.sku.split("-" + "-".join(map(sku_part, model.option_values)))[0]
    new = NewProduct(
        name=product.name,
        sku=base,
        price_vnd=model.price_vnd,
        cost_vnd=model.cost_vnd,
        weight_g=model.weight_g,
        length_cm=model.length_cm,
        width_cm=model.width_cm,
        height_cm=model.height_cm,
    )
    rows = combinations(*([value] if o is option else o.values for o in options))
    try:
        with transaction.atomic():
            made = Variant.objects.bulk_create(_variant(product, new, row) for row in rows)
    except IntegrityError as error:
        raise _taken(error) from error
    data = {"option": option_name, "value": value}
    record_event("product.option_added", product, actor=actor, data=data)
    return made


def add_barcode(variant_id: int, code: str, *, actor: Actor) -> Barcode:
    """Give a variant one more barcode; refused when any variant has it."""
    code = clean_line(code, 64, field="code")
    try:
        with transaction.atomic():
            variant = Variant.objects.select_for_update().get(pk=variant_id)
            barcode = Barcode.objects.create(variant=variant, code=code)
            variant.search_folded = fold(f"{variant.search_folded} {code}")
            variant.save(update_fields=["search_folded"])
            record_event("variant.barcode_added", variant, actor=actor, data={"code": code})
    except IntegrityError as error:
        raise _taken(error) from error
    return barcode


def add_image(product_id: int, file: UploadedFile, *, actor: Actor) -> ProductImage:
    """Keep a picture after those there are; the first is the thumbnail everywhere.

    The stored name is ours: what the sender called the file is never a path.
    """
    kind = check_image(file)
    file.name = f"{product_id}.{kind.lower()}"
    with transaction.atomic():
        product = Product.objects.select_for_update().get(pk=product_id)
        last = product.images.aggregate(last=Max("position"))["last"] or 0
        image = ProductImage.objects.create(product=product, file=file, position=last + 1)
        record_event("product.image_added", product, actor=actor)
    return image
