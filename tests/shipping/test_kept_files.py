"""Files go with their rows: what is rolled back leaves nothing on the disk."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError

from inventory.models import ProductImage
from inventory.services import images
from orders.models import OrderNote
from orders.services.notes import add_note
from shipping.services import claims
from tests.inventory.makers import make_variant
from tests.orders.makers import place
from tests.shipping.carriers_money import parcel
from tests.shipping.conftest import ACTOR
from tests.shipping.test_pack_proofs import picture

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 bien ban"


@pytest.fixture(autouse=True)
def disk(settings, tmp_path) -> Path:
    settings.PRIVATE_ROOT = settings.MEDIA_ROOT = tmp_path
    return tmp_path


def on_disk(disk: Path) -> int:
    return sum(path.is_file() for path in disk.rglob("*"))


def papers(last: str) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, PDF) for name in ("a.pdf", last)]


# The database takes no NUL in a name: the row is refused after its file was written.
REFUSED = "b\x00.pdf"


def test_a_note_that_is_rolled_back_leaves_no_file(disk) -> None:
    order = place((make_variant(), 1))
    with pytest.raises((ValueError, DataError)):
        add_note(order.pk, "Ảnh hộp", actor=ACTOR, files=papers(REFUSED))
    assert (OrderNote.objects.count(), on_disk(disk)) == (0, 0)
    add_note(order.pk, "Ảnh hộp", actor=ACTOR, files=papers("b.pdf"))
    assert on_disk(disk) == 2


def test_papers_of_a_claim_that_are_rolled_back_leave_no_file(disk, make_order, account) -> None:
    lost = parcel(make_order(), account, status="lost")
    said = {"kind": "lost", "asked_vnd": 650_000, "text": "Hãng báo mất hàng", "actor": ACTOR}
    with pytest.raises((ValueError, DataError)):
        claims.open_claim(lost.pk, **said, files=papers(REFUSED))
    assert on_disk(disk) == 0
    claim = claims.open_claim(lost.pk, **said, files=papers("b.pdf"))
    with pytest.raises((ValueError, DataError)):
        claims.add_papers(claim.pk, papers(REFUSED), actor=ACTOR)
    assert (claim.files.count(), on_disk(disk)) == (2, 2)


def test_a_picture_of_a_product_that_is_rolled_back_leaves_no_file(disk, monkeypatch) -> None:
    def fails(*_args: object, **_named: object) -> None:
        raise OSError

    monkeypatch.setattr(images, "record_event", fails)
    with pytest.raises(OSError):
        images.add_image(
            make_variant().product_id, SimpleUploadedFile("a.png", picture()), actor=ACTOR
        )
    assert (ProductImage.objects.count(), on_disk(disk)) == (0, 0)
