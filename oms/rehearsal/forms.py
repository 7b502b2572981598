"""How big a rehearsal is to be."""

from django import forms
from django.utils.translation import gettext_lazy as _

# Buyers, and how many come in a second.
SIZES = {"small": (60, 10), "middle": (300, 20), "large": (1_500, 25)}


class StartForm(forms.Form):
    size = forms.ChoiceField(
        label=_("Cỡ"),
        choices=[
            ("small", _("Nhỏ: 60 khách, chừng một phút")),
            ("middle", _("Vừa: 300 khách, vài phút")),
            ("large", _("Lớn: 1.500 khách, mười phút")),
        ],
        initial="small",
    )

    def plan(self) -> tuple[int, int]:
        """Buyers and buyers a second of the chosen size."""
        return SIZES[self.cleaned_data["size"]]
