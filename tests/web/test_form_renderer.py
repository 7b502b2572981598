"""Controls drawn without templates are those that Django's templates draw."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from oms.web.form_renderer import DRAWN, FOLDER, FormRenderer

HOSTILE = """<b>"Trà & 'sữa'</b>"""
CHOICES = [
    ("", _("Chưa giao ai")),
    (HOSTILE, HOSTILE),
    (1200, 1200),
    (HOSTILE, [("a", HOSTILE), ("b", mark_safe("<i>b</i>"))]),
]
ATTRS = {"required": True, "hidden": False, "data-key": HOSTILE, "rows": 2, "class": ""}
WIDGETS: list[forms.Widget] = [
    *(forms.TextInput(), forms.NumberInput(), forms.EmailInput(), forms.URLInput()),
    *(forms.HiddenInput(), forms.PasswordInput(render_value=True), forms.Textarea()),
    *(forms.DateInput(), forms.DateTimeInput(), forms.TimeInput(), forms.CheckboxInput()),
    *(forms.Select(choices=CHOICES), forms.SelectMultiple(choices=CHOICES)),
    *(forms.CheckboxSelectMultiple(choices=CHOICES), forms.RadioSelect(choices=CHOICES)),
]


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: type(widget).__name__)
@pytest.mark.parametrize("value", [None, "", HOSTILE, 1200, True, [HOSTILE, "a"]], ids=repr)
def test_a_control_is_what_django_draws(widget: forms.Widget, value: Any) -> None:
    drawn, expected = (
        widget.render("ô <1>", value, {"id": "o-1", **ATTRS}, renderer)
        for renderer in (FormRenderer(), DjangoTemplates())
    )
    assert parse_html(drawn) == parse_html(expected)
    assert "<b>" not in drawn


def test_every_drawn_template_is_one_of_djangos() -> None:
    for name in DRAWN:
        assert name.startswith(FOLDER)
        assert DjangoTemplates().get_template(name)


def test_other_widgets_keep_their_templates() -> None:
    widget = forms.ClearableFileInput()
    assert 'type="file"' in widget.render("f", None, {}, FormRenderer())
