"""What kind of file it is, and whether unpacking it is safe, told before anything is unpacked."""

import re
import zipfile
from pathlib import Path

from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError
from oms.kernel.tables.grid import Limits

_ZIP = b"PK\x03\x04"
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# The first record of an old workbook is followed by FILEPASS (0x002F) when it is protected.
_XLS_PASSWORD = re.compile(rb"\x09\x08\x10\x00.{16}\x2f\x00", re.DOTALL)
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
# Below this nothing can hurt, however well it was packed.
_HARMLESS = 10 * 1024 * 1024


def kind_of(path: Path, limits: Limits) -> str:
    """xlsx, xls, ods, encrypted or text, by content; raises DomainError for what is none."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(_ZIP):
        return _kind_of_package(path, limits)
    if head.startswith(_COMPOUND):
        data = path.read_bytes()
        return "encrypted" if _ENCRYPTED in data or _XLS_PASSWORD.search(data) else "xls"
    if head.lstrip()[:64].lower().startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise not_a_spreadsheet()
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z", b"\x1f\x8b")):
        raise not_a_spreadsheet()
    return "text"


def _kind_of_package(path: Path, limits: Limits) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            _check_index(package.infolist(), limits)
            names = set(package.namelist())
            if "xl/workbook.xml" in names:
                return "xlsx"
            if "mimetype" in names and package.read("mimetype").strip() == _ODS:
                manifest = package.read("META-INF/manifest.xml")
                return "encrypted" if b"encryption-data" in manifest else "ods"
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError) as error:
        raise not_a_spreadsheet() from error
    raise not_a_spreadsheet()


def _check_index(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Refuse by the index alone: nothing has been unpacked yet."""
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    dense = unpacked > _HARMLESS and unpacked > packed * limits.ratio
    if len(entries) > limits.entries or unpacked > limits.unpacked_bytes or dense:
        raise DomainError(
            _("Tệp nén này bung ra quá lớn (%(size)d MB); hãy chép dữ liệu sang tệp mới.")
            % {"size": -(-unpacked // (1024 * 1024))},
            code="table.bomb",
            field="file",
        )


def not_a_spreadsheet() -> DomainError:
    return DomainError(
        _("Đây không phải bảng tính; hãy gửi tệp .xlsx, .xls, .ods hoặc .csv."),
        code="table.not_spreadsheet",
        field="file",
    )
