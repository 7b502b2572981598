"""Shapes of what people type. Business rules live in services."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from inventory.models import PackageType, Warehouse
from oms.kernel.fields import MoneyField
from shipping.models import CarrierAccount, FeePayer, InspectionNote
from shipping.ports import carrier_kinds
from shipping.services.cod import REFERENCE_LENGTH

SIDES = ("length_cm", "width_cm", "height_cm")


class BoxField(forms.ModelChoiceField):
    def label_from_instance(self, box: PackageType) -> str:  # type: ignore[override]
        return f"{box.name} ({box.length_cm} × {box.width_cm} × {box.height_cm} cm)"


class ShipmentForm(forms.Form):
    """A parcel; sides that are left empty are those of the chosen box."""

    account = forms.ModelChoiceField(
        CarrierAccount.objects.none(), label=_("Tài khoản vận chuyển"), empty_label=None
    )
    service_code = forms.ChoiceField(label=_("Dịch vụ"))
    box = BoxField(
        PackageType.objects.filter(is_active=True),
        label=_("Thùng"),
        required=False,
        empty_label=_("Thùng khác"),
    )
    weight_g = forms.IntegerField(label=_("Khối lượng (g)"), min_value=1, max_value=1_000_000)
    length_cm = forms.IntegerField(label=_("Dài (cm)"), min_value=1, max_value=1000, required=False)
    width_cm = forms.IntegerField(label=_("Rộng (cm)"), min_value=1, max_value=1000, required=False)
    height_cm = forms.IntegerField(label=_("Cao (cm)"), min_value=1, max_value=1000, required=False)
    inspection_note = forms.ChoiceField(label=_("Xem hàng"), choices=InspectionNote.choices)
    fee_payer = forms.ChoiceField(label=_("Người trả phí"), choices=FeePayer.choices)
    cod_vnd = MoneyField(
        label=_("Tiền thu hộ (COD)"),
        required=False,
        help_text=_("Để trống: tiền hàng chưa trả cộng phí giao người mua chịu."),
    )
    note = forms.CharField(label=_("Ghi chú cho bưu tá"), max_length=500, required=False)

    def __init__(
        self,
        *args: Any,
        accounts: QuerySet[CarrierAccount],
        may_edit_cod: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        usable = accounts.filter(is_active=True).order_by("name")
        self.fields["account"].queryset = usable  # type: ignore[attr-defined]
        services = {
            code: _(name) for kind in carrier_kinds() for code, name in kind.services.items()
        }
        self.fields["service_code"].choices = list(services.items())  # type: ignore[attr-defined]
        self.fields["cod_vnd"].disabled = not may_edit_cod
        self._propose_box(self.initial.get("box"))

    def _propose_box(self, proposed: PackageType | None) -> None:
        """Sides of a proposed box stay empty, so that another box brings its own."""
        self.fields["box"].help_text = (
            _("Đề xuất thùng nhỏ nhất vừa hàng. Cạnh để trống thì lấy theo thùng.")
            if proposed
            else _("Không có thùng nào vừa, hoặc hàng chưa có kích thước: hãy đo kiện.")
        )
        if proposed:
            for name in SIDES:
                self.initial.pop(name, None)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        box = data.get("box")
        for name in SIDES:
            if name in self.errors or data.get(name):
                continue
            if box is None:
                self.add_error(name, _("Nhập cạnh này, hoặc chọn thùng."))
            else:
                data[name] = getattr(box, name)
        return data


class AccountForm(forms.Form):
    """A carrier's token is written, never shown again: empty keeps the old one."""

    carrier = forms.ChoiceField(label=_("Đơn vị vận chuyển"))
    name = forms.CharField(label=_("Tên gợi nhớ"), max_length=80)
    token = forms.CharField(
        label=_("Token"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    shop_id = forms.RegexField(r"^\d{1,20}$", label=_("Mã cửa hàng (ShopId)"))
    warehouse = forms.ModelChoiceField(
        Warehouse.objects.none(), label=_("Kho lấy hàng"), required=False
    )
    is_active = forms.BooleanField(label=_("Đang dùng"), required=False, initial=True)

    def __init__(
        self,
        *args: Any,
        account: CarrierAccount | None = None,
        warehouses: set[int] | None = None,
        **kwargs: Any,
    ) -> None:
        """`warehouses` limits the choice, and makes one of them required; None is all."""
        super().__init__(*args, **kwargs)
        self.account = account
        kinds = [(kind.code, kind.name) for kind in carrier_kinds()]
        self.fields["carrier"].choices = kinds  # type: ignore[attr-defined]
        active = Warehouse.objects.filter(is_active=True)
        if warehouses is not None:
            active = active.filter(pk__in=warehouses)
            self.fields["warehouse"].required = True
        self.fields["warehouse"].queryset = active  # type: ignore[attr-defined]
        if account is not None:
            self.fields["carrier"].disabled = True
            self.fields["token"].help_text = _("Để trống nếu không đổi token.")

    def clean_token(self) -> str:
        token = self.cleaned_data["token"].strip()
        if not token and self.account is None:
            raise forms.ValidationError(_("Hãy dán token của hãng."))
        return token


class RemittanceForm(forms.Form):
    amount = MoneyField(label=_("Số tiền nhận"))
    reference = forms.CharField(
        label=_("Mã giao dịch"), max_length=REFERENCE_LENGTH, required=False
    )


class LossForm(forms.Form):
    reason = forms.CharField(label=_("Lý do"), max_length=200)


def chosen_ids(values: list[str], *, limit: int = 500) -> list[int]:
    """Ticked rows as ids; anything that is not a number is left out."""
    return [int(value) for value in values if value.isdecimal() and len(value) < 19][:limit]
