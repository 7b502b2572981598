"""D7: a picture or a short clip is bound to the parcel, found by scan, deleted after its days."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from oms.kernel.clips import MOST_BYTES, check_clip
from oms.kernel.errors import DomainError
from orders.selectors.returns import policy
from shipping.models import Package, PackProof
from shipping.services.pack_proofs import MOST_OF_PARCEL, keep_proof, remove_old_proofs
from shipping.services.packing import start_check
from tests.inventory.makers import make_warehouse
from tests.shipping.floor import ACTOR, make_shop, waiting

pytestmark = pytest.mark.django_db
HEAD = bytes.fromhex("1a45dfa3") + b"\x80"  # of no content
UNKNOWN = b"\x01" + b"\xff" * 7


def webm(seconds: int) -> bytes:
    """As a recorder writes it: a frame each second, a cluster each ten, lengths unknown."""
    out = HEAD + bytes.fromhex("18538067") + UNKNOWN
    for at in range(0, seconds + 1, 10):
        out += bytes.fromhex("1f43b675") + UNKNOWN
        out += b"\xe7\x84" + (at * 1000).to_bytes(4)
        for second in range(min(10, seconds + 1 - at)):
            out += b"\xa3\x85\x81" + (second * 1000).to_bytes(2) + b"\x80\x00"
    return out


def box(name: bytes, body: bytes) -> bytes:
    return (8 + len(body)).to_bytes(4) + name + body


def mp4(seconds: int, *, fragmented: bool = False) -> bytes:
    times = bytes(12) + (1000).to_bytes(4)
    film = times + (0 if fragmented else seconds * 1000).to_bytes(4)
    track = box(b"mdia", box(b"mdhd", times + bytes(4)))
    out = box(b"ftyp", b"isom") + box(b"moov", box(b"mvhd", film) + box(b"trak", track))
    if fragmented:
        begun = bytes(4) + (seconds * 1000).to_bytes(4)
        out += box(b"moof", box(b"traf", box(b"tfdt", begun))) + box(b"mdat", b"x")
    return out


def fragment(seconds: int, *, samples: int, one_by_one: bool = False) -> bytes:
    """A last fragment that begins there, of samples that last 40 ms each."""
    each = (40).to_bytes(4)
    if one_by_one:  # length and size of each
        head, flags, table = bytes(4) + bytes(4), 0x300, (each + bytes(4)) * samples
    else:
        head, flags, table = (8).to_bytes(4) + bytes(4) + each, 0, b""
    run = flags.to_bytes(4) + samples.to_bytes(4) + table
    begun = box(b"tfdt", bytes(4) + (seconds * 1000).to_bytes(4))
    track = box(b"traf", box(b"tfhd", head) + begun + box(b"trun", run))
    return mp4(0, fragmented=True) + box(b"moof", track)


def upload(content: bytes, name: str = "clip") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/html")  # what the browser says is not believed


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (webm(30), "video/webm"),
        (mp4(30), "video/mp4"),
        (mp4(12, fragmented=True), "video/mp4"),
        (fragment(20, samples=250), "video/mp4"),
        (fragment(20, samples=250, one_by_one=True), "video/mp4"),
    ],
)
def test_a_clip_is_what_its_content_says(content: bytes, kind: str) -> None:
    assert check_clip(upload(content, "anh.jpg")) == kind


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (webm(33), "file.too_long"),
        (mp4(33), "file.too_long"),
        (mp4(40, fragmented=True), "file.too_long"),
        (fragment(20, samples=400), "file.too_long"),
        (fragment(20, samples=400, one_by_one=True), "file.too_long"),
        (b"<html><script>", "file.not_clip"),
        (b"", "file.not_clip"),
        (HEAD, "file.not_clip"),  # nothing to see
        (webm(5)[:40] + bytes(50), "file.not_clip"),
        (HEAD + b"\xec\x80" * 60_000, "file.not_clip"),  # parts without end
        (mp4(5).replace((1000).to_bytes(4), bytes(4)), "file.not_clip"),  # no units a second
        (picture(), "file.not_clip"),
        (HEAD + bytes(MOST_BYTES), "file.too_large"),
    ],
)
def test_what_is_no_short_clip_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        check_clip(upload(content))
    assert refusal.value.code == code


@pytest.fixture
def packer(user_factory):
    return user_factory("warehouse")


@pytest.fixture
def parcel(packer) -> Package:
    """Lies open on this packer's table."""
    package = waiting(make_shop("A-1"), A_1=1)
    start_check(package.pk, packer_id=packer.pk, actor=ACTOR)
    return package


def send(client, parcel: Package, kind: str, content: bytes, **more):
    said = {"fulfilment": parcel.fulfilment_id, "kind": kind, "key": uuid4()} | more
    return client.post(reverse("shipping:proof_keep"), said | {"file": upload(content)})


def test_d7_a_photo_and_a_clip_are_found_by_scanning_their_parcel(parcel, packer, login) -> None:
    client = login(packer)
    key = uuid4()
    for _time in range(2):  # sent again after a lost answer
        assert send(client, parcel, "clip", webm(5), key=key).status_code == 302
    send(client, parcel, "photo", picture())
    kept = list(parcel.proofs.values_list("kind", "content_type"))
    assert kept == [("clip", "video/webm"), ("photo", "image/png")]
    found = client.get(reverse("shipping:proof_find"), {"code": parcel.tracking_number})
    assert found.url == reverse("shipping:package_detail", args=[parcel.pk]) + "#proofs"
    page = client.get(found.url).content.decode()
    for proof in parcel.proofs.all():
        address = reverse("shipping:proof", args=[parcel.pk, proof.pk])
        assert f'src="{address}"' in page
        answer = client.get(address)
        assert answer["Content-Type"] == proof.content_type
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert b"".join(answer.streaming_content)  # type: ignore[arg-type]
    assert client.get(reverse("shipping:proof_find"), {"code": "KHONG"}).status_code == 404


def test_d7_only_who_packs_the_parcel_adds_and_only_who_may_see_it_looks(
    parcel, packer, login, user_factory
) -> None:
    send(login(packer), parcel, "clip", webm(5))
    other = login(user_factory("warehouse", warehouse_ids=[make_warehouse().pk]))
    send(other, parcel, "clip", webm(5))
    assert send(other, parcel, "clip", b"<html>").status_code == 302
    proof = parcel.proofs.get()
    assert other.get(reverse("shipping:proof", args=[parcel.pk, proof.pk])).status_code == 404
    found = other.get(reverse("shipping:proof_find"), {"code": parcel.tracking_number})
    assert found.status_code == 404
    refused = login(packer).post(
        reverse("shipping:proof_keep"),
        {"fulfilment": parcel.fulfilment_id, "kind": "clip", "key": uuid4(), "file": upload(b"x")},
        headers={"HX-Request": "true"},
    )
    assert (refused.status_code, refused["Content-Type"][:10]) == (422, "text/plain")


def test_d7_a_key_answers_only_who_sent_it(parcel, packer, user_factory) -> None:
    said = {"kind": "photo", "key": uuid4()}
    first = keep_proof(parcel.fulfilment_id, upload(picture()), user_id=packer.pk, **said)
    again = keep_proof(parcel.fulfilment_id, upload(picture()), user_id=packer.pk, **said)
    assert again == first
    with pytest.raises(DomainError) as refusal:
        stranger = user_factory("warehouse").pk
        keep_proof(parcel.fulfilment_id, upload(picture()), user_id=stranger, **said)
    assert refusal.value.code == "proof.no_parcel"


def test_d7_a_parcel_has_so_many_proofs_and_no_more(parcel, packer) -> None:
    for n in range(MOST_OF_PARCEL + 1):
        kept = PackProof.objects.count()
        said = {"kind": "photo", "key": uuid4(), "user_id": packer.pk}
        if n == MOST_OF_PARCEL:
            with pytest.raises(DomainError):
                keep_proof(parcel.fulfilment_id, upload(picture()), **said)
            assert PackProof.objects.count() == kept
        else:
            keep_proof(parcel.fulfilment_id, upload(picture()), **said)


def test_c82_a_proof_goes_with_its_file_when_its_days_are_over(
    parcel, packer, django_capture_on_commit_callbacks
) -> None:
    said = {"kind": "clip", "user_id": packer.pk}
    old, young = (
        keep_proof(parcel.fulfilment_id, upload(webm(3)), key=uuid4(), **said) for _n in range(2)
    )
    days = timedelta(days=policy().photo_days)
    PackProof.objects.filter(pk=old.pk).update(taken_at=old.taken_at - days - timedelta(hours=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_old_proofs() == 1
    assert (Path(old.file.path).exists(), Path(young.file.path).exists()) == (False, True)
    assert remove_old_proofs() == 0
