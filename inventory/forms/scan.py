"""What a scanner or a person types: a code that names one variant, and how many pieces."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from inventory.models import Variant
from inventory.selectors.catalogue import variant_of_code
from oms.kernel.fields import LineField, checked

MOST_PIECES = 1_000_000
# While a code or a name is typed, the goods that hold it stand below (`inventory/goods.html`).
GOODS_SUGGESTED: dict[str, Any] = {
    "list": "goods",
    "placeholder": _("Gõ mã hoặc tên để tìm"),
    "autocomplete": "off",
    "hx-get": reverse_lazy("inventory:goods_hint"),
    "hx-trigger": "input changed delay:250ms",
    "hx-target": "#goods",
    "hx-sync": "this:replace",
}


class CodeField(LineField):
    """An exact SKU or barcode; cleaned to its variant."""

    def __init__(self, **options: object) -> None:
        attrs = GOODS_SUGGESTED | {"autocapitalize": "off", "enterkeyhint": "done"}
        options.setdefault("label", _("Mã SKU hoặc mã vạch"))
        super().__init__(limit=100, widget=forms.TextInput(attrs=attrs), **options)

    def clean(self, value: object) -> Variant:
        code: str = super().clean(value)
        return checked(variant_of_code, code)


class ScanForm(forms.Form):
    """Enter after the code adds one piece."""

    code = CodeField()
    quantity = forms.IntegerField(
        label=_("Số lượng"), min_value=1, max_value=MOST_PIECES, required=False
    )

    def clean_quantity(self) -> int:
        return self.cleaned_data["quantity"] or 1
