"""Shapes of what people type. Business rules live in services."""

import re
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inventory.models import PackageType, Warehouse
from oms.kernel.fields import MoneyField
from shipping.models import CarrierAccount, FeePayer, InspectionNote
from shipping.models.accounts import CLAIM_DAYS
from shipping.ports import CarrierKind, Credential, carrier_kind, carrier_kinds
from shipping.services.cod import REFERENCE_LENGTH

ACCOUNT_FACTS = (
    "name", "shop_id", "warehouse", "last_pickup_at", "uses_own_label", "claim_days",
    "fee_tolerance_vnd", "is_active",
)  # fmt: skip
SIDES = ("length_cm", "width_cm", "height_cm")


class BoxField(forms.ModelChoiceField):
    def label_from_instance(self, box: PackageType) -> str:  # type: ignore[override]
        return f"{box.name} ({box.length_cm} × {box.width_cm} × {box.height_cm} cm)"


class ServiceField(forms.ChoiceField):
    """The services known beforehand; a carrier may have quoted another one on this route."""

    def valid_value(self, value: Any) -> bool:
        return super().valid_value(value) or bool(re.fullmatch(r"[A-Z0-9_]{1,20}", str(value)))


class ShipmentForm(forms.Form):
    """A parcel; sides that are left empty are those of the chosen box."""

    account = forms.ModelChoiceField(
        CarrierAccount.objects.none(), label=_("Tài khoản vận chuyển"), empty_label=None
    )
    service_code = ServiceField(label=_("Dịch vụ"), required=False)
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
    # account|code|words of one of the times that its carrier offered
    pickup = forms.RegexField(r"^\d{1,18}\|[\w/-]{1,20}\|[^|]{1,60}$", required=False)

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
        self.fields["service_code"].choices = service_choices(usable)  # type: ignore[attr-defined]
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

    def pickup_facts(self) -> dict[str, Any]:
        """The time that was asked for, when it is one of the chosen account's carrier."""
        owner, _mark, rest = self.cleaned_data["pickup"].partition("|")
        code, _mark, label = rest.partition("|")
        if not code or owner != str(self.cleaned_data["account"].pk):
            return {}
        return {"pickup_code": code, "pickup_label": label}

    def clean_service_code(self) -> str:
        """Empty is the carrier's usual service; a service of another carrier is a slip."""
        code = self.cleaned_data["service_code"]
        account = self.cleaned_data.get("account")
        kind = carrier_kind(account.carrier) if account else None
        if kind is None or not code or code in kind.services:
            return code
        if any(code in other.services for other in carrier_kinds()):
            raise forms.ValidationError(_("Dịch vụ này không thuộc hãng đã chọn."))
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        account = data.get("account")
        kind = carrier_kind(account.carrier) if account else None
        if kind and not data.get("service_code"):
            data["service_code"] = kind.usual_service(data.get("weight_g") or 0)
        box = data.get("box")
        for name in SIDES:
            if name in self.errors or data.get(name):
                continue
            if box is None:
                self.add_error(name, _("Nhập cạnh này, hoặc chọn thùng."))
            else:
                data[name] = getattr(box, name)
        return data


def service_choices(accounts: QuerySet[CarrierAccount]) -> list[Any]:
    """The services of the carriers in use, under their names."""
    used = set(accounts.values_list("carrier", flat=True))
    groups = [
        (kind.name, [(code, gettext(name)) for code, name in kind.services.items()])
        for kind in carrier_kinds()
        if kind.code in used
    ]
    return [("", _("Dịch vụ thường dùng của hãng")), *groups]


class AccountForm(forms.Form):
    """What one carrier gave the seller; a secret is written, never shown: empty keeps the old."""

    name = forms.CharField(label=_("Tên gợi nhớ"), max_length=80)
    warehouse = forms.ModelChoiceField(
        Warehouse.objects.none(), label=_("Kho lấy hàng"), required=False
    )
    uses_own_label = forms.BooleanField(
        label=_("In nhãn PDF của hãng"),
        required=False,
        help_text=_("Lấy sẵn và in chung tệp; hãng không có PDF thì in nhãn của shop."),
    )
    last_pickup_at = forms.TimeField(
        label=_("Giờ lấy hàng cuối trong ngày"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Vận đơn tạo sau giờ này được tính đi vào ngày mai."),
    )
    claim_days = forms.IntegerField(
        label=_("Hạn gửi khiếu nại (ngày)"),
        min_value=1,
        max_value=365,
        initial=CLAIM_DAYS,
        required=False,
        help_text=_("Theo hợp đồng với hãng, tính từ ngày hãng lấy hàng."),
    )
    fee_tolerance_vnd = MoneyField(
        label=_("Bỏ qua lệch cước đến (₫)"),
        required=False,
        help_text=_("Bảng kê lệch cước không quá số này thì lấy theo hãng, không hỏi lại."),
    )
    is_active = forms.BooleanField(label=_("Đang dùng"), required=False, initial=True)

    def __init__(
        self,
        *args: Any,
        kind: CarrierKind,
        account: CarrierAccount | None = None,
        warehouses: set[int] | None = None,
        **kwargs: Any,
    ) -> None:
        """`warehouses` limits the choice, and makes one of them required; None is all."""
        super().__init__(*args, **kwargs)
        self.kind, self.account = kind, account
        self.fields["shop_id"] = forms.RegexField(
            rf"^{kind.shop_id.pattern}$", label=gettext(kind.shop_id.label)
        )
        for credential in kind.credentials:
            self.fields[credential.name] = self._secret_field(credential)
        active = Warehouse.objects.filter(is_active=True)
        if warehouses is not None:
            active = active.filter(pk__in=warehouses)
            self.fields["warehouse"].required = True
        self.fields["warehouse"].queryset = active  # type: ignore[attr-defined]

    def _secret_field(self, credential: Credential) -> forms.CharField:
        return forms.CharField(
            label=gettext(credential.label),
            max_length=200,
            required=self.account is None,
            widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
            help_text=_("Để trống nếu không đổi.") if self.account else "",
        )

    @property
    def secret_fields(self) -> list[forms.BoundField]:
        return [self[credential.name] for credential in self.kind.credentials]

    def account_facts(self) -> dict[str, Any]:
        """What save_account wants to know."""
        data = self.cleaned_data
        names = [credential.name for credential in self.kind.credentials]
        return {
            "carrier": self.kind.code,
            "secrets": {name: data[name].strip() for name in names},
            **{name: data[name] for name in ACCOUNT_FACTS},
        }


class ReceiverForm(forms.Form):
    phone = forms.CharField(label=_("Điện thoại mới"), max_length=20)
    street = forms.CharField(label=_("Số nhà, đường mới"), max_length=255)


class ChangeCodForm(forms.Form):
    cod_vnd = MoneyField(label=_("Tiền thu hộ mới"))


class SettleForm(forms.Form):
    """Empty: the carrier has no such parcel."""

    tracking_number = forms.RegexField(r"^[\w.-]{4,60}$", required=False)


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
