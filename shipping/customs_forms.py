"""What a person declares to customs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from oms.kernel.fields import MoneyField
from shipping.models import CustomsDeclaration


class CustomsForm(forms.ModelForm):
    class Meta:
        model = CustomsDeclaration
        fields = ["form", "category", "country", "address"]


class CustomsLineForm(forms.Form):
    description = forms.CharField(label=_("Mô tả (tiếng Anh)"), max_length=120)
    hs_code = forms.RegexField(r"^[0-9.]{4,12}$", label=_("Mã HS"), required=False)
    origin = forms.RegexField(r"^[A-Z]{2}$", label=_("Nước xuất xứ"), initial="VN")
    quantity = forms.IntegerField(label=_("Số lượng"), min_value=1, max_value=1_000_000)
    weight_g = forms.IntegerField(label=_("Khối lượng (g)"), min_value=1, max_value=1_000_000)
    value_vnd = MoneyField(label=_("Giá trị"))


CustomsLines = forms.formset_factory(CustomsLineForm, extra=0, min_num=1, max_num=40)
