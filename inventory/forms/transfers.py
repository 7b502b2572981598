"""Transfers between warehouses and decisions about held goods."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inventory.forms.scan import MOST_PIECES
from inventory.models import ReceiptLine, TransferLine, Warehouse
from inventory.selectors.places import stocking_places
from inventory.selectors.purchasing import returnable_lines
from oms.kernel.fields import LineField


class KeyField(forms.UUIDField):
    """A hidden key made with the page: sending the same page twice is one act."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.HiddenInput, initial=uuid4, **options)


class TransferForm(forms.Form):
    key = KeyField()
    source = forms.ModelChoiceField(Warehouse.objects.none(), label=_("Kho xuất"))
    destination = forms.ModelChoiceField(Warehouse.objects.none(), label=_("Kho nhận"))
    note = LineField(label=_("Ghi chú"), limit=200, required=False)

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = stocking_places(user).filter(is_active=True)
        anywhere = Warehouse.objects.filter(is_active=True)
        self.fields["source"].queryset = mine  # type: ignore[attr-defined]
        self.fields["destination"].queryset = anywhere  # type: ignore[attr-defined]


class ReceiveForm(forms.Form):
    """One number per line that is still on its way, filled with all of it."""

    key = KeyField()

    def __init__(self, lines: list[TransferLine], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [line for line in lines if line.in_transit]
        for line in self.lines:
            self.fields[f"line-{line.variant_id}"] = forms.IntegerField(
                label=line.variant.sku,
                min_value=0,
                max_value=line.in_transit,
                required=False,
                initial=line.in_transit,
            )

    def arrived(self) -> dict[int, int]:
        return {
            line.variant_id: self.cleaned_data[f"line-{line.variant_id}"] or 0
            for line in self.lines
        }


class ReasonForm(forms.Form):
    reason = LineField(label=_("Lý do"), limit=200)


class HoldForm(forms.Form):
    """Pieces of one variant out of sale into a quarantine warehouse."""

    key = KeyField()
    quarantine = forms.ModelChoiceField(Warehouse.objects.none(), label=_("Kho chờ kiểm"))
    quantity = forms.IntegerField(label=_("Số lượng"), min_value=1, max_value=MOST_PIECES)
    reason = LineField(label=_("Lý do"), limit=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Warehouse.objects.filter(kind=Warehouse.Kind.QUARANTINE, is_active=True)
        self.fields["quarantine"].queryset = places  # type: ignore[attr-defined]
        self.fields["quarantine"].initial = places.first()


class ReceiptLineField(forms.ModelChoiceField):
    """Where pieces came from, and how many of them may still go back."""

    def label_from_instance(self, obj: Any) -> str:
        return gettext("%(number)s · %(supplier)s · còn trả được %(left)d") % {
            "number": obj.receipt.number,
            "supplier": obj.receipt.order.supplier.name,
            "left": obj.quantity - obj.returned,
        }


class DecideForm(forms.Form):
    """What becomes of held pieces: back to a warehouse that sells, to their supplier, or away."""

    RESTOCK, SCRAP, TO_SUPPLIER = "restock", "scrap", "to_supplier"

    key = KeyField()
    decision = forms.ChoiceField(
        label=_("Quyết định"),
        choices=[
            (RESTOCK, _("Trả về kho bán")),
            (TO_SUPPLIER, _("Trả nhà cung cấp")),
            (SCRAP, _("Hủy hàng")),
        ],
    )
    destination = forms.ModelChoiceField(
        Warehouse.objects.none(),
        label=_("Về kho"),
        required=False,
        help_text=_("Khi trả về kho bán."),
    )
    line = ReceiptLineField(
        ReceiptLine.objects.none(),
        label=_("Theo phiếu nhập"),
        required=False,
        help_text=_("Khi trả nhà cung cấp: phiếu đã đưa hàng này về."),
    )
    quantity = forms.IntegerField(label=_("Số lượng"), min_value=1, max_value=MOST_PIECES)
    reason = LineField(label=_("Lý do"), limit=200)

    def __init__(self, user: Any, variant_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = returnable_lines(user, variant_id)
        self.fields["line"].queryset = lines  # type: ignore[attr-defined]
        self.fields["line"].initial = lines.first()
        selling = stocking_places(user).filter(is_active=True)
        selling = selling.exclude(kind=Warehouse.Kind.QUARANTINE)
        self.fields["destination"].queryset = selling  # type: ignore[attr-defined]
        self.fields["destination"].initial = selling.first()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("decision") == self.RESTOCK and not data.get("destination"):
            self.add_error("destination", _("Hãy chọn kho nhận lại hàng."))
        if data.get("decision") == self.TO_SUPPLIER and not data.get("line"):
            self.add_error("line", _("Hãy chọn phiếu nhập đã đưa hàng này về."))
        return data
