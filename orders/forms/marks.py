"""What staff put on an order, as one form; and the shop's tags."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oms.kernel.fields import LineField
from orders.models import Order, Tag
from orders.selectors.marks import active_tags, colleagues
from orders.words import PRIORITIES


class MarksForm(forms.Form):
    """Tags, flags, person in charge and priority of one order."""

    tags = forms.TypedMultipleChoiceField(
        label=_("Thẻ"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    flags = forms.MultipleChoiceField(
        label=_("Đơn đặc biệt"),
        choices=Order.Flag.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    assignee = forms.TypedChoiceField(
        label=_("Nhân viên phụ trách"), coerce=int, empty_value=None, required=False
    )
    priority = forms.TypedChoiceField(label=_("Độ ưu tiên"), coerce=int, choices=PRIORITIES.items)

    def __init__(self, order: Order, *args: Any, **options: Any) -> None:
        options["initial"] = {
            "tags": order.tag_ids,
            "flags": order.flags,
            "assignee": order.assignee_id,
            "priority": order.priority,
        }
        super().__init__(*args, **options)
        people: Any = colleagues()
        self.fields["assignee"].choices = [("", _("Chưa giao ai")), *people]  # type: ignore[attr-defined]
        kept = Tag.objects.filter(pk__in=order.tag_ids, is_active=False)
        tags = [*active_tags(), *kept]
        self.fields["tags"].choices = [(tag.pk, tag.name) for tag in tags]  # type: ignore[attr-defined]


class TagForm(forms.Form):
    name = LineField(label=_("Tên thẻ"), limit=40)
    colour = forms.ChoiceField(label=_("Màu"), choices=Tag.Colour.choices)
    is_active = forms.BooleanField(label=_("Đang dùng"), required=False, initial=True)
