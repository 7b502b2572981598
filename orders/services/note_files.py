"""Pictures and papers of a note: measured and looked into before they are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError
from oms.kernel.files import MEGABYTE, check_image, check_size, keep_file
from orders.models import NoteFile, OrderNote

MAX_BYTES = 10 * MEGABYTE
MOST_FILES = 5
IMAGES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept, and what it really is."""

    file: Any
    name: str
    content_type: str


def check_files(files: Sequence[UploadedFile]) -> list[Checked]:
    """Pictures (JPEG, PNG, WebP) and PDF by their content; raises DomainError for all else."""
    if len(files) > MOST_FILES:
        raise DomainError(
            _("Mỗi ghi chú có nhiều nhất %(most)d tệp.") % {"most": MOST_FILES},
            code="file.too_many",
            field="files",
        )
    return [_check(file) for file in files]


def keep_files(note: OrderNote, files: Sequence[Checked]) -> None:
    """Within `files_with_rows`."""
    for row in files:
        kept = NoteFile(note=note, name=row.name, content_type=row.content_type)
        keep_file(kept.file, row.name, row.file)
        kept.save()


def _check(file: UploadedFile) -> Checked:
    check_size(file, max_bytes=MAX_BYTES, field="files")
    head = file.read(5)
    file.seek(0)
    name = (file.name or "tep")[-150:]
    if head == b"%PDF-":
        return Checked(file, name, PDF)
    return Checked(file, name, IMAGES[check_image(file, max_bytes=MAX_BYTES, field="files")])
