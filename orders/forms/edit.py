"""The form of a revision: what is typed beside what its author saw; rules are in the services."""

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oms.kernel.addresses import PROVINCES
from oms.kernel.errors import DomainError
from oms.kernel.fields import LineField, MoneyField
from oms.kernel.phones import normalise_phone, show_phone
from orders.models import Order, OrderLine
from orders.services.edit_values import FIELDS, LINE_FIELDS, Value
from orders.services.editing import PARTS, closed_parts, editable_values

MOST_PIECES = 100_000


class EditForm(forms.Form):
    """Columns of the order by their names, and `line.<id>.<column>` for each of its lines.

    Fields of a part that is `closed` can be read, not typed in.
    """

    base = forms.CharField(widget=forms.HiddenInput, max_length=200_000)
    version = forms.IntegerField(widget=forms.HiddenInput)
    recipient_name = LineField(label=_("Người nhận"), limit=150, required=False)
    recipient_phone = forms.CharField(label=_("Điện thoại"), max_length=30, required=False)
    street = LineField(label=_("Số nhà, đường"), limit=255, required=False)
    ward = LineField(label=_("Phường / xã"), limit=120, required=False)
    district = LineField(label=_("Quận / huyện cũ"), limit=120, required=False)
    province = forms.ChoiceField(label=_("Tỉnh / thành"), required=False)
    buyer_note = LineField(label=_("Ghi chú của khách"), limit=1000, required=False)
    internal_note = LineField(label=_("Ghi chú nội bộ"), limit=1000, required=False)
    discount_vnd = MoneyField(label=_("Giảm giá cả đơn"), required=False)
    shipping_fee_buyer_vnd = MoneyField(label=_("Phí ship khách trả"), required=False)
    reason = LineField(label=_("Lý do sửa"), limit=200, required=False)

    def __init__(self, order: Order, lines: Sequence[OrderLine], *args: Any, **options: Any):
        values = editable_values(order, list(lines))
        options["initial"] = values | {
            "recipient_phone": show_phone(order.recipient_phone),
            "version": order.version,
            "base": json.dumps(values),
        }
        super().__init__(*args, **options)
        names = [province.name for province in PROVINCES]
        odd = [order.province] if order.province not in names else []
        self.fields["province"].choices = [(name, name or "–") for name in odd + names]  # type: ignore[attr-defined]
        self.fields["ward"].widget.attrs.update(list="wards", autocomplete="off")
        for name, key in (("recipient_phone", "F4"), ("discount_vnd", "F6")):
            self.fields[name].widget.attrs["data-key"] = key
        for line in lines:
            self._add_line(line)
        self.closed = closed_parts(order)
        for name in self._closed_names():
            self.fields[name].disabled = True

    def _closed_names(self) -> list[str]:
        columns = frozenset().union(*(PARTS[part] for part in self.closed))
        return [name for name in self.fields if _column(name) in columns]

    def _add_line(self, line: OrderLine) -> None:
        self.fields[f"line.{line.pk}.quantity"] = forms.IntegerField(
            label=_("Số lượng"), min_value=0, max_value=MOST_PIECES
        )
        self.fields[f"line.{line.pk}.unit_price_vnd"] = MoneyField(label=_("Đơn giá"))
        self.fields[f"line.{line.pk}.discount_vnd"] = MoneyField(
            label=_("Giảm giá"), required=False
        )

    def line_fields(self, line: OrderLine) -> list[forms.BoundField]:
        return [self[f"line.{line.pk}.{name}"] for name in LINE_FIELDS]

    def clean_base(self) -> dict[str, Value]:
        """What its author saw; anything else than flat values would be somebody's joke."""
        try:
            base = json.loads(self.cleaned_data["base"])
        except ValueError:
            base = None
        if not isinstance(base, dict) or any(isinstance(v, list | dict) for v in base.values()):
            raise forms.ValidationError(_("Trang đã cũ; hãy mở lại trang sửa."))
        return base

    def clean(self) -> dict[str, Any]:
        """Refuse what was typed in a part that has closed since the page was opened."""
        base = self.cleaned_data.get("base", {})
        # A browser sends nothing of a closed field.
        vain = [
            (self.fields[name].label, text)
            for name in self._closed_names()
            if (text := self.data.get(name)) is not None
            and self._read(name, text) != base.get(name)
        ]
        if "goods" in self.closed:
            vain += [
                (_("Hàng thêm vào"), text)
                for name, text in self.data.items()
                if name.startswith("added-") and name.endswith("-item") and text
            ]
        for label, text in vain:
            told = _("Chưa lưu gì: “%(field)s” đã khóa trong lúc bạn nhập “%(text)s”.")
            self.add_error(None, told % {"field": label, "text": text})
        return self.cleaned_data

    def _read(self, name: str, text: str) -> Value:
        try:
            return _value(name, self.fields[name].clean(text))
        except forms.ValidationError:
            return text

    def typed(self) -> dict[str, Value]:
        """The values that shall be, by the names of `Edit`; a number left empty is none."""
        names = [*FIELDS, *(name for name in self.fields if name.startswith("line."))]
        values = {name: _value(name, self.cleaned_data[name]) for name in names}
        base = self.cleaned_data["base"]
        kept = {name: base[name] for name in self._closed_names() if name in base}
        return values | kept | self._typed_of_gone_lines()

    def _typed_of_gone_lines(self) -> dict[str, Value]:
        """What was typed on lines that somebody removed meanwhile: a conflict, not a silence."""
        typed: dict[str, Value] = {}
        for name in self.cleaned_data["base"]:
            if name.startswith("line.") and name not in self.fields and name in self.data:
                digits = "".join(filter(str.isdigit, self.data[name]))
                typed[name] = int(digits) if digits else 0
        return typed


def _column(name: str) -> str:
    """`line.12.quantity` is `line.quantity` of any line."""
    kind, _dot, rest = name.partition(".")
    return f"line.{rest.rpartition('.')[2]}" if rest else kind


def _value(name: str, value: Any) -> Value:
    if name == "recipient_phone":
        return _phone(value)
    return 0 if value is None and name.endswith("_vnd") else value


def _phone(text: str) -> str:
    """As it is stored, so that an untouched number is no change; the service refuses a bad one."""
    try:
        return normalise_phone(text)
    except DomainError:
        return text.strip()
