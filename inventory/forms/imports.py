"""An upload, and which of its columns are which."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.imports.profiles import PROFILES, Profile
from inventory.models import GoodsImport
from inventory.selectors.places import warehouses_visible_to
from oms.kernel.files import MEGABYTE
from oms.kernel.tables import LIMITS, Limits, column_name


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Tệp xlsx, xls, ods hoặc csv"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.tsv,.txt"}),
    )

    def __init__(self, *args: Any, limits: Limits, **options: Any) -> None:
        super().__init__(*args, **options)
        said = {"mb": limits.file_bytes // MEGABYTE, "rows": f"{limits.rows:,}".replace(",", ".")}
        text = (
            _("Tối đa %(mb)d MB và %(rows)s dòng. Chưa có gì được ghi ở bước này.")
            if limits.rows <= LIMITS.rows
            else _("Tối đa %(mb)d MB, bao nhiêu dòng cũng được. Chưa có gì được ghi ở bước này.")
        )
        self.fields["file"].help_text = text % said


class ColumnsForm(forms.Form):
    """One select a field, named `col_<key>`; the choices are the file's own columns."""

    def __init__(self, row: GoodsImport, user: Any, data: Any = None) -> None:
        super().__init__(data)
        self.row = row
        self.profile: Profile = PROFILES[row.profile]
        places = [("", _("– không có –")), *_columns(row)]
        for field in self.profile.fields_for(user):
            self.fields[f"col_{field.key}"] = forms.ChoiceField(
                label=str(field.label),
                choices=places,
                required=field.required,
                initial=row.mapping.get(field.key, ""),
                help_text=str(field.help),
            )
        if self.profile.code == "opening_stock":
            self.fields["warehouse_id"] = forms.ModelChoiceField(
                label=_("Kho cho dòng để trống cột Kho"),
                queryset=warehouses_visible_to(user).filter(is_active=True),
                required=False,
                empty_label=_("– không có –"),
                initial=row.options.get("warehouse_id"),
            )

        for name, field in self.profile.asks(row.labels).items() if self.profile.asks else ():
            field.initial = row.options.get(name, field.initial)
            self.fields[name] = field

    def columns(self) -> Iterator[forms.BoundField]:
        for name in self.fields:
            if name.startswith("col_"):
                yield self[name]

    def questions(self) -> Iterator[forms.BoundField]:
        for name in self.fields:
            if not name.startswith("col_"):
                yield self[name]

    def mapping(self) -> dict[str, int]:
        return {
            name.removeprefix("col_"): int(value)
            for name, value in self.cleaned_data.items()
            if name.startswith("col_") and value != ""
        }

    def options(self) -> dict[str, Any]:
        warehouse = self.cleaned_data.get("warehouse_id")
        asked = self.profile.asks(self.row.labels) if self.profile.asks else {}
        own = {name: self.cleaned_data[name] for name in asked}
        return own | ({"warehouse_id": warehouse.pk} if warehouse else {})


def _columns(row: GoodsImport) -> list[tuple[str, str]]:
    """The file's columns by letter, heading and first value."""
    found = []
    for index, label in enumerate(row.labels):
        sample = next(iter(row.samples[index]), "")[:30]
        text = f"{column_name(index)}: {label or '?'}" + (f" ({sample})" if sample else "")
        if label or sample:
            found.append((str(index), text))
    return found
