"""Which pieces of a marketplace order are cancelled, and why."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.models import Reason
from orders.selectors.reasons import code_of_reason, reason_names

COUNT, SEEN = "count-", "seen-"


class PiecesForm(forms.Form):
    """For each line a number, beside the names of the pieces that its author saw.

    The names make a second click ask for the same pieces, never for more of them.
    """

    reason = forms.ChoiceField(label=gettext_lazy("Lý do hủy"))

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        names = reason_names(Reason.Kind.CANCEL)
        self.fields["reason"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
        self.seen = _seen(data) if data is not None else {}
        for line, pieces in self.seen.items():
            self.fields[COUNT + line] = forms.IntegerField(
                min_value=0, max_value=len(pieces), required=False
            )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if not self.errors and not self.pieces():
            raise forms.ValidationError(_("Hãy nhập số lượng cần hủy của ít nhất một món."))
        return told

    def pieces(self) -> list[str]:
        """The first ones of each line, as many as were asked for."""
        return [
            piece
            for line, pieces in self.seen.items()
            for piece in pieces[: self.cleaned_data.get(COUNT + line) or 0]
        ]

    def code(self) -> str:
        return code_of_reason(Reason.Kind.CANCEL, self.cleaned_data["reason"])

    def first_error(self) -> str:
        return next(str(message) for messages in self.errors.values() for message in messages)


def _seen(data: QueryDict) -> dict[str, Sequence[str]]:
    return {
        name.removeprefix(SEEN): [piece for piece in str(data[name]).split(",") if piece]
        for name in data
        if name.startswith(SEEN)
    }
