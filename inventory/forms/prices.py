"""Price lists and bulk edits: shape of what is typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.forms.catalogue import CategoryField
from inventory.forms.scan import GOODS_SUGGESTED
from inventory.models import PriceList
from inventory.ports import choices_of
from oms.kernel.fields import LineField, MoneyField

EMPTY_ROWS = 5


class DateField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PriceListForm(forms.Form):
    """What is empty sets no condition."""

    name = LineField(label=_("Tên bảng giá"), limit=120)
    source = forms.ChoiceField(label=_("Nguồn đơn"), required=False)
    shop_ref = forms.TypedChoiceField(
        label=_("Gian hàng"), required=False, coerce=int, empty_value=None
    )
    customer_group = forms.ChoiceField(label=_("Nhóm khách hàng"), required=False)
    priority = forms.IntegerField(
        label=_("Thứ tự xét"),
        min_value=1,
        max_value=1000,
        initial=100,
        help_text=_("Số nhỏ được xét trước khi nhiều bảng cùng có giá."),
    )
    valid_from = DateField(label=_("Từ ngày"), required=False)
    valid_to = DateField(label=_("Đến hết ngày"), required=False)
    is_active = forms.BooleanField(label=_("Đang dùng"), required=False, initial=True)

    def __init__(self, row: PriceList | None, data: Any = None, *, by: Any) -> None:
        names = list(self.base_fields)
        super().__init__(data, initial={name: getattr(row, name) for name in names} if row else {})
        for name, kind, empty in (
            ("source", "source", _("Mọi nguồn")),
            ("shop_ref", "shop", _("Mọi gian hàng")),
            ("customer_group", "customer_group", _("Mọi khách hàng")),
        ):
            choices = [(str(code), label) for code, label in choices_of(kind)]
            if kind == "shop" and by.shop_scope() is not None:
                choices = [row for row in choices if int(row[0]) in by.shop_scope()]
            kept = str(self.initial.get(name) or "")
            if kept and kept not in dict(choices):  # a group or shop that is no more stays said
                choices.append((kept, kept))
            field: Any = self.fields[name]
            field.choices = [("", empty), *choices]


class PriceForm(forms.Form):
    """One step of a price; a row without a price takes the step off the list."""

    sku = LineField(label=_("Mã SKU hoặc mã vạch"), limit=100, required=False)
    from_quantity = forms.IntegerField(
        label=_("Từ số lượng"), required=False, min_value=1, max_value=1_000_000, initial=1
    )
    price_vnd = MoneyField(label=_("Giá"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["sku"].widget.attrs.update(GOODS_SUGGESTED)
        for field in self.fields.values():
            field.widget.attrs.update({"class": "input", "aria-label": f"{field.label}"})


PriceSet = forms.formset_factory(PriceForm, extra=EMPTY_ROWS, max_num=200, absolute_max=200)


class BulkForm(forms.Form):
    """What to change for every product of the filter."""

    FIELDS = [
        ("price_vnd", _("Giá bán")),
        ("status", _("Trạng thái")),
        ("category_id", _("Danh mục")),
    ]
    field = forms.ChoiceField(label=_("Sửa gì"), choices=FIELDS)
    set_vnd = MoneyField(label=_("Đặt giá"), required=False)
    percent = forms.IntegerField(
        label=_("Tăng giảm (%)"), required=False, min_value=-100, max_value=1000
    )
    add_vnd = forms.IntegerField(
        label=_("Cộng thêm (₫)"), required=False, min_value=-(10**12), max_value=10**12
    )
    round_to = forms.TypedChoiceField(
        label=_("Làm tròn đến"),
        choices=[(1, "1 ₫"), (100, "100 ₫"), (1000, "1.000 ₫"), (10000, "10.000 ₫")],
        coerce=int,
        required=False,
    )
    new_status = forms.ChoiceField(
        label=_("Trạng thái mới"),
        choices=[("archived", _("Lưu trữ")), ("active", _("Đang bán"))],
        required=False,
    )
    new_category = CategoryField(label=_("Danh mục mới"))

    def __init__(self, *args: Any, by: Any, **options: Any) -> None:
        """Prices are a choice for who may change them."""
        super().__init__(*args, **options)
        may_price = by.has_perm("inventory.change_price")
        kept = [choice for choice in self.FIELDS if may_price or choice[0] != "price_vnd"]
        self.fields["field"].choices = kept  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        typed = [data.get("set_vnd"), data.get("percent"), data.get("add_vnd")]
        if data.get("field") == "price_vnd" and not any(value is not None for value in typed):
            self.add_error("set_vnd", _("Nhập giá mới, phần trăm hoặc số tiền cộng thêm."))
        return data
