"""Forms of the shop page; they check shape only."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from channels_sync.models import Shop
from channels_sync.ports import marketplace
from inventory.models import Warehouse
from inventory.selectors.places import warehouses_visible_to


class ShopForm(forms.Form):
    warehouses = forms.ModelMultipleChoiceField(
        label=_("Kho bán hàng cho gian hàng này"),
        queryset=Warehouse.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Không chọn kho nào nghĩa là mọi kho đang dùng."),
    )
    handover = forms.ChoiceField(label=_("Cách giao cho sàn"), choices=Shop.Handover.choices)

    def __init__(self, data: QueryDict | None = None, *, shop: Shop, by: Any) -> None:
        initial = {
            "warehouses": shop.stock_warehouses.all(),
            "handover": shop.handover,
        }
        super().__init__(data, initial=initial)
        if not marketplace(shop.marketplace).capabilities.chooses_handover:
            del self.fields["handover"]
        self.fields["warehouses"].queryset = (  # type: ignore[attr-defined]
            warehouses_visible_to(by).filter(is_active=True).exclude(kind=Warehouse.Kind.QUARANTINE)
        )


class LinkForm(forms.Form):
    code = forms.CharField(label=_("SKU hoặc mã vạch"), max_length=120)
