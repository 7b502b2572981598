"""What an uploaded file says: its headings and columns, its rows, and which of them failed."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO

from django.core.files.base import File
from django.utils.translation import gettext as _

from inventory.imports import mapping as columns
from inventory.imports.outcomes import Engine, Sheet
from inventory.imports.profiles import PROFILES, REASON, Profile
from inventory.models import GoodsImport, ImportMapping
from inventory.services import goods_import
from oms.accounts.models import User
from oms.kernel.errors import DomainError
from oms.kernel.tables import (
    Column,
    Table,
    TableStream,
    find_heading,
    stream_table,
    write_xlsx,
)
from oms.kernel.transactions import forbid_in_transaction

SAMPLES = 3
Opened = Table | TableStream
DESCRIBED = (
    "sheet", "sheets", "heading_row", "first_row", "row_count", "labels", "samples", "signature",
    "mapping",
)  # fmt: skip


def describe(row: GoodsImport, opened: Opened, user: User) -> None:
    """What its first rows tell; every row of a file that is read whole."""
    table = opened.head() if isinstance(opened, TableStream) else opened
    profile = PROFILES[row.profile]
    fields = profile.fields_for(user)
    keys = {field.key for field in profile.fields} | {"reason"}
    heading = find_heading(table, known=columns.known_labels(profile.fields), keys=keys)
    data = table.rows[heading.first :]
    row.sheet, row.sheets = table.sheet, list(table.sheets)
    row.heading_row, row.first_row, row.row_count = (
        heading.row,
        heading.first,
        opened.height - heading.first,
    )
    row.labels = heading.labels
    row.samples = [
        [cells[index] for cells in data if cells[index]][:SAMPLES]
        for index in range(len(heading.labels))
    ]
    row.signature = columns.signature(heading.labels)
    chosen = ImportMapping.objects.filter(profile=row.profile, signature=row.signature)
    remembered = chosen.filter(user_id=row.user_id).first()
    if remembered is None and profile.is_shared:
        remembered = chosen.order_by("-used_at").first()
    row.mapping = (
        columns.fitting(fields, remembered.mapping, table.width)
        if remembered
        else columns.guess(fields, heading)
    )


def checked_mapping(row: GoodsImport, mapping: Mapping[str, int], user: User) -> dict[str, int]:
    fields = PROFILES[row.profile].fields_for(user)
    chosen = columns.fitting(fields, mapping, len(row.labels))
    for field in fields:
        if field.required and field.key not in chosen:
            raise DomainError(
                _("Chọn cột cho “%(field)s”.") % {"field": field.label},
                code="import.missing_column",
                field=field.key,
            )
    twice = [place for place, count in Counter(chosen.values()).items() if count > 1]
    if twice:
        raise DomainError(
            _("Cột “%(column)s” được chọn hai lần.") % {"column": row.labels[twice[0]]},
            code="import.column_twice",
        )
    return chosen


def write_failed_rows(row: GoodsImport, target: IO[bytes], *, sheet: str) -> None:
    """What was not imported as a workbook, in the file's own columns, the reason last."""
    assert row.job is not None
    reasons = dict(row.job.rows.filter(ok=False).values_list("key", "message"))
    kept = [i for i, label in enumerate(row.labels) if label != str(REASON)]
    labels = [*(row.labels[i] for i in kept), str(REASON)]
    columns = [Column(str(i), label, "text", 20) for i, label in enumerate(labels)]
    with opened_sheet(row, row.sheet) as table:
        rows = (
            [*(cells[i] for i in kept), reasons[str(number)]]
            for number, cells in table.numbered(row.first_row)
            if str(number) in reasons
        )
        write_xlsx(target, columns, rows, sheet=sheet)


def engine_of(row: GoodsImport) -> Engine:
    """What makes something of the rows of this kind of file."""
    engine: Engine = PROFILES[row.profile].engine or goods_import
    return engine


def prepare(row: GoodsImport, table: Opened) -> Sheet:
    """Permissions and warehouses are asked again: they may have changed since the upload."""
    profile, user = PROFILES[row.profile], User.objects.get(pk=row.user_id)
    if not (
        user.is_active and user.has_perm("inventory.import_goods") and profile.is_open_to(user)
    ):
        raise DomainError(_("Bạn không còn quyền nhập tệp này."), code="import.forbidden")
    return engine_of(row).prepare(
        profile,
        table,
        first=row.first_row,
        mapping=row.mapping,
        options=row.options,
        user=user,
    )


@contextmanager
def opened_sheet(row: GoodsImport, sheet: str) -> Iterator[Opened]:
    """The kept file's sheet, whole or to be read in slices, as its profile wants it."""
    forbid_in_transaction("reading a spreadsheet")
    try:
        file = row.file.open("rb")
    except FileNotFoundError as error:
        raise DomainError(
            _("Tệp đã được xóa; hãy gửi lại."), code="import.gone", field="file"
        ) from error
    with file, opened_file(PROFILES[row.profile], file, sheet=sheet) as table:
        yield table


@contextmanager
def opened_file(profile: Profile, file: File, *, sheet: str = "") -> Iterator[Opened]:
    with stream_table(file, sheet=sheet, limits=profile.limits) as table:
        yield table if profile.is_long else table.whole()
