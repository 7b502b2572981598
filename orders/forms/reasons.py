"""Reasons with their names at the channels, and hours within which to act."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oms.kernel.fields import LineField
from orders.models import Order, OrderProblem, Reason
from orders.models.reasons import KEEP_DAYS, MOST_KEEP_DAYS

# Channels that ask the seller for a reason of their own list.
CHANNELS = (Order.Source.SHOPEE, Order.Source.LAZADA, Order.Source.TIKTOK_SHOP)


class ReasonForm(forms.Form):
    kind = forms.ChoiceField(label=_("Dùng cho"), choices=Reason.Kind.choices)
    name = LineField(label=_("Lý do"), limit=100)
    keep_days = forms.IntegerField(
        label=_("Giữ hàng (ngày)"),
        min_value=0,
        max_value=MOST_KEEP_DAYS,
        initial=KEEP_DAYS,
        required=False,
        help_text=_(
            "Chỉ dùng khi tạm giữ: quá số ngày này hàng đã giữ chỗ tự trả lại kho. "
            "0 là trả lại ngay."
        ),
    )
    is_active = forms.BooleanField(label=_("Đang dùng"), required=False, initial=True)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for channel in CHANNELS:
            self.fields[f"remote_{channel.value}"] = LineField(
                label=_("Mã của %(channel)s") % {"channel": channel.label},
                limit=60,
                required=False,
            )

    def remote(self) -> dict[str, str]:
        return {channel.value: self.cleaned_data[f"remote_{channel.value}"] for channel in CHANNELS}

    def remote_fields(self) -> list[forms.BoundField]:
        return [self[f"remote_{channel.value}"] for channel in CHANNELS]


class RuleForm(forms.Form):
    kind = forms.ChoiceField(label=_("Việc"), choices=OrderProblem.Kind.choices)
    channel = forms.ChoiceField(
        label=_("Kênh"), choices=[("", _("Mọi kênh")), *Order.Source.choices], required=False
    )
    hours = forms.IntegerField(
        label=_("Số giờ"), min_value=0, max_value=999, help_text=_("0 là không đặt hạn.")
    )
