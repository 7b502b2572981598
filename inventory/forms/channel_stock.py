"""A rule of what a channel may be told."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.models import Category, ChannelStockRule
from inventory.services.channel_stock import RuleTerms
from oms.kernel.fields import LineField


class MomentField(forms.DateTimeField):
    """A day and an hour in the company's zone, as the browser's own control writes them."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    input_formats = ["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M"]


class RuleForm(forms.Form):
    sku = LineField(
        label=_("Mã SKU"),
        limit=100,
        required=False,
        help_text=_("Để trống: áp dụng cho mọi sản phẩm của gian hàng."),
    )
    category = forms.ModelChoiceField(
        label=_("Danh mục"),
        queryset=Category.objects.order_by("path"),
        required=False,
        empty_label=_("Mọi danh mục"),
    )
    buffer_kind = forms.ChoiceField(
        label=_("Cách giữ lại"), choices=ChannelStockRule.Buffer.choices
    )
    buffer_value = forms.IntegerField(
        label=_("Giữ lại"),
        min_value=0,
        max_value=1_000_000,
        initial=0,
        help_text=_("Số món, phần trăm, hoặc số phút chờ đồng bộ, tùy cách giữ."),
    )
    max_units = forms.IntegerField(
        label=_("Báo nhiều nhất"),
        min_value=0,
        max_value=1_000_000,
        required=False,
        help_text=_("Để trống: không giới hạn."),
    )
    share_percent = forms.IntegerField(
        label=_("Phần của kênh (%)"),
        min_value=1,
        max_value=100,
        required=False,
        help_text=_("Kênh này chỉ được báo chừng đó phần tồn có thể bán."),
    )
    sale_from = MomentField(label=_("Đợt sale từ"), required=False)
    sale_until = MomentField(
        label=_("đến"),
        required=False,
        help_text=_("Trong đợt sale chỉ gửi số thấp hơn, không tăng tồn trên sàn."),
    )

    def terms(self) -> RuleTerms:
        data = self.cleaned_data
        sale_from: datetime | None = data["sale_from"]
        return RuleTerms(
            buffer_kind=data["buffer_kind"],
            buffer_value=data["buffer_value"],
            max_units=data["max_units"],
            share_percent=data["share_percent"],
            sale_from=sale_from,
            sale_until=data["sale_until"],
        )


def initial_of(rule: ChannelStockRule) -> dict[str, Any]:
    """The form as it would have been filled in for this rule."""
    terms = {name: getattr(rule, name) for name in RuleTerms.__slots__}
    return terms | {
        "sku": rule.variant.sku if rule.variant else "",
        "category": rule.category_id,
    }
