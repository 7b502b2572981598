"""What an action asks of the person, and which orders are meant."""

from collections.abc import Mapping

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from oms.kernel.fields import LineField
from orders.bulk.registry import Action

MOST_TICKED = 1000


class ActionForm(forms.Form):
    """One field for each thing that the action asks; ids differ, so that many stand on a page."""

    def __init__(self, action: Action, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data, auto_id=f"{action.code}-%s")
        for ask in action.asks:
            words = {"required": _("Cần điền ô này.")}
            hint = {"placeholder": ask.hint}
            if ask.is_long:
                area = forms.Textarea(attrs={"rows": 2, "data-key": action.key, **hint})
                self.fields[ask.name] = forms.CharField(
                    label=str(ask.label), max_length=ask.most, widget=area, error_messages=words
                )
            else:
                line = LineField(label=str(ask.label), limit=ask.most, error_messages=words)
                line.widget.attrs.update(hint)
                self.fields[ask.name] = line


def ticked_ids(data: QueryDict) -> list[int]:
    """The ticked rows; anything that is not a number is left out."""
    values = [value for value in data.getlist("ids") if value.isdecimal() and len(value) < 19]
    return [int(value) for value in values[:MOST_TICKED]]
