"""The supplier as somebody types him: a code or a part of the name, chosen from what is found."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from inventory.models import Supplier
from inventory.selectors.suppliers import shown_supplier, supplier_of_text
from oms.kernel.fields import LineField, checked

# While a name is typed, the suppliers that hold it stand below (`supplier_names.html`).
SUGGESTED: dict[str, Any] = {
    "list": "suppliers",
    "placeholder": _("Gõ mã hoặc tên để tìm"),
    "autocomplete": "off",
    "hx-get": reverse_lazy("inventory:supplier_hint"),
    "hx-trigger": "input changed delay:250ms",
    "hx-target": "#suppliers",
    "hx-sync": "this:replace",
}


class SupplierField(LineField):
    """Cleaned to the one active supplier that is meant; an id as initial value is shown by name."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Nhà cung cấp"))
        super().__init__(limit=240, widget=forms.TextInput(attrs=SUGGESTED), **options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Supplier):
            return shown_supplier(value)
        return value

    def clean(self, value: Any) -> Supplier:
        text: str = super().clean(value)
        return checked(supplier_of_text, text)
