"""Forms of saved views, of the columns, and of many codes at once."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from orders.selectors.columns import columns_for


class ViewForm(forms.Form):
    """Only who may share is asked with whom."""

    name = forms.CharField(label=_("Tên bộ lọc"), max_length=40)
    role = forms.ChoiceField(label=_("Dùng chung cho"), required=False)

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user.has_perm("orders.share_view"):
            roles = get_user_model()._meta.get_field("role").choices or ()
            self.fields["role"].choices = [("", _("Chỉ mình tôi")), *roles]  # type: ignore[attr-defined]
        else:
            del self.fields["role"]


class ColumnsForm(forms.Form):
    columns = forms.MultipleChoiceField(
        label=_("Cột hiển thị"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = [(column.key, column.label) for column in columns_for(user)]
        self.fields["columns"].choices = shown  # type: ignore[attr-defined]


class CodesForm(forms.Form):
    codes = forms.CharField(
        label=_("Mỗi dòng một mã"),
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Mã đơn, mã đơn của sàn hoặc mã vận đơn, dán được cả cột từ Excel."),
    )
