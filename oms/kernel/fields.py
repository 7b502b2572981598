"""Form fields over the kernel's parsers: the parser's refusal becomes the field's error."""

from collections.abc import Callable
from typing import Any

from django import forms

from oms.kernel.errors import DomainError
from oms.kernel.money import parse_vnd
from oms.kernel.text import clean_line


def checked(check: Callable[[str], Any], value: str) -> Any:
    """`check(value)`; a DomainError becomes the ValidationError of the field being cleaned."""
    try:
        return check(value)
    except DomainError as refusal:
        raise forms.ValidationError(refusal.message, code=refusal.code) from refusal


def add_refusal(form: forms.BaseForm, refusal: DomainError) -> None:
    """A service's refusal, beside its field when the form has it, else above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


class MoneyField(forms.CharField):
    """Dong typed any usual way, as an int; empty is None."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(max_length=30, widget=widget, **options)

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        return checked(parse_vnd, text) if text else None

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,}".replace(",", ".") if isinstance(value, int) else value


class LineField(forms.CharField):
    """One clean line; longer than the limit is refused with the count, never cut."""

    def __init__(self, *, limit: int, **options: Any) -> None:
        self.limit = limit
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return checked(lambda line: clean_line(line, self.limit), text or "")
