"""A warehouse: its address is the carrier's pick-up point, so it is checked like a buyer's."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from inventory.models import Bin, Warehouse
from inventory.services.places import BinGrid
from oms.accounts.models import User
from oms.kernel.addresses import PROVINCES, find_province, require_ward
from oms.kernel.errors import DomainError
from oms.kernel.fields import LineField, MoneyField, checked
from oms.kernel.phones import normalise_phone, show_phone
from oms.kernel.unit_paths import unit_paths


class WarehouseForm(forms.ModelForm):
    kind = forms.ChoiceField(
        label=_("Loại kho"),
        choices=[pair for pair in Warehouse.Kind.choices if pair[0] != Warehouse.Kind.TRANSIT],
        help_text=_("Hàng ở kho chờ kiểm không được bán."),
    )
    responsible = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("username"),
        label=_("Tài khoản phụ trách"),
        required=False,
        empty_label=_("Chưa giao"),
    )
    province = forms.ChoiceField(
        label=_("Tỉnh / thành"),
        choices=[("", _("Chọn tỉnh / thành"))] + [(p.name, p.name) for p in PROVINCES],
        widget=forms.Select(
            attrs={
                "hx-get": reverse_lazy("inventory:place_wards"),
                "hx-target": "#wards",
                "hx-trigger": "change",
            }
        ),
    )
    capacity_l = forms.IntegerField(
        label=_("Sức chứa (lít)"),
        required=False,
        min_value=1,
        max_value=2_000_000_000,
        help_text=_("1 m³ = 1.000 lít. Để trống nếu không theo dõi chỗ chứa."),
    )
    recount_percent = forms.IntegerField(
        label=_("Lệch quá bao nhiêu % thì đếm lại"), min_value=0, max_value=100, required=False
    )
    recount_vnd = MoneyField(label=_("Lệch quá bao nhiêu tiền thì đếm lại"), required=False)
    approve_vnd = MoneyField(
        label=_("Tổng lệch quá bao nhiêu tiền thì cần duyệt cấp cao"), required=False
    )

    class Meta:
        model = Warehouse
        fields = [
            "code", "name", "kind", "responsible", "contact_name", "phone", "street", "ward",
            "district", "province", "capacity_l", "recount_percent", "recount_vnd", "approve_vnd",
            "priority", "is_active",
        ]  # fmt: skip
        labels = {"district": _("Quận / huyện cũ")}
        help_texts = {
            "district": _("Chỉ điền cho địa chỉ ba cấp, trước tháng 7/2025."),
            "contact_name": _("Hãng vận chuyển gọi người này khi đến lấy hàng."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["ward"].widget.attrs.update(list="wards", autocomplete="off")
        if self.initial.get("phone"):
            self.initial["phone"] = show_phone(self.initial["phone"])

    def clean(self) -> dict[str, Any]:
        """An empty limit is the usual one."""
        data = super().clean() or {}
        self._check_place(data)
        usual = Warehouse()
        for name in ("recount_percent", "recount_vnd", "approve_vnd"):
            if data.get(name) is None:
                data[name] = getattr(usual, name)
            elif data[name] < 0:
                self.add_error(name, _("Mức này không được âm."))
        return data

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"]
        return checked(normalise_phone, phone) if phone else ""

    def _check_place(self, data: dict[str, Any]) -> None:
        """The ward is one that a carrier finds: of today, or with its district one of before."""
        ward, district = data.get("ward", ""), data.get("district", "")
        province = find_province(data.get("province", ""))
        if not ward or province is None:
            return
        try:
            data["ward"] = require_ward(ward, province, district=district)
        except DomainError as refusal:
            self.add_error("ward", refusal.message)
            return
        paths = unit_paths(province.name, district, ward)
        if district and not paths.old:
            told = {"ward": ward, "district": district, "province": province.name}
            self.add_error("district", _("%(district)s (%(province)s) không có %(ward)s.") % told)


class BinGridForm(forms.Form):
    """Shelves A-01-01 .. A-10-04 in one go."""

    zone = LineField(label=_("Khu vực"), limit=10, help_text=_("Ví dụ A"))
    first_rack = forms.IntegerField(label=_("Từ kệ"), min_value=1, max_value=99, initial=1)
    last_rack = forms.IntegerField(label=_("Đến kệ"), min_value=1, max_value=99, initial=10)
    levels = forms.IntegerField(label=_("Số ô mỗi kệ"), min_value=1, max_value=99, initial=4)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("last_rack", 0) < data.get("first_rack", 0):
            self.add_error("last_rack", _("Phải từ số kệ đầu trở lên."))
        return data

    def grid(self) -> BinGrid:
        return BinGrid(**self.cleaned_data)


class BinForm(forms.ModelForm):
    class Meta:
        model = Bin
        fields = ["code", "zone", "walking_order", "is_active"]
        help_texts = {"walking_order": _("Số nhỏ đi trước khi nhặt và kiểm hàng.")}

    def clean_code(self) -> str:
        # The warehouse is no field of this form, so Django leaves their constraint unchecked.
        code: str = self.cleaned_data["code"]
        others = Bin.objects.filter(warehouse_id=self.instance.warehouse_id, code=code)
        if others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Kho này đã có vị trí mang mã đó."))
        return code
