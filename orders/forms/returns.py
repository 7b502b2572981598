"""What buyers and staff say of goods that come back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.forms.scan import MOST_PIECES, CodeField
from oms.kernel.fields import LineField, MoneyField
from orders.models import OrderLine, Reason, Return, ReturnPolicy
from orders.selectors.public_orders import TAIL_DIGITS
from orders.services.new_order import NewLine


def reason_choices() -> list[tuple[str, str]]:
    rows = Reason.objects.filter(kind=Reason.Kind.RETURN, is_active=True)
    return [("", "—"), *rows.values_list("code", "name")]


class ReturnForm(forms.Form):
    """How many of each line come back, and why."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=_("Lý do trả hàng"), choices=reason_choices)
    wish = forms.ChoiceField(
        label=_("Khách muốn"), choices=Return.Wish.choices, initial=Return.Wish.REFUND
    )
    note = LineField(label=_("Ghi chú"), limit=500, required=False)

    def __init__(self, lines: list[OrderLine], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lines = lines
        for line in lines:
            self.fields[f"line-{line.pk}"] = forms.IntegerField(
                label=line.name,
                min_value=0,
                max_value=line.quantity - line.returned,
                required=False,
                initial=0,
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not self.items():
            raise forms.ValidationError(_("Chọn ít nhất một món để trả."))
        return data

    def items(self) -> dict[int, int]:
        typed = {line.pk: self.cleaned_data.get(f"line-{line.pk}") or 0 for line in self.lines}
        return {pk: units for pk, units in typed.items() if units}

    def rows(self) -> list[tuple[OrderLine, forms.BoundField]]:
        return [(line, self[f"line-{line.pk}"]) for line in self.lines]


class StaffReturnForm(ReturnForm):
    is_coming = forms.BooleanField(
        label=_("Đồng ý ngay, chờ hàng về"), required=False, initial=True
    )
    tracking_number = LineField(label=_("Vận đơn trả về"), limit=80, required=False)


class BuyerForm(forms.Form):
    """What a buyer has: the code from the message, and the own phone."""

    code = forms.CharField(label=_("Mã vận đơn hoặc mã đơn hàng"), max_length=60)
    phone_tail = forms.RegexField(
        rf"^[0-9]{{{TAIL_DIGITS}}}$",
        label=_("4 số cuối điện thoại nhận hàng"),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "maxlength": TAIL_DIGITS, "autocomplete": "off"}
        ),
    )


class AnswerForm(forms.Form):
    reason = LineField(label=_("Lý do"), limit=255)


class ApproveForm(forms.Form):
    tracking_number = LineField(label=_("Vận đơn trả về (nếu có)"), limit=80, required=False)


class CreditForm(forms.Form):
    amount_vnd = MoneyField(label=_("Giảm cho đơn"))


class PolicyForm(forms.ModelForm):
    class Meta:
        model = ReturnPolicy
        fields = ("text", "window_days", "alarm_days", "photo_days")
        widgets = {"text": forms.Textarea(attrs={"rows": 6})}


class MaybeCodeField(CodeField):
    """Nothing typed is no goods."""

    def clean(self, value: object) -> Any:
        return super().clean(value) if str(value or "").strip() else None


class ExchangeForm(forms.Form):
    """A few goods instead of those that came back; an empty row is none."""

    ROWS = 3

    shipping_fee_vnd = MoneyField(label=_("Phí ship khách trả"), required=False)
    is_cod = forms.BooleanField(label=_("Thu hộ phần chênh lệch"), required=False, initial=True)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for n in range(self.ROWS):
            self.fields[f"code-{n}"] = MaybeCodeField(required=False)
            self.fields[f"quantity-{n}"] = forms.IntegerField(
                label=_("Số lượng"), min_value=1, max_value=MOST_PIECES, required=False, initial=1
            )
            self.fields[f"price-{n}"] = MoneyField(
                label=_("Đơn giá"), required=False, help_text=_("Bỏ trống: giá bán.")
            )

    def rows(self) -> list[list[forms.BoundField]]:
        names = ("code", "quantity", "price")
        return [[self[f"{name}-{n}"] for name in names] for n in range(self.ROWS)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not self.lines():
            raise forms.ValidationError(_("Chọn ít nhất một món để đổi."))
        return data

    def lines(self) -> list[NewLine]:
        data, found = self.cleaned_data, []
        for n in range(self.ROWS):
            variant, price = data.get(f"code-{n}"), data.get(f"price-{n}")
            if variant:
                found.append(
                    NewLine(
                        variant_id=variant.pk,
                        quantity=data.get(f"quantity-{n}") or 1,
                        unit_price_vnd=variant.price_vnd if price is None else price,
                    )
                )
        return found
