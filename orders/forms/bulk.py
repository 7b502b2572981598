"""What an action asks of the person, and which orders are meant."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from oms.kernel.fields import LineField
from orders.bulk.registry import Action, Ask

MOST_TICKED = 1000


# The choice beside the usual ones; no sentence that somebody would send.
OTHER = "__other__"


class ActionForm(forms.Form):
    """One field for each thing that the action asks; ids differ, so that many stand on a page."""

    def __init__(self, action: Action, user: Any, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data, auto_id=f"{action.code}-%s")
        self.action = action
        for ask in action.asks:
            self.fields[ask.name] = _field(ask, action, user)

    def clean(self) -> dict[str, Any]:
        """Other words than the usual take the place of the choice that stood for them."""
        said = self.cleaned_data
        for ask in self.action.asks:
            if ask.otherwise and said.get(ask.name) == OTHER:
                said[ask.name], said[ask.otherwise] = said.get(ask.otherwise, ""), ""
                if not said[ask.name] and ask.otherwise not in self.errors:
                    self.add_error(ask.otherwise, _("Lý do khác thì ghi rõ vào ghi chú."))
        return said


def _field(ask: Ask, action: Action, user: Any) -> forms.Field:
    told: dict[str, Any] = {
        "label": str(ask.label),
        "help_text": ask.help,
        "required": not ask.is_optional,
        "error_messages": {"required": _("Cần điền ô này.")},
    }
    hint: dict[str, Any] = {"placeholder": ask.hint}
    if ask.choices is not None:
        return forms.ChoiceField(choices=list(ask.choices(user)), **told)
    if ask.is_long:
        area = forms.Textarea(attrs={"rows": 2, "data-key": action.key, **hint})
        return forms.CharField(max_length=ask.most, widget=area, **told)
    return LineField(limit=ask.most, widget=_line(ask, hint), **told)


def _line(ask: Ask, hint: dict[str, Any]) -> forms.Widget:
    """The usual words as a list with one entry for others, as suggestions, or none."""
    if ask.usual is None:
        return forms.TextInput(attrs=hint)
    if not ask.otherwise:
        return SuggestInput(ask.usual(), hint)
    names = [(name, name) for name in ask.usual()]
    return forms.Select(choices=[("", _("Chọn lý do…")), *names, (OTHER, _("Lý do khác…"))])


class SuggestInput(forms.TextInput):
    """A line with words to choose from; the browser offers them, any others are taken too."""

    def __init__(self, words: Sequence[str], attrs: dict[str, Any]) -> None:
        super().__init__(attrs)
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
