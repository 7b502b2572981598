"""Forms of the shop page; they check shape only."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_sync.models import FeeRate, MoneyWord, Shop
from channels_sync.ports import (
    marketplace,
    marketplace_codes,
)
from channels_sync.selectors.rates import sees_all_shops
from channels_sync.selectors.shops import shops_visible_to
from inventory.models import Warehouse
from inventory.selectors.places import warehouses_visible_to
from oms.kernel.fields import LineField, MoneyField, checked
from oms.kernel.money import rate_text, read_decimal


def _time_input() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class ShopForm(forms.Form):
    warehouses = forms.ModelMultipleChoiceField(
        label=_("Kho bán hàng cho gian hàng này"),
        queryset=Warehouse.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Không chọn kho nào nghĩa là mọi kho đang dùng."),
    )
    handover = forms.ChoiceField(label=_("Cách giao cho sàn"), choices=Shop.Handover.choices)
    tolerance_vnd = MoneyField(
        label=_("Báo khi tiền về lệch ước tính quá"),
        required=False,
        help_text=_("Đồng mỗi đơn; lệch ít hơn được bỏ qua."),
    )

    sends_texts = forms.BooleanField(
        label=_("Tự gửi nội dung sản phẩm"),
        required=False,
        help_text=_(
            "Sửa tên, mô tả hay ảnh ở đây thì sàn được cập nhật theo; nội dung đang có trên sàn "
            "bị thay."
        ),
    )

    sync_from = forms.TimeField(
        label=_("Đồng bộ sản phẩm từ"),
        required=False,
        widget=_time_input(),
        help_text=_("Tên, ảnh, giá và sản phẩm mới chờ tới giờ này; tồn luôn gửi ngay."),
    )
    sync_until = forms.TimeField(label=_("Đến"), required=False, widget=_time_input())

    def __init__(self, data: QueryDict | None = None, *, shop: Shop, by: Any) -> None:
        initial = {
            "warehouses": shop.stock_warehouses.all(),
            "handover": shop.handover,
            "tolerance_vnd": shop.tolerance_vnd,
            "sends_texts": shop.sends_texts,
            "sync_from": shop.sync_from,
            "sync_until": shop.sync_until,
        }
        super().__init__(data, initial=initial)
        able = marketplace(shop.marketplace).capabilities
        if not able.chooses_handover:
            del self.fields["handover"]
        if not able.edits_products:
            del self.fields["sends_texts"]
        self.fields["warehouses"].queryset = (  # type: ignore[attr-defined]
            warehouses_visible_to(by).filter(is_active=True).exclude(kind=Warehouse.Kind.QUARANTINE)
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = dict(super().clean() or {})
        begin, end = cleaned.get("sync_from"), cleaned.get("sync_until")
        if (begin is None) is not (end is None):
            self.add_error(
                "sync_until" if end is None else "sync_from",
                gettext("Nhập cả hai giờ, hoặc bỏ trống cả hai."),
            )
        cleaned["sync_hours"] = (begin, end) if begin and end else None
        return cleaned


class LinkForm(forms.Form):
    code = forms.CharField(label=_("SKU hoặc mã vạch"), max_length=120)


class PercentField(forms.CharField):
    """A part of a hundred with up to three decimals, as a Decimal."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=12, widget=widget, **options)

    def clean(self, value: Any) -> Decimal:
        text = super().clean(value)
        read = checked(lambda typed: read_decimal(typed, places=3, grouping=""), text or "0")
        return Decimal(read)

    def prepare_value(self, value: Any) -> Any:
        return rate_text(value) if isinstance(value, Decimal) else value


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"})


class FeeRateForm(forms.Form):
    """Who it is for: a marketplace, or one shop of it."""

    channel = forms.ChoiceField(label=_("Áp dụng cho"))
    kind = forms.ChoiceField(
        label=_("Loại phí"), choices=[(kind.value, kind.label) for kind in FeeRate.CHARGED]
    )
    name = LineField(label=_("Tên phí (nếu có nhiều phí cùng loại)"), limit=120, required=False)
    percent = PercentField(label=_("Phần trăm"), required=False, help_text=_("Ví dụ 4 hoặc 4,91."))
    base = forms.ChoiceField(label=_("Tính trên"), choices=FeeRate.Base.choices)
    cap_vnd = MoneyField(label=_("Tối đa mỗi đơn"), required=False)
    fixed_vnd = MoneyField(label=_("Cộng thêm mỗi đơn"), required=False)
    valid_from = forms.DateField(label=_("Từ ngày"), widget=_day_input())
    source = LineField(
        label=_("Nguồn"), limit=200, help_text=_("Ví dụ: thông báo biểu phí của sàn, trang nào.")
    )

    def __init__(self, data: QueryDict | None = None, *, by: Any, **options: Any) -> None:
        super().__init__(data, **options)
        every = gettext("Mọi gian hàng %(name)s")
        codes = marketplace_codes()
        choices = [(code, every % {"name": marketplace(code).name}) for code in codes]
        if not sees_all_shops(by):
            choices = []
        self.shops = {f"{shop.marketplace}:{shop.pk}": shop for shop in shops_visible_to(by)}
        choices += [(key, shop.name) for key, shop in self.shops.items()]
        self.fields["channel"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The names of services.rates.NewFeeRate."""
        cleaned: dict[str, Any] = dict(super().clean() or {})
        channel = str(cleaned.pop("channel", ""))
        shop = self.shops.get(channel)
        cleaned["marketplace"] = channel.partition(":")[0]
        cleaned["shop_id"] = shop.pk if shop else None
        cleaned["fixed_vnd"] = cleaned.get("fixed_vnd") or 0
        return cleaned


class MoneyWordForm(forms.Form):
    """The names of services.money_words.classify_word; `seen` is the choice that was shown."""

    counts_as = forms.ChoiceField(
        label=_("Khoản này là"),
        choices=[("", _("Chọn…")), *MoneyWord.CHOICES],
        help_text=_(
            "Một loại phí: tính vào lãi lỗ của đơn mà dòng ghi. “Không thuộc đơn nào”: tính vào "
            "lãi lỗ của tháng, không của đơn. “Chỉ chuyển tiền”: không tính vào lãi lỗ nào."
        ),
    )
    seen = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)


class AdoptForm(forms.Form):
    valid_from = forms.DateField(label=_("Áp dụng từ ngày"), widget=_day_input())
