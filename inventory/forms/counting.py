"""A count: what to count, and what was counted."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.forms.scan import MOST_PIECES, ScanForm
from inventory.forms.transfers import KeyField
from inventory.models import Bin, StockCount, Warehouse
from inventory.selectors.places import stocking_places
from oms.kernel.fields import LineField


class CountForm(forms.Form):
    key = KeyField()
    warehouse = forms.ModelChoiceField(Warehouse.objects.none(), label=_("Kho"))
    scope = forms.ChoiceField(label=_("Phạm vi"), choices=StockCount.Scope.choices)
    bin_prefix = LineField(
        label=_("Vị trí bắt đầu bằng"),
        limit=30,
        required=False,
        help_text=_("Chỉ dùng khi kiểm theo vị trí, ví dụ A hoặc A-01."),
    )
    is_blind = forms.BooleanField(
        label=_("Đếm mù: người đếm không thấy số trên sổ"), required=False, initial=True
    )
    note = LineField(label=_("Ghi chú"), limit=200, required=False)

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = stocking_places(user).filter(is_active=True)
        self.fields["warehouse"].queryset = places  # type: ignore[attr-defined]
        self.fields["warehouse"].initial = places.first()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("scope") != StockCount.Scope.BIN:
            data["bin_prefix"] = ""
        elif not self._has_shelves(data):
            self.add_error("bin_prefix", _("Kho này không có vị trí nào bắt đầu như vậy."))
        return data

    @staticmethod
    def _has_shelves(data: dict[str, Any]) -> bool:
        prefix = data.get("bin_prefix", "")
        shelves = Bin.objects.filter(warehouse=data.get("warehouse"), code__startswith=prefix)
        return bool(prefix) and shelves.exists()


class CountScanForm(ScanForm):
    """Enter counts one more piece; the key makes a scan that is sent twice count once."""

    key = KeyField()


class CountedForm(forms.Form):
    """How many there are in all."""

    key = KeyField()
    counted = forms.IntegerField(label=_("Đếm được"), min_value=0, max_value=MOST_PIECES)
