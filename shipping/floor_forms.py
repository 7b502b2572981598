"""What is typed or scanned on the warehouse floor."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.forms.transfers import KeyField
from inventory.models import Warehouse
from inventory.selectors.places import warehouses_visible_to
from shipping.models import PickWave
from shipping.selectors.picking import KINDS
from shipping.services.scans import CODE_LENGTH
from shipping.services.waves import MOST_ORDERS


class FloorScanForm(forms.Form):
    """A code as the scanner typed it, under the key that its browser gave it."""

    key = KeyField()
    code = forms.CharField(max_length=CODE_LENGTH, required=False, strip=True)


class PaperForm(forms.Form):
    """How the chosen orders are picked by hand from one sheet or from many."""

    key = KeyField()
    method = forms.ChoiceField(
        label=_("Cách nhặt"), choices=PickWave.Method.choices, initial=PickWave.Method.SINGLE
    )


class WaveForm(forms.Form):
    key = KeyField()
    warehouse = forms.ModelChoiceField(Warehouse.objects.none(), label=_("Kho"), empty_label=None)
    kind = forms.ChoiceField(label=_("Loại đơn"), choices=list(KINDS.items()), required=False)
    method = forms.ChoiceField(label=_("Cách nhặt"), choices=PickWave.Method.choices)
    most = forms.IntegerField(
        label=_("Nhiều nhất (đơn)"), min_value=1, max_value=MOST_ORDERS, initial=20
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = warehouses_visible_to(user).filter(is_active=True)
        self.fields["warehouse"].queryset = places  # type: ignore[attr-defined]
        self.fields["warehouse"].initial = places.first()
        self.fields["method"].initial = PickWave.Method.BATCH
