"""Shape of what is typed about suppliers, purchase orders and receipts."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.forms.scan import CodeField
from inventory.forms.suppliers import SupplierField
from inventory.models import LandedCost, PurchaseOrder, Supplier, SupplierContact, Warehouse
from oms.kernel.fields import LineField, MoneyField, checked
from oms.kernel.phones import normalise_phone

MOST_LINES = 2_000
# 5*code is five pieces of it.
TIMES = re.compile(r"(\d{1,5})\*(.+)")
DATE = {"type": "date"}


class SupplierForm(forms.ModelForm):
    min_order_vnd = MoneyField(label=_("Giá trị đặt tối thiểu"), required=False)

    class Meta:
        model = Supplier
        fields = [
            "code", "name", "phone", "email", "tax_code", "address", "lead_time_days",
            "min_order_vnd", "min_order_quantity", "payment_terms", "notes", "is_active",
        ]  # fmt: skip
        widgets = {"notes": forms.Textarea(attrs={"rows": 3})}

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"]
        return checked(normalise_phone, phone) if phone else ""

    def clean_min_order_vnd(self) -> int:
        return self.cleaned_data["min_order_vnd"] or 0


class ContactForm(forms.ModelForm):
    class Meta:
        model = SupplierContact
        fields = ["name", "role", "phone", "email"]

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"]
        return checked(normalise_phone, phone) if phone else ""


class PriceForm(forms.Form):
    variant = CodeField()
    supplier_sku = LineField(label=_("Mã hàng của NCC"), limit=100, required=False)
    price_vnd = MoneyField(label=_("Giá nhập mỗi đơn vị mua"))
    pack_size = forms.IntegerField(
        label=_("Số cái mỗi đơn vị mua"), min_value=1, max_value=100_000, initial=1
    )
    min_quantity = forms.IntegerField(
        label=_("Mua từ"), min_value=1, max_value=1_000_000, initial=1
    )
    valid_from = forms.DateField(label=_("Áp dụng từ"), widget=forms.DateInput(attrs=DATE))


class PurchaseForm(forms.Form):
    supplier = SupplierField()
    warehouse = forms.ModelChoiceField(label=_("Nhập vào kho"), queryset=Warehouse.objects.none())
    expected_on = forms.DateField(
        label=_("Ngày dự kiến về"),
        required=False,
        widget=forms.DateInput(attrs=DATE),
        help_text=_("Để trống: tính theo thời gian nhập hàng của nhà cung cấp."),
    )
    note = LineField(label=_("Ghi chú"), limit=500, required=False)


class HeaderForm(forms.Form):
    expected_on = forms.DateField(
        label=_("Ngày dự kiến về"), required=False, widget=forms.DateInput(attrs=DATE)
    )
    note = LineField(label=_("Ghi chú"), limit=500, required=False)


class LineForm(forms.Form):
    """One line: the same goods again replace what was there, no packs takes the line away."""

    variant = CodeField()
    packs = forms.IntegerField(label=_("Số lượng mua"), min_value=0, max_value=1_000_000)
    unit_price_vnd = MoneyField(
        label=_("Đơn giá"), required=False, help_text=_("Để trống: theo giá nhà cung cấp.")
    )
    discount_vnd = MoneyField(label=_("Chiết khấu"), required=False)


class PasteForm(forms.Form):
    """Many lines at once, as copied from a spreadsheet: code, packs, price."""

    rows = forms.CharField(
        label=_("Dán nhiều dòng"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 6, "class": "input mono"}),
        help_text=_("Mỗi dòng: mã, số lượng, đơn giá (có thể bỏ trống), cách nhau bằng Tab."),
    )

    def clean_rows(self) -> list[tuple[str, str, str]]:
        lines = [line for line in self.cleaned_data["rows"].splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(_("Mỗi lần tối đa %d dòng.") % MOST_LINES)
        rows = []
        for number, line in enumerate(lines, 1):
            parts = [part.strip() for part in line.replace(";", "\t").split("\t")]
            if len(parts) < 2 or not parts[1].isdecimal():
                raise forms.ValidationError(_("Dòng %d: cần mã và số lượng.") % number)
            rows.append((parts[0], parts[1], parts[2] if len(parts) > 2 else ""))
        return rows


class DockForm(forms.Form):
    """What stands at the dock without an order: one code a line, as a scanner types them."""

    supplier = SupplierField()
    warehouse = forms.ModelChoiceField(label=_("Nhập vào kho"), queryset=Warehouse.objects.none())
    note = LineField(label=_("Ghi chú"), limit=500, required=False)
    rows = forms.CharField(
        label=_("Hàng đến"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 8, "class": "input mono", "autofocus": True}),
        help_text=_(
            "Quét từng món, mỗi dòng một mã; nhiều món cùng mã: 5*mã. Dán từ bảng tính cũng được: "
            "mã, số lượng (5, hoặc 2 thùng), đơn giá, cách nhau bằng Tab."
        ),
    )

    def clean_rows(self) -> list[tuple[str, int, str, str]]:
        """(code, quantity, unit, price); what has the same code and unit is put together."""
        lines = [line.strip() for line in self.cleaned_data["rows"].splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(_("Mỗi lần tối đa %d dòng.") % MOST_LINES)
        found: dict[tuple[str, str], tuple[int, str]] = {}
        for number, line in enumerate(lines, 1):
            code, units, unit, price = self._row(number, line)
            before, known = found.get((code, unit), (0, ""))
            found[code, unit] = before + units, price or known
        return [(code, units, unit, price) for (code, unit), (units, price) in found.items()]

    @staticmethod
    def _row(number: int, line: str) -> tuple[str, int, str, str]:
        parts = [part.strip() for part in line.replace(";", "\t").split("\t")]
        many = TIMES.fullmatch(parts[0])
        code, pieces = (many[2], many[1]) if many else (parts[0], "1")
        pieces = parts[1] if len(parts) > 1 else pieces
        said = re.fullmatch(r"([1-9][0-9]{0,6})(?:\s+(\D.{0,29}))?", pieces)
        if not code or not said:
            raise forms.ValidationError(_("Dòng %d: cần mã và số lượng.") % number)
        return code, int(said[1]), said[2] or "", parts[2] if len(parts) > 2 else ""


class ReasonForm(forms.Form):
    reason = LineField(label=_("Lý do"), limit=255)


class ScanForm(forms.Form):
    code = LineField(label=_("Quét mã vạch hoặc SKU"), limit=100)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)


class PostReceiptForm(forms.Form):
    accept_over = forms.BooleanField(label=_("Nhận cả số thừa"), required=False)
    over_reason = LineField(label=_("Lý do nhận thừa"), limit=255, required=False)
    freight_vnd = MoneyField(label=_("Phí vận chuyển về kho"), required=False)
    duty_vnd = MoneyField(label=_("Thuế nhập khẩu"), required=False)
    basis = forms.ChoiceField(
        label=_("Phân bổ"), choices=LandedCost.Basis.choices, initial="value", required=False
    )


class LandedForm(forms.Form):
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Loại chi phí"), choices=LandedCost.Kind.choices)
    basis = forms.ChoiceField(label=_("Phân bổ"), choices=LandedCost.Basis.choices)
    amount_vnd = MoneyField(label=_("Số tiền"))
    note = LineField(label=_("Ghi chú"), limit=255, required=False)


class ReturnForm(forms.Form):
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = LineField(label=_("Lý do trả"), limit=255)


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(
        label=_("Trả lời"),
        choices=[
            ("confirmed", _("Giao đủ, đúng ngày")),
            ("late", _("Giao đủ, vào ngày khác")),
            ("short", _("Không đủ hàng")),
        ],
        widget=forms.RadioSelect,
        initial="confirmed",
    )
    answer_on = forms.DateField(
        label=_("Ngày giao được"), required=False, widget=forms.DateInput(attrs=DATE)
    )
    note = LineField(label=_("Ghi chú"), limit=500, required=False)

    def clean_answer(self) -> str:
        return PurchaseOrder.Answer(self.cleaned_data["answer"]).value
