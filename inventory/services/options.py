"""Options of a product that sells already: more values, fewer values, one option more."""

from collections.abc import Sequence
from itertools import product as combinations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory.models import Product, ProductOption, Variant
from inventory.services.catalogue import (
    MAX_OPTIONS,
    NewProduct,
    Option,
    check_options,
    new_variant,
    sku_part,
    taken,
)
from inventory.services.variants import index_variants
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.text import clean_line, fold

VALUE_LENGTH = 60


@transaction.atomic
def add_option_value(
    product_id: int, option_name: str, value: str, *, actor: Actor
) -> list[Variant]:
    """Add a value to an option and only the variants that it makes possible.

    They take price, weight and size from the product's first variant; those that an earlier removal
    archived are sold again. Raises DomainError when the option is unknown or has the value already.
    """
    product, options = _lock(product_id)
    value = clean_line(value, VALUE_LENGTH, field="value")
    option = _named(options, option_name)
    if option is None or not value or fold(value) in map(fold, option.values):
        raise DomainError(
            _("Không thêm được giá trị “%(value)s”.") % {"value": value},
            code="option.values",
            field="value",
        )
    option.values = [*option.values, value]
    check_options([Option(o.name, tuple(o.values)) for o in options])
    option.save(update_fields=["values"])
    rows = list(combinations(*([value] if o is option else o.values for o in options)))
    made = _make(product, rows)
    record_event(
        "product.option_added",
        product,
        actor=actor,
        data={"option": option_name, "value": value, "skus": [v.sku for v in made][:50]},
    )
    return made


@transaction.atomic
def remove_option_value(product_id: int, option_name: str, value: str, *, actor: Actor) -> int:
    """Take a value away; its variants are no longer sold, their stock and history stay.

    Returns how many were archived. Raises DomainError for the last value or an unknown one.
    """
    product, options = _lock(product_id)
    option = _named(options, option_name)
    if option is None or value not in option.values or len(option.values) == 1:
        raise DomainError(
            _("Không bỏ được giá trị “%(value)s”.") % {"value": value},
            code="option.values",
            field="value",
        )
    option.values = [kept for kept in option.values if kept != value]
    option.save(update_fields=["values"])
    place = options.index(option)
    gone = product.variants.filter(is_active=True, **{f"option_values__{place}": value})
    skus = list(gone.values_list("sku", flat=True))
    gone.update(is_active=False)
    data = {"option": option_name, "value": value, "skus": skus[:50]}
    record_event("product.option_removed", product, actor=actor, data=data)
    return len(skus)


@transaction.atomic
def add_option(product_id: int, name: str, values: Sequence[str], *, actor: Actor) -> list[Variant]:
    """Give a product one option more: what there is takes its first value, the others are made.

    Existing variants keep their SKU. Raises DomainError for a fourth option or a name in use.
    """
    product, options = _lock(product_id)
    name = clean_line(name, VALUE_LENGTH, field="name")
    values = [clean_line(value, VALUE_LENGTH, field="values") for value in values]
    if not name or _named(options, name) or fold(name) in {fold(o.name) for o in options}:
        raise DomainError(
            _("Thuộc tính “%(name)s” đã có.") % {"name": name}, code="option.name", field="name"
        )
    wanted = [*(Option(o.name, tuple(o.values)) for o in options), Option(name, tuple(values))]
    if len(wanted) > MAX_OPTIONS:
        raise DomainError(_("Một sản phẩm có tối đa ba thuộc tính."), code="option.too_many")
    check_options(wanted)
    ProductOption.objects.create(
        product=product, position=len(wanted), name=name, values=list(values)
    )
    old = list(product.variants.select_for_update())
    for variant in old:
        variant.option_values = [*variant.option_values, values[0]]
        variant.title = ", ".join(variant.option_values)
    Variant.objects.bulk_update(old, ["option_values", "title"])
    index_variants(product, old)
    rows = combinations(*(o.values for o in options), values[1:])
    made = _make(product, list(rows))
    record_event(
        "product.option_added",
        product,
        actor=actor,
        data={"option": name, "value": ", ".join(values), "skus": [v.sku for v in made][:50]},
    )
    return made


def _lock(product_id: int) -> tuple[Product, list[ProductOption]]:
    product = Product.objects.select_for_update().get(pk=product_id)
    return product, list(product.options.all())


def _named(options: Sequence[ProductOption], name: str) -> ProductOption | None:
    return next((option for option in options if option.name == name), None)


def _make(product: Product, rows: Sequence[Sequence[str]]) -> list[Variant]:
    """The variants of these combinations: archived ones sold again, missing ones made."""
    model = product.variants.order_by("id").first()
    if model is None:
        raise DomainError(_("Sản phẩm chưa có phiên bản."), code="product.empty")
    wanted = {tuple(row) for row in rows}
    old = [v for v in product.variants.all() if tuple(v.option_values) in wanted]
    Variant.objects.filter(pk__in=[v.pk for v in old]).update(is_active=True)
    there = {tuple(v.option_values) for v in old}
    like = NewProduct(
        name=product.name,
        sku=_base_sku(model),
        price_vnd=model.price_vnd,
        cost_vnd=model.cost_vnd,
        weight_g=model.weight_g,
        length_cm=model.length_cm,
        width_cm=model.width_cm,
        height_cm=model.height_cm,
    )
    try:
        with transaction.atomic():
            made = Variant.objects.bulk_create(
                new_variant(product, like, row) for row in rows if tuple(row) not in there
            )
    except IntegrityError as error:
        raise taken(error) from error
    return [*old, *made]


def _base_sku(model: Variant) -> str:
    """The SKU without the parts that options gave it."""
    parts = [sku_part(value) for value in model.option_values]
    for count in range(len(parts), 0, -1):
        tail = "-" + "-".join(parts[:count])
        if model.sku.endswith(tail) and model.sku != tail:
            return model.sku.removesuffix(tail)
    return model.sku
