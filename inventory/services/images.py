"""Pictures of a product: kept, ordered, dropped, and made small by a job."""

import logging
from functools import partial
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Case, PositiveSmallIntegerField, Value, When
from django.utils.translation import gettext as _

from inventory.models import Product, ProductImage
from oms.kernel import queue
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.files import check_image, files_with_rows, keep_file

log = logging.getLogger(__name__)

MAX_IMAGES = 20
THUMB_PIXELS = 320
SENT_PIXELS = 1200


def add_image(product_id: int, file: UploadedFile, *, actor: Actor) -> ProductImage:
    """Keep a picture after those there are; the first is the thumbnail everywhere.

    The stored name is ours: what the sender called the file is never a path. A job makes it small.
    """
    kind = check_image(file)
    with files_with_rows():
        product = Product.objects.select_for_update().get(pk=product_id)
        places = list(product.images.values_list("position", flat=True))
        if len(places) >= MAX_IMAGES:
            raise DomainError(
                _("Một sản phẩm có tối đa %(most)d ảnh.") % {"most": MAX_IMAGES},
                code="image.too_many",
                field="image",
            )
        position = max(places, default=0) + 1
        image = ProductImage(product=product, position=position)
        keep_file(image.file, f"{product_id}.{kind.lower()}", file)
        image.save()
        record_event("product.image_added", product, actor=actor, data={"position": position})
        transaction.on_commit(partial(hurry_thumbnail, image.pk))
    return image


def hurry_thumbnail(image_id: int) -> None:
    from inventory.tasks import make_thumbnail as task

    queue.hurry(task, image_id)


@transaction.atomic
def place_image(image_id: int, position: int, *, actor: Actor) -> None:
    """Put a picture at a place counted from 1; the others close up. A repeat changes nothing."""
    image = _locked(image_id)
    order = list(image.product.images.values_list("pk", flat=True))
    before = order.index(image.pk) + 1
    position = min(max(position, 1), len(order))
    if before == position:
        return
    order.remove(image.pk)
    order.insert(position - 1, image.pk)
    _number(order)
    record_event(
        "product.image_moved",
        image.product,
        actor=actor,
        data={"changes": {"position": [before, position]}},
    )


@transaction.atomic
def delete_image(image_id: int, *, actor: Actor) -> None:
    """Drop a picture; its files go after the commit, unless a copy of the product shows them."""
    image = _locked(image_id)
    product, files = image.product, [image.file.name, image.thumb.name]
    image.delete()
    _number(list(product.images.values_list("pk", flat=True)))
    record_event("product.image_removed", product, actor=actor)
    transaction.on_commit(partial(_drop_files, [name for name in files if name]))


def _locked(image_id: int) -> ProductImage:
    """The picture, its product locked: who orders pictures waits for his turn."""
    product_id = ProductImage.objects.values_list("product_id", flat=True).get(pk=image_id)
    Product.objects.select_for_update().get(pk=product_id)
    return ProductImage.objects.select_related("product").get(pk=image_id)


def _number(order: list[int]) -> None:
    """Positions 1, 2, 3 ... in one statement."""
    if order:
        turns = [When(pk=pk, then=Value(place)) for place, pk in enumerate(order, 1)]
        rows = ProductImage.objects.filter(pk__in=order)
        rows.update(position=Case(*turns, output_field=PositiveSmallIntegerField()))


def _drop_files(names: list[str]) -> None:
    storage = ProductImage._meta.get_field("file").storage  # type: ignore[union-attr]
    for name in names:
        shown = ProductImage.objects.filter(file=name) | ProductImage.objects.filter(thumb=name)
        if not shown.exists():
            storage.delete(name)


def make_thumbnail(image_id: int) -> bool:
    """Make a picture small, upright and without its camera's notes; True when one was made.

    A picture that has one, or that is gone, is left alone.
    """
    from PIL import Image, ImageOps

    image = ProductImage.objects.filter(pk=image_id, thumb="").first()
    if image is None:
        return False
    out = BytesIO()
    try:
        with image.file.open("rb") as source, Image.open(source) as picture:
            small = ImageOps.exif_transpose(picture)
            small.thumbnail((THUMB_PIXELS, THUMB_PIXELS))
            has_alpha = small.mode in {"RGBA", "LA", "P"}
            small.convert("RGBA" if has_alpha else "RGB").save(out, "WEBP", quality=80)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        # Shown as it came, and not tried again.
        log.warning("thumbnail_failed image_id=%s", image_id)
        ProductImage.objects.filter(pk=image_id, thumb="").update(thumb=image.file.name)
        return False
    name = image.thumb.field.generate_filename(image, f"{image.product_id}-{image.pk}.webp")
    name = image.thumb.storage.save(name, ContentFile(out.getvalue()))
    won = ProductImage.objects.filter(pk=image_id, thumb="").update(thumb=name)
    if not won:
        image.thumb.storage.delete(name)
    return bool(won)


def as_jpeg(image: ProductImage) -> bytes:
    """The picture upright, as shops outside take it: at most SENT_PIXELS wide and high, on white,
    without its camera's notes. Raises DomainError for a file that cannot be read."""
    from PIL import Image, ImageOps

    out = BytesIO()
    try:
        with image.file.open("rb") as source, Image.open(source) as picture:
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((SENT_PIXELS, SENT_PIXELS))
            shown = Image.new("RGB", upright.size, "white")
            layered = upright.convert("RGBA")
            shown.paste(layered, mask=layered)
            shown.save(out, "JPEG", quality=85)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DomainError(
            _("Không đọc được ảnh số %(n)d.") % {"n": image.position}, code="image.unreadable"
        ) from error
    return out.getvalue()


def missing_thumbnails(limit: int = 100) -> list[int]:
    """Pictures whose job was lost, newest first."""
    rows = ProductImage.objects.filter(thumb="").order_by("-pk")
    return list(rows.values_list("pk", flat=True)[:limit])
