"""Forms of goods: a new product, its texts, its variants in one table, its options."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from inventory.forms.scan import GOODS_SUGGESTED
from inventory.models import Product
from inventory.selectors.categories import category_choices
from oms.kernel.fields import LineField, MoneyField

DESCRIPTION_TYPED = 60_000
SPECIFICATION_ROWS = 4
MARGIN_ATTRIBUTES = {
    "hx-get": reverse_lazy("inventory:margin"),
    "hx-target": "#margin",
    "hx-swap": "outerHTML",
    "hx-include": "closest form",
    "hx-trigger": "input changed delay:300ms, change",
}


class OptionField(LineField):
    """Values parted by commas, as a tuple; a repeated value is refused."""

    def clean(self, value: Any) -> tuple[str, ...]:
        values = tuple(part.strip() for part in super().clean(value).split(",") if part.strip())
        if len(set(values)) != len(values):
            raise forms.ValidationError(_("Có giá trị bị lặp."))
        return values


class CategoryField(forms.TypedChoiceField):
    """A category by its path, in the order of the tree."""

    def __init__(self, *, label: Any) -> None:
        super().__init__(
            coerce=int, empty_value=None, choices=_categories, label=label, required=False
        )


def _categories() -> list[tuple[Any, Any]]:
    return [("", _("Không có")), *category_choices()]


class TextsForm(forms.Form):
    """What a product says of itself."""

    name = LineField(label=_("Tên sản phẩm"), limit=255)
    category = CategoryField(label=_("Danh mục"))
    brand = LineField(
        label=_("Thương hiệu"),
        limit=120,
        required=False,
        widget=forms.TextInput(attrs={"list": "brands", "autocomplete": "off"}),
    )
    vat_rate = forms.TypedChoiceField(
        label=_("Thuế suất VAT"), choices=Product.VatRate.choices, coerce=int, initial=8
    )
    description = forms.CharField(
        label=_("Mô tả"),
        required=False,
        max_length=DESCRIPTION_TYPED,
        widget=forms.Textarea(attrs={"rows": 6, "data-rich": "1"}),
    )


class ProductForm(TextsForm):
    sku = LineField(
        label=_("Mã SKU"),
        limit=60,
        help_text=_("Phiên bản lấy mã này và thêm giá trị thuộc tính, ví dụ AT-DEN-M."),
    )
    barcode = LineField(label=_("Mã vạch"), limit=64, required=False)
    price_vnd = MoneyField(label=_("Giá bán"))
    cost_vnd = MoneyField(label=_("Giá vốn"), required=False)
    weight_g = forms.IntegerField(label=_("Khối lượng (g)"), min_value=1, max_value=1_000_000)
    length_cm = forms.IntegerField(label=_("Dài (cm)"), min_value=0, max_value=500, required=False)
    width_cm = forms.IntegerField(label=_("Rộng (cm)"), min_value=0, max_value=500, required=False)
    height_cm = forms.IntegerField(label=_("Cao (cm)"), min_value=0, max_value=500, required=False)
    option1_name = LineField(label=_("Thuộc tính 1"), limit=60, required=False)
    option1_values = OptionField(label=_("Giá trị"), limit=500, required=False)
    option2_name = LineField(label=_("Thuộc tính 2"), limit=60, required=False)
    option2_values = OptionField(label=_("Giá trị"), limit=500, required=False)
    option3_name = LineField(label=_("Thuộc tính 3"), limit=60, required=False)
    option3_values = OptionField(label=_("Giá trị"), limit=500, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("price_vnd", "cost_vnd", "vat_rate"):
            self.fields[name].widget.attrs.update(MARGIN_ATTRIBUTES)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in (1, 2, 3):
            name, values = data.get(f"option{number}_name"), data.get(f"option{number}_values")
            if name and not values and f"option{number}_values" not in self.errors:
                self.add_error(f"option{number}_values", _("Nhập các giá trị, cách nhau dấu phẩy."))
            if values and not name:
                self.add_error(f"option{number}_name", _("Đặt tên cho thuộc tính này."))
        return data

    def options(self) -> list[tuple[str, tuple[str, ...]]]:
        data = self.cleaned_data
        pairs = [(data[f"option{n}_name"], data[f"option{n}_values"]) for n in (1, 2, 3)]
        return [(name, values) for name, values in pairs if name]


class ProductEditForm(TextsForm):
    video_url = LineField(
        label=_("Video"),
        limit=500,
        required=False,
        widget=forms.URLInput(attrs={"placeholder": "https://www.youtube.com/watch?v=…"}),
    )

    unit = LineField(
        label=_("Đơn vị gốc"), limit=30, help_text=_("Tồn kho và đơn hàng đếm bằng đơn vị này.")
    )


class UnitForm(forms.Form):
    """A larger unit: so many of the base unit make one."""

    name = LineField(label=_("Đơn vị tính"), limit=30, required=False)
    factor = forms.IntegerField(
        label=_("Bằng mấy đơn vị gốc"), required=False, min_value=2, max_value=100_000
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("name") and not data.get("factor") and "factor" not in self.errors:
            self.add_error("factor", _("Nhập số lượng quy đổi."))
        return data


UnitSet = forms.formset_factory(UnitForm, extra=2, max_num=12, absolute_max=12)


class SpecificationForm(forms.Form):
    name = LineField(label=_("Thông số"), limit=80, required=False)
    value = LineField(label=_("Giá trị"), limit=500, required=False)


SpecificationSet = forms.formset_factory(
    SpecificationForm, extra=SPECIFICATION_ROWS, max_num=60, absolute_max=60
)


class VariantForm(forms.Form):
    """One row of the variants' table; without their permission price and cost are no fields."""

    variant_id = forms.IntegerField(widget=forms.HiddenInput)
    sku = LineField(label=_("Mã SKU"), limit=100)
    barcodes = forms.CharField(
        label=_("Mã vạch"), required=False, max_length=1400, help_text=_("Cách nhau dấu cách")
    )
    price_vnd = MoneyField(label=_("Giá bán"))
    cost_vnd = MoneyField(label=_("Giá vốn"), required=False)
    weight_g = forms.IntegerField(label=_("Khối lượng (g)"), min_value=0, max_value=1_000_000)
    length_cm = forms.IntegerField(label=_("Dài (cm)"), min_value=0, max_value=500)
    width_cm = forms.IntegerField(label=_("Rộng (cm)"), min_value=0, max_value=500)
    height_cm = forms.IntegerField(label=_("Cao (cm)"), min_value=0, max_value=500)
    allow_backorder = forms.BooleanField(label=_("Đặt khi hết"), required=False)
    is_active = forms.BooleanField(label=_("Đang bán"), required=False)

    def __init__(
        self,
        *args: Any,
        may_see_cost: bool = False,
        may_change_price: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        if not may_see_cost:
            del self.fields["cost_vnd"]
        if not may_change_price:
            del self.fields["price_vnd"]
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = f"{field.label}"
            if name in {"price_vnd", "cost_vnd"}:
                field.widget.attrs["class"] = "input num"
            elif name not in {"allow_backorder", "is_active"}:
                field.widget.attrs["class"] = "input"


VariantSet = forms.formset_factory(VariantForm, extra=0, max_num=500, absolute_max=500)


class ValueForm(forms.Form):
    """One value of an option, to add or to take away."""

    option = LineField(limit=60)
    value = LineField(limit=60)


class OptionForm(forms.Form):
    name = LineField(label=_("Thuộc tính mới"), limit=60)
    values = OptionField(label=_("Giá trị"), limit=500)


class CopyForm(forms.Form):
    name = LineField(label=_("Tên sản phẩm"), limit=255)
    sku = LineField(label=_("Mã SKU"), limit=60)


class ImageForm(forms.Form):
    image = forms.FileField(label=_("Ảnh"))


class CategoryForm(forms.Form):
    name = LineField(label=_("Tên danh mục"), limit=80)
    parent = CategoryField(label=_("Thuộc danh mục"))


class ComponentForm(forms.Form):
    """One component by an exact SKU or barcode; an empty row is none."""

    sku = LineField(label=_("Mã SKU hoặc mã vạch"), limit=100, required=False)
    quantity = forms.IntegerField(
        label=_("Số lượng trong một bộ"), required=False, min_value=1, max_value=10_000
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["sku"].widget.attrs.update(GOODS_SUGGESTED)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("sku") and not data.get("quantity") and "quantity" not in self.errors:
            self.add_error("quantity", _("Số lượng phải từ 1 trở lên."))
        return data


ComponentSet = forms.formset_factory(ComponentForm, extra=3, max_num=60, absolute_max=60)
