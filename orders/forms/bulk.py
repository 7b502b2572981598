"""What an action asks of the person, and which orders are meant."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from oms.kernel.fields import LineField
from orders.bulk.registry import Action

MOST_TICKED = 1000


class ActionForm(forms.Form):
    """One field for each thing that the action asks; ids differ, so that many stand on a page."""

    def __init__(self, action: Action, user: Any, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data, auto_id=f"{action.code}-%s")
        for ask in action.asks:
            words = {"required": _("Cần điền ô này.")}
            hint = {"placeholder": ask.hint}
            if ask.choices is not None:
                self.fields[ask.name] = forms.ChoiceField(
                    label=str(ask.label), choices=list(ask.choices(user)), error_messages=words
                )
            elif ask.is_long:
                area = forms.Textarea(attrs={"rows": 2, "data-key": action.key, **hint})
                self.fields[ask.name] = forms.CharField(
                    label=str(ask.label), max_length=ask.most, widget=area, error_messages=words
                )
            else:
                line = LineField(label=str(ask.label), limit=ask.most, error_messages=words)
                if ask.usual is not None:
                    line.widget = SuggestInput(ask.usual())
                line.widget.attrs.update(hint)
                self.fields[ask.name] = line


class SuggestInput(forms.TextInput):
    """A line with words to choose from; the browser offers them, any others are taken too."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__()
        self.words = list(words)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        list_id = f"{(attrs or {}).get('id', name)}-words"
        options = format_html_join("", '<option value="{}"></option>', ((w,) for w in self.words))
        field = super().render(name, value, {**(attrs or {}), "list": list_id}, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', field, list_id, options)


def ticked_ids(data: QueryDict) -> list[int]:
    """The ticked rows; anything that is not a number is left out."""
    values = [value for value in data.getlist("ids") if value.isdecimal() and len(value) < 19]
    return [int(value) for value in values[:MOST_TICKED]]
