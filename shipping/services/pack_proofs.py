"""Pictures and clips of what went into a parcel: looked into before they are kept, then deleted."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oms.kernel.clips import check_clip
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.files import check_image, files_with_rows, keep_file
from orders.selectors.returns import policy
from orders.services.note_files import IMAGES
from shipping.models import BookingState, Package, PackCheck, PackProof

MOST_OF_PARCEL = 20
BATCH = 200


def keep_proof(
    fulfilment_id: int, file: UploadedFile, *, kind: str, key: UUID, user_id: int
) -> PackProof:
    """Bind a picture or a clip to the parcel that this user packs or has packed.

    The same key again keeps nothing. Raises DomainError before anything is kept.
    """
    package_id = _packed_by(fulfilment_id, user_id)
    known = PackProof.objects.filter(key=key).first()
    if known is not None:
        return _own(known, package_id, user_id)
    is_clip = kind == PackProof.Kind.CLIP
    content = check_clip(file, field="file") if is_clip else _picture(file)
    proof = PackProof(
        package_id=package_id,
        kind=PackProof.Kind(kind),
        content_type=content,
        key=key,
        taken_by_id=user_id,
        taken_at=now(),
    )
    try:
        with files_with_rows():
            _refuse_enough(package_id)
            keep_file(proof.file, "", file)
            proof.save()
    except IntegrityError:  # sent twice at once
        return _own(PackProof.objects.get(key=key), package_id, user_id)
    return proof


def _refuse_enough(package_id: int) -> None:
    """Two tables that send at once are counted one after the other."""
    Package.objects.select_for_update(no_key=True).only("pk").get(pk=package_id)
    if PackProof.objects.filter(package=package_id).count() >= MOST_OF_PARCEL:
        raise DomainError(_("Kiện này đã có đủ bằng chứng."), "proof.enough", "file")


def _own(known: PackProof, package_id: int, user_id: int) -> PackProof:
    """A key answers only who sent it, for the parcel that it was sent for."""
    if (known.package_id, known.taken_by_id) != (package_id, user_id):
        raise DomainError(_("Bạn chưa đóng kiện nào như vậy."), "proof.no_parcel")
    return known


def _picture(file: UploadedFile) -> str:
    return IMAGES[check_image(file, field="file")]


def _packed_by(fulfilment_id: int, user_id: int) -> int:
    check = PackCheck.objects.filter(fulfilment=fulfilment_id, packer=user_id).first()
    live = check and check.fulfilment.packages.exclude(booking_state=BookingState.VOID)
    package = live and live.order_by("id").first()
    if not package:
        raise DomainError(_("Bạn chưa đóng kiện nào như vậy."), "proof.no_parcel")
    return package.pk


def remove_old_proofs() -> int:
    """Delete what is older than the days of the return policy; returns how many."""
    end = now() - timedelta(days=policy().photo_days)
    old = list(PackProof.objects.filter(taken_at__lt=end).order_by("taken_at")[:BATCH])
    for proof in old:
        with transaction.atomic():
            transaction.on_commit(partial(proof.file.storage.delete, str(proof.file.name)))
            proof.delete()
    return len(old)
