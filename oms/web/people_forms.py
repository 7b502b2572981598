"""Forms about users and roles: shape only, the rules are in the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from channels_sync.models import Shop
from channels_sync.selectors.shops import shops_visible_to
from inventory.models import Warehouse
from inventory.selectors.places import warehouses_visible_to
from oms.accounts.models import User
from oms.accounts.permissions import role_choices
from oms.accounts.services.api_keys import NAME_LENGTH
from oms.accounts.services.people import Person
from oms.kernel.fields import LineField


class UserForm(forms.Form):
    full_name = LineField(label=_("Họ tên"), limit=150)
    username = forms.CharField(
        label=_("Tên đăng nhập"),
        max_length=150,
        validators=[User.username_validator],
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    email = forms.EmailField(label=_("Email"), required=False)
    role = forms.ChoiceField(label=_("Vai trò"))
    shops = forms.ModelMultipleChoiceField(
        label=_("Chỉ xem các gian hàng"),
        queryset=Shop.objects.none(),
        required=False,
        help_text=_("Không chọn gian nào là xem tất cả."),
        widget=forms.CheckboxSelectMultiple,
    )
    warehouses = forms.ModelMultipleChoiceField(
        label=_("Chỉ xem các kho"),
        queryset=Warehouse.objects.none(),
        required=False,
        help_text=_("Không chọn kho nào là xem tất cả."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, by: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].choices = role_choices()  # type: ignore[attr-defined]
        self.fields["shops"].queryset = shops_visible_to(by)  # type: ignore[attr-defined]
        self.fields["warehouses"].queryset = (  # type: ignore[attr-defined]
            warehouses_visible_to(by).order_by("priority", "pk")
        )

    def person(self) -> Person:
        data = self.cleaned_data
        return Person(
            username=data["username"],
            full_name=data["full_name"],
            email=data["email"],
            role=data["role"],
            shop_ids=tuple(row.pk for row in data["shops"]),
            warehouse_ids=tuple(row.pk for row in data["warehouses"]),
        )


class RoleForm(forms.Form):
    name = LineField(label=_("Tên vai trò"), limit=60)


class ApiKeyForm(forms.Form):
    name = LineField(
        label=_("Tên chương trình"),
        limit=NAME_LENGTH,
        help_text=_("Ví dụ tên website; đơn gửi vào mang tên này."),
    )
    user = forms.ModelChoiceField(
        label=_("Làm việc với quyền của"),
        queryset=User.objects.filter(is_active=True).order_by("username"),
        help_text=_("Chương trình thấy và làm được đúng những gì người này thấy và làm được."),
    )
