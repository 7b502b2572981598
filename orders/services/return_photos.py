"""Pictures of returned goods: looked into before they are kept, gone when their time is over."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.files import MEGABYTE, check_image, files_with_rows, keep_file
from orders.models import Return, ReturnPhoto
from orders.selectors.returns import policy
from orders.services.note_files import IMAGES

MAX_BYTES = 10 * MEGABYTE
MOST_AT_ONCE, MOST_OF_RETURN = 5, 30
BATCH = 200


def check_photos(files: Sequence[UploadedFile]) -> list[str]:
    """What each picture really is (JPEG, PNG, WebP); raises DomainError for anything else."""
    if len(files) > MOST_AT_ONCE:
        raise DomainError(
            _("Mỗi lần gửi nhiều nhất %(most)d ảnh.") % {"most": MOST_AT_ONCE},
            "photo.too_many",
            "photos",
        )
    return [IMAGES[check_image(f, max_bytes=MAX_BYTES, field="photos")] for f in files]


@files_with_rows()
def add_photos(
    return_id: int, files: Sequence[UploadedFile], *, user_id: int | None, is_buyers: bool = False
) -> int:
    """Keep pictures; returns how many. Raises DomainError before any of them is kept."""
    kinds = check_photos(files)
    document = Return.objects.select_for_update(no_key=True).get(pk=return_id)
    kept = ReturnPhoto.objects.filter(document=document).count()
    if kept + len(files) > MOST_OF_RETURN:
        raise DomainError(_("Phiếu này đã có đủ ảnh."), "photo.enough", "photos")
    for file, kind in zip(files, kinds, strict=True):
        photo = ReturnPhoto(
            document=document,
            content_type=kind,
            is_buyers=is_buyers,
            taken_by_id=user_id,
            taken_at=now(),
        )
        keep_file(photo.file, "", file)
        photo.save()
    return len(files)


def remove_old_photos() -> int:
    """Delete what is older than the policy says (C-82); returns how many."""
    end = now() - timedelta(days=policy().photo_days)
    old = list(ReturnPhoto.objects.filter(taken_at__lt=end).order_by("taken_at")[:BATCH])
    for photo in old:
        with transaction.atomic():
            transaction.on_commit(partial(photo.file.storage.delete, str(photo.file.name)))
            photo.delete()
    return len(old)
