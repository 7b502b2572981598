"""Form fields over the kernel's parsers: the parser's refusal becomes the field's error."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms

from oms.kernel.currencies import HOME
from oms.kernel.errors import DomainError
from oms.kernel.money import EXPONENTS, minor_text, parse_minor, parse_rate, rate_text
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
    """Money typed any usual way, as an int of minor units; dong unless told otherwise."""

    currency = HOME

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(max_length=30, widget=widget, **options)

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        return checked(lambda typed: parse_minor(typed, self.currency), text) if text else None

    def prepare_value(self, value: Any) -> Any:
        return minor_text(value, self.currency) if isinstance(value, int) else value


def use_currency(form: forms.BaseForm, currency: str, *names: str) -> None:
    """Read and show these amounts of the form in another currency."""
    for name in names:
        field = form.fields[name]
        assert isinstance(field, MoneyField)
        field.currency = currency
        if EXPONENTS[currency]:
            field.widget.attrs["inputmode"] = "decimal"


class RateField(forms.CharField):
    """Dong for one unit of another currency, as a Decimal."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=30, widget=widget, **options)

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        return checked(parse_rate, text) if text else None

    def prepare_value(self, value: Any) -> Any:
        return rate_text(value) if isinstance(value, Decimal) else value


class LineField(forms.CharField):
    """One clean line; longer than the limit is refused with the count, never cut."""

    def __init__(self, *, limit: int, **options: Any) -> None:
        self.limit = limit
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return checked(lambda line: clean_line(line, self.limit), text or "")
