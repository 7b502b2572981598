import io

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from oms.kernel import files, pdf
from oms.kernel.errors import DomainError


def picture(kind: str) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, kind)
    return SimpleUploadedFile("photo", buffer.getvalue())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pictures_are_recognised_by_their_bytes(kind):
    assert files.check_image(picture(kind)) == kind


@pytest.mark.parametrize("content", [b"", b"MZ not a picture", b"<svg xmlns='x'/>"])
def test_an_image_that_is_no_image_is_refused_by_field(content):
    with pytest.raises(DomainError) as refusal:
        files.check_image(SimpleUploadedFile("photo.png", content), field="photo")
    assert (refusal.value.code, refusal.value.field) == ("file.not_image", "photo")


def test_sixty_megabytes_are_refused_before_they_are_read():
    huge = SimpleUploadedFile("big.png", b"")
    huge.size = 60 * files.MEGABYTE
    with pytest.raises(DomainError) as refusal:
        files.check_image(huge)
    assert refusal.value.code == "file.too_large"
    assert "60 MB" in refusal.value.message


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://127.0.0.1/x", "static:../../etc/passwd", "static:nothing"]
)
def test_a_document_opens_nothing_but_our_static_files(url):
    with pytest.raises((pdf.FetchRefused, SuspiciousFileOperation)):
        pdf.static_file(url)


@pytest.mark.django_db
def test_a_page_becomes_a_pdf():
    assert pdf.html_to_pdf("<p>Xin chào Đặng</p>").startswith(b"%PDF")


@pytest.mark.django_db
def test_a_document_with_a_foreign_address_is_not_made():
    with pytest.raises(pdf.FetchRefused):
        pdf.html_to_pdf('<img src="file:///etc/hostname">')
