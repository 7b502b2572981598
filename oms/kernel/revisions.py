"""Two people change one record: what each of them changed, and where they meet. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that two people changed; all three values are kept."""

    field: str
    base: Any
    typed: Any
    current: Any


class RevisionConflict(DomainError):
    """Nothing was saved: `conflicts` says what somebody else made of the same fields."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        self.conflicts = list(conflicts)
        message = _("Người khác vừa sửa cùng chỗ; hãy chọn giá trị cho từng ô rồi lưu lại.")
        super().__init__(message, code="revision.conflict")


def settle(typed: Values, base: Values, current: Values) -> dict[str, Any]:
    """What is left to write of `typed`, on top of what others saved since `base` was seen.

    A field that only the author changed is taken, whatever else has changed; one that he left
    alone stays as others made it; one that both made the same is no conflict. A field that `base`
    does not know is taken as it was typed. Raises RevisionConflict.
    """
    changed = {
        name: value for name, value in typed.items() if name not in base or value != base[name]
    }
    conflicts = [
        Conflict(name, base[name], value, current.get(name))
        for name, value in changed.items()
        if name in base and current.get(name) not in (base[name], value)
    ]
    if conflicts:
        raise RevisionConflict(conflicts)
    return {name: value for name, value in changed.items() if value != current.get(name)}


class SeenField(forms.CharField):
    """What the author of a form saw when he opened it, as JSON in a hidden field.

    It is compared with and never written; what is no object counts as nothing seen.
    """

    widget = forms.HiddenInput

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=20_000, **options)

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else json.dumps(value or {})

    def clean(self, value: Any) -> dict[str, Any]:
        try:
            seen = json.loads(super().clean(value) or "{}")
        except ValueError:
            return {}
        return seen if isinstance(seen, dict) else {}
