"""Small tables as uploads, and the whole way of one through the services."""

import csv
import io

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from inventory.imports.profiles import PROFILES
from inventory.models import GoodsImport
from inventory.services import importing
from oms.kernel.actors import Actor


def xlsx(*rows) -> bytes:
    """Texts as text cells, numbers as numbers."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"strings_to_formulas": False})
    sheet = book.add_worksheet("Hàng")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            write = sheet.write_string if isinstance(value, str) else sheet.write_number
            if value != "" and value is not None:
                write(number, column, value)
    book.close()
    return target.getvalue()


def csv_of(*rows) -> bytes:
    """The quickest to read: workbooks have a process of their own."""
    target = io.StringIO()
    csv.writer(target).writerows(rows)
    return target.getvalue().encode()


def upload(data: bytes, name: str = "hang.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def send(profile: str, user, *rows, write=csv_of) -> GoodsImport:
    """Uploaded, columns as guessed, checked."""
    row = importing.start_import(
        PROFILES[profile], upload(write(*rows)), name="hang.xlsx", user=user, language="vi"
    )
    return importing.choose_columns(row.pk, row.mapping, {}, user=user)


def bring_in(profile: str, user, *rows, write=csv_of) -> GoodsImport:
    """The whole way; the worker's part is done here and now."""
    row = send(profile, user, *rows, write=write)
    importing.begin_import(row.pk, actor=Actor.user(user))
    importing.run_import(row.pk)
    row.refresh_from_db()
    return row


def counts(row: GoodsImport) -> tuple[int, int, int, int]:
    """(created, updated, unchanged, failed)"""
    return row.created_count, row.updated_count, row.unchanged_count, row.failed_count


def reasons(row: GoodsImport) -> dict[int, str]:
    """Why rows were not imported, by their number in the sheet."""
    assert row.job is not None
    failures = row.job.rows.filter(ok=False).values_list("key", "message")
    return {int(key): message for key, message in failures}
