"""A warehouse: its address is the carrier's pick-up point, so it is checked like a buyer's."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.models import Warehouse
from oms.kernel.addresses import PROVINCES, validate_ward
from oms.kernel.fields import checked
from oms.kernel.phones import normalise_phone


class WarehouseForm(forms.ModelForm):
    province = forms.ChoiceField(
        label=_("Tỉnh / thành"),
        choices=[("", _("Chọn tỉnh / thành"))] + [(p.name, p.name) for p in PROVINCES],
    )

    class Meta:
        model = Warehouse
        fields = [
            "code", "name", "kind", "contact_name", "phone", "street", "ward", "province",
            "priority", "is_active",
        ]  # fmt: skip

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"]
        return checked(normalise_phone, phone) if phone else ""

    def clean_ward(self) -> str:
        ward = self.cleaned_data["ward"]
        return checked(validate_ward, ward) if ward else ""
