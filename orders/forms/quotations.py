"""Forms of quotations: shape only. Buyer and lines are those of manual entry."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oms.kernel.clock import today
from oms.kernel.fields import LineField, MoneyField
from orders.forms.entry import BaseLineSet, LineForm, OrderEntryForm
from orders.services.quoting import TERMS_LENGTH, USUAL_DAYS

DATE = {"type": "date"}
EMPTY_LINES = 5


class LaterOrderForm(OrderEntryForm):
    """The entry form for an order that comes later, if at all.

    The address may wait; one that is given is checked as an order's is. Prices are in dong: the
    rate of a day to come is not known.
    """

    takes_currencies = False
    left_out: Sequence[str] = ("is_pickup", "buyer_note", "address_raw", "currency")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, draft=True, **options)
        self.is_draft = False
        for name in self.left_out:
            del self.fields[name]
        self.fields["phone"].required = self.fields["name"].required = True


class QuotationForm(LaterOrderForm):
    """How it is paid is agreed on later; an offer has an end and terms."""

    left_out = (*LaterOrderForm.left_out, "is_cod")

    email = forms.EmailField(label=_("Email nhận báo giá"), required=False)
    valid_until = forms.DateField(
        label=_("Có giá trị đến hết ngày"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d")
    )
    terms = forms.CharField(
        label=_("Điều khoản"),
        required=False,
        max_length=TERMS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Giao hàng, thanh toán, bảo hành; khách đọc được."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("valid_until", today() + timedelta(days=USUAL_DAYS))


class QuoteLineForm(LineForm):
    """A line of an order, with a discount of its own."""

    discount = MoneyField(label=_("Giảm giá"), required=False)


QuoteLineSet = forms.formset_factory(
    QuoteLineForm, formset=BaseLineSet, extra=EMPTY_LINES, max_num=100
)


class DeclineForm(forms.Form):
    reason = LineField(label=_("Lý do"), limit=500)


class AcceptForm(forms.Form):
    name = LineField(label=_("Tên người đồng ý"), limit=150)


class BuyerAnswerForm(forms.Form):
    """The buyer's page: agree under a name, or decline with a reason."""

    name = LineField(label=_("Họ tên của bạn"), limit=150, required=False)
    reason = LineField(label=_("Lý do từ chối"), limit=500, required=False)
