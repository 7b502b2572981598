"""Files that people send: size and kind are checked before anything reads them."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError

MEGABYTE = 1024 * 1024
IMAGE_FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 40_000_000


def check_size(file: UploadedFile, *, max_bytes: int, field: str = "file") -> None:
    if (file.size or 0) > max_bytes:
        raise DomainError(
            _("Tệp “%(name)s” nặng %(size)d MB; tối đa %(limit)d MB.")
            % {
                "name": file.name,
                "size": -(-(file.size or 0) // MEGABYTE),
                "limit": max_bytes // MEGABYTE,
            },
            code="file.too_large",
            field=field,
        )


def check_image(file: UploadedFile, *, max_bytes: int = 10 * MEGABYTE, field: str = "image") -> str:
    """The image's format (JPEG, PNG or WEBP); anything else is refused with the field named."""
    from PIL import Image, UnidentifiedImageError

    check_size(file, max_bytes=max_bytes, field=field)
    try:
        with Image.open(file) as image:
            kind, size = image.format, image.size
            image.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        kind, size = None, (0, 0)
    finally:
        file.seek(0)
    if kind not in IMAGE_FORMATS or size[0] * size[1] > MAX_PIXELS:
        raise _not_an_image(file, field)
    return str(kind)


def _not_an_image(file: Any, field: str) -> DomainError:
    return DomainError(
        _("“%(name)s” không phải là ảnh JPEG, PNG hay WebP đọc được.") % {"name": file.name},
        code="file.not_image",
        field=field,
    )
