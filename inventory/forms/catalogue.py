"""A new product: its texts, up to three options, and what all variants begin with."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.models import Product
from oms.kernel.fields import LineField, MoneyField


class OptionField(LineField):
    """Values parted by commas, as a tuple; a repeated value is refused."""

    def clean(self, value: Any) -> tuple[str, ...]:
        values = tuple(part.strip() for part in super().clean(value).split(",") if part.strip())
        if len(set(values)) != len(values):
            raise forms.ValidationError(_("Có giá trị bị lặp."))
        return values


class ProductForm(forms.Form):
    name = LineField(label=_("Tên sản phẩm"), limit=255)
    brand = LineField(label=_("Thương hiệu"), limit=120, required=False)
    vat_rate = forms.TypedChoiceField(
        label=_("Thuế suất VAT"), choices=Product.VatRate.choices, coerce=int, initial=8
    )
    description = forms.CharField(
        label=_("Mô tả"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )
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


class ImageForm(forms.Form):
    image = forms.FileField(label=_("Ảnh"))
