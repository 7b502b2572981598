"""The form of a new product at a shop: it asks what the category asks."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_sync.models import Offering
from channels_sync.ports import AskedField, CategoryRules
from channels_sync.services.offering import Answers
from inventory.models import Product
from oms.kernel.fields import LineField
from oms.kernel.text import fold

PREFIX = "attr_"
MOST_WEIGHT_G, MOST_CM = 300_000, 500
# What a refusal is about, when it is no question of this form: the product itself says it.
OF_PRODUCT = {
    "name": _("Tên"),
    "description": _("Mô tả"),
    "pictures": _("Ảnh"),
    "price": _("Giá bán"),
    "stock": _("Tồn"),
    "options": _("Phân loại"),
    "category": _("Ngành hàng"),
}
FIELDS = {"brand": "brand", "weight": "weight_g"}


def _sides() -> dict[str, forms.IntegerField]:
    names = {"length_cm": _("Dài (cm)"), "width_cm": _("Rộng (cm)"), "height_cm": _("Cao (cm)")}
    return {
        name: forms.IntegerField(label=label, min_value=1, max_value=MOST_CM)
        for name, label in names.items()
    }


class OfferForm(forms.Form):
    brand = forms.ChoiceField(label=_("Thương hiệu trên sàn"), required=False)
    weight_g = forms.IntegerField(
        label=_("Khối lượng cả hộp (g)"), min_value=1, max_value=MOST_WEIGHT_G
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        rules: CategoryRules,
        product: Product,
        offering: Offering | None,
    ) -> None:
        super().__init__(data, initial=_initial(rules, product, offering))
        self.rules, self.product = rules, product
        self.fields |= _sides()
        brands = [(brand.remote_id, brand.name) for brand in rules.brands]
        self.fields["brand"].choices = [("", gettext("Không thương hiệu")), *brands]  # type: ignore[attr-defined]
        self.fields["brand"].required = rules.brand_required
        for asked in rules.fields:
            self.fields[PREFIX + asked.key] = _question(asked)

    @property
    def questions(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith(PREFIX)]

    def answers(self, category_id: str, category_path: str) -> Answers:
        told = self.cleaned_data
        brand = dict(self.fields["brand"].choices).get(told["brand"], "")  # type: ignore[attr-defined]
        given = {each.key: str(told.get(PREFIX + each.key) or "") for each in self.rules.fields}
        return Answers(
            category_id=category_id,
            category_path=category_path,
            brand_id=told["brand"],
            brand_name=str(brand) if told["brand"] else "",
            attributes={
                each.key: (given[each.key], dict(each.options)[given[each.key]])
                if each.options
                else ("", given[each.key])
                for each in self.rules.fields
                if given[each.key]
            },
            weight_g=told["weight_g"],
            length_cm=told["length_cm"],
            width_cm=told["width_cm"],
            height_cm=told["height_cm"],
        )

    def show_refusals(self, faults: Mapping[str, str]) -> list[str]:
        """Put each reason at its question; those about the product itself are given back."""
        left = []
        for field, why in faults.items():
            name = FIELDS.get(field) or field.replace("attr:", PREFIX, 1)
            if name in self.fields:
                self.add_error(name, why)
            else:
                word = OF_PRODUCT.get(field)
                left.append(f"{word}: {why}" if word else why)
        return left


def _question(asked: AskedField) -> forms.Field:
    if not asked.options:
        return LineField(label=asked.name, limit=200, required=asked.is_required)
    return forms.ChoiceField(
        label=asked.name,
        required=asked.is_required,
        choices=[("", gettext("Chọn…")), *asked.options],
    )


def _initial(
    rules: CategoryRules, product: Product, offering: Offering | None
) -> dict[str, object]:
    """What was answered before; else what the product says of itself."""
    if offering is not None:
        told: dict[str, object] = {
            name: getattr(offering, name)
            for name in ("weight_g", "length_cm", "width_cm", "height_cm")
        }
        told["brand"] = offering.brand_id
        given = {key: code or text for key, (code, text) in offering.attributes.items()}
        return told | {PREFIX + key: value for key, value in given.items()}
    variants = list(product.variants.filter(is_active=True))
    told = {
        name: max((getattr(each, name) for each in variants), default=0) or None
        for name in ("weight_g", "length_cm", "width_cm", "height_cm")
    }
    ours = fold(product.brand.name) if product.brand else ""
    told["brand"] = next((b.remote_id for b in rules.brands if fold(b.name) == ours), "")
    words = {fold(name): value for name, value in product.specifications}
    for asked in rules.fields:
        value = words.get(fold(asked.name), "")
        codes = {fold(word): code for code, word in asked.options}
        told[PREFIX + asked.key] = codes.get(fold(value), "") if asked.options else value
    return told
