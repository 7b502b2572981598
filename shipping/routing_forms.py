"""What is typed about rules of routing and about carriers' codes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.models import Warehouse
from oms.kernel.addresses import PROVINCES
from oms.kernel.fields import LineField, MoneyField
from orders.models import Order
from shipping.models import CarrierAccount, RoutingRule, RuleSet
from shipping.models.status_map import MappedProblem, MappedStatus

ANY = _("Bất kỳ")
# A warehouse of these kinds may send parcels.
SENDING = [
    choice
    for choice in Warehouse.Kind.choices
    if choice[0] not in (Warehouse.Kind.QUARANTINE, Warehouse.Kind.TRANSIT)
]


class RuleSetForm(forms.Form):
    name = LineField(label=_("Tên bộ quy tắc"), limit=80)
    day_vnd = MoneyField(
        label=_("Một ngày chờ đáng giá"),
        help_text=_("Hãng chậm hơn một ngày phải rẻ hơn chừng này mới được chọn."),
    )
    failure_vnd = MoneyField(
        label=_("Một kiện giao hỏng tốn"),
        help_text=_("Phí hoàn và công xử lý; nhân với tỷ lệ hỏng của hãng ở phường đó."),
    )
    may_split = forms.BooleanField(
        label=_("Tự tách đơn khi không kho nào có đủ"), required=False, initial=True
    )


class RoutingRuleForm(forms.Form):
    """When, what, and what then. Fields that stay empty limit nothing."""

    name = LineField(label=_("Tên quy tắc"), limit=80)
    position = forms.IntegerField(label=_("Thứ tự"), min_value=1, max_value=999, initial=1)
    provinces = forms.MultipleChoiceField(
        label=_("Tỉnh / thành nhận"),
        choices=[(province.code, province.name) for province in PROVINCES],
        required=False,
        help_text=_("Không chọn: mọi tỉnh."),
    )
    zone = forms.ChoiceField(label=_("Vùng giao"), required=False)
    source = forms.ChoiceField(label=_("Nguồn đơn"), required=False)
    min_weight_g = forms.IntegerField(label=_("Từ khối lượng (g)"), min_value=0, required=False)
    max_weight_g = forms.IntegerField(label=_("Đến khối lượng (g)"), min_value=0, required=False)
    min_cod_vnd = MoneyField(label=_("Từ tiền thu hộ"), required=False)
    max_cod_vnd = MoneyField(label=_("Đến tiền thu hộ"), required=False)
    effect = forms.ChoiceField(label=_("Tác dụng"), choices=RoutingRule.Effect.choices)
    amount_vnd = MoneyField(
        label=_("Số tiền"), required=False, help_text=_("Chỉ cho ưu tiên và hạn chế.")
    )
    warehouse = forms.ModelChoiceField(
        Warehouse.objects.none(), label=_("Kho"), required=False, empty_label=ANY
    )
    warehouse_kind = forms.ChoiceField(label=_("Loại kho"), required=False)
    account = forms.ModelChoiceField(
        CarrierAccount.objects.none(),
        label=_("Tài khoản vận chuyển"),
        required=False,
        empty_label=ANY,
    )
    service_code = forms.RegexField(
        r"^[A-Za-z0-9_]{1,20}$", label=_("Mã dịch vụ của hãng"), required=False
    )
    is_active = forms.BooleanField(label=_("Đang dùng"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["zone"].choices = [("", ANY), *RoutingRule.Zone.choices]
        fields["source"].choices = [("", ANY), *Order.Source.choices]
        fields["warehouse_kind"].choices = [("", ANY), *SENDING]
        kinds = [kind for kind, _label in SENDING]
        fields["warehouse"].queryset = Warehouse.objects.filter(kind__in=kinds)
        fields["account"].queryset = CarrierAccount.objects.order_by("name")

    def facts(self) -> dict[str, Any]:
        """What save_rule wants: no amount where the effect has none."""
        weighs = self.cleaned_data["effect"] in ("cheaper", "dearer")
        amount = (self.cleaned_data["amount_vnd"] or 0) if weighs else 0
        return {**self.cleaned_data, "amount_vnd": amount}


class TrialForm(forms.Form):
    first = forms.ModelChoiceField(RuleSet.objects.none(), label=_("Bộ thứ nhất"), empty_label=None)
    second = forms.ModelChoiceField(RuleSet.objects.none(), label=_("Bộ thứ hai"), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sets = list(RuleSet.objects.values_list("pk", flat=True)[:2])
        for name, pk in zip(("first", "second"), sets, strict=False):
            self.fields[name].initial = pk
        for name in ("first", "second"):
            self.fields[name].queryset = RuleSet.objects.all()  # type: ignore[attr-defined]


class StatusForm(forms.Form):
    status = forms.ChoiceField(
        label=_("Trạng thái của ta"), choices=MappedStatus.choices, required=False
    )
    problem = forms.ChoiceField(
        label=_("Đưa vào Cần xử lý"), choices=MappedProblem.choices, required=False
    )
