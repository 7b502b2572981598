"""Files that people send: size and kind are checked before anything reads them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError

MEGABYTE = 1024 * 1024
# What a request says around its file: boundaries, small fields.
AROUND_FILE = MEGABYTE
View = TypeVar("View", bound=Callable[..., Any])
IMAGE_FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 40_000_000
_written: ContextVar[list[FieldFile] | None] = ContextVar("files_written", default=None)


@contextmanager
def files_with_rows() -> Iterator[None]:
    """A transaction whose files go with its rows: a rollback deletes what `keep_file` wrote."""
    outer, mine = _written.get(), list[FieldFile]()
    token = _written.set(mine)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        for kept in mine:
            kept.storage.delete(str(kept.name))
        raise
    finally:
        _written.reset(token)
    if outer is not None:
        outer.extend(mine)


def keep_file(kept: FieldFile, name: str, content: File) -> None:
    """Write a row's file before the row; its row is saved within the same `files_with_rows`."""
    written = _written.get()
    if written is None:
        raise RuntimeError("keep_file needs files_with_rows around the row's transaction")
    kept.save(name, content, save=False)
    written.append(kept)


def takes_long_files(view: View) -> View:
    """Outermost decorator of a view whose request may carry a file of IMPORT_MAX_BYTES."""
    view.takes_long_files = True  # type: ignore[attr-defined]
    return view


def most_bytes(request: HttpRequest) -> int:
    """What a whole request with files may hold at its address."""
    match = request.resolver_match
    if match is not None and getattr(match.func, "takes_long_files", False):
        return max(settings.UPLOAD_MAX_BYTES, settings.IMPORT_MAX_BYTES + AROUND_FILE)
    return settings.UPLOAD_MAX_BYTES


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
