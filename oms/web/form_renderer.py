"""Form controls drawn without a template each: a page has dozens, and each cost three templates.

What is drawn is what Django's own templates draw, but for white space; a widget that is not listed
here goes through its template.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

Widget = Mapping[str, Any]


class FormRenderer(DjangoTemplates):
    def render(
        self, template_name: str, context: dict[str, Any], request: Any = None
    ) -> SafeString | str:
        draw = DRAWN.get(template_name)
        if draw is None:
            return super().render(template_name, context, request)
        # Every value was escaped where it was put in.
        return SafeString(draw(context["widget"]))


def _attributes(widget: Widget) -> str:
    """As Django: what is False is left out, what is True has no value."""
    return "".join(
        f" {name}" if value is True else f' {name}="{conditional_escape(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _input(widget: Widget) -> str:
    value = widget["value"]
    said = "" if value is None else f' value="{conditional_escape(value)}"'
    name = conditional_escape(widget["name"])
    return f'<input type="{widget["type"]}" name="{name}"{said}{_attributes(widget)}>'


def _choice(widget: Widget) -> str:
    """One box or one circle, in its label where the widget says so."""
    if not widget.get("wrap_label"):
        return _input(widget)
    pk = widget["attrs"].get("id")
    target = f' for="{conditional_escape(pk)}"' if pk else ""
    return f"<label{target}>{_input(widget)} {_text(widget['label'])}</label>"


def _textarea(widget: Widget) -> str:
    name, text = conditional_escape(widget["name"]), _text(widget["value"] or "")
    return f'<textarea name="{name}"{_attributes(widget)}>\n{text}</textarea>'


def _select(widget: Widget) -> str:
    groups = "".join(_group(name, options) for name, options, _index in widget["optgroups"])
    name = conditional_escape(widget["name"])
    return f'<select name="{name}"{_attributes(widget)}>{groups}</select>'


def _group(name: Any, options: list[Widget]) -> str:
    drawn = "".join(map(_option, options))
    return f'<optgroup label="{_text(name)}">{drawn}</optgroup>' if name else drawn


def _option(widget: Widget) -> str:
    value = conditional_escape(str(widget["value"]))
    return f'<option value="{value}"{_attributes(widget)}>{_text(widget["label"])}</option>'


def _text(value: Any) -> str:
    return conditional_escape(localize(value))


FOLDER = "django/forms/widgets/"
INPUTS = ("text", "number", "email", "url", "tel", "search", "password", "hidden", "date")
CHOICES = ("checkbox_option", "radio_option")
DRAWN: dict[str, Callable[[Widget], str]] = {
    **{f"{FOLDER}{kind}.html": _input for kind in (*INPUTS, "datetime", "time", "checkbox")},
    **{f"{FOLDER}{kind}.html": _choice for kind in CHOICES},
    f"{FOLDER}textarea.html": _textarea,
    f"{FOLDER}select.html": _select,
}
