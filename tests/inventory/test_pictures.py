"""Pictures: read by those who may see goods, never as public files; too large is refused early."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from inventory.models import Product, ProductImage
from inventory.services.images import add_image
from oms.kernel.actors import Actor

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024


@pytest.fixture
def product(settings, tmp_path) -> Product:
    settings.MEDIA_ROOT = tmp_path
    return Product.objects.create(name="Áo", name_folded="ao")


def png() -> bytes:
    out = BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, "PNG")
    return out.getvalue()


def test_a_picture_is_shown_to_those_who_may_see_goods(product, owner_client, client) -> None:
    picture = add_image(product.pk, SimpleUploadedFile("a.png", png()), actor=Actor.system("t"))
    address = reverse("inventory:image", args=[picture.pk])
    assert address in owner_client.get(f"/products/{product.pk}/").content.decode()
    assert address in owner_client.get("/products/").content.decode()
    answer = owner_client.get(address)
    assert b"".join(answer.streaming_content) == png()
    assert answer.headers["Content-Type"] == "image/png"
    assert "private" in answer.headers["Cache-Control"]
    assert client.get(address).status_code == 302
    assert client.get(f"/media/{picture.file.name}").status_code == 404


def test_a_picture_whose_file_is_gone_is_not_found(product, owner_client) -> None:
    picture = ProductImage.objects.create(product=product, file="products/gone.png", position=1)
    assert owner_client.get(reverse("inventory:image", args=[picture.pk])).status_code == 404


def test_60_megabytes_are_refused_unread_and_the_field_is_named(product, owner_client) -> None:
    """Of 60 MB only the first 200 kB are sent: the answer does not wait for the rest."""
    head = (
        b"--x\r\n"
        b'Content-Disposition: form-data; name="image"; filename="phim.png"\r\n'
        b"Content-Type: image/png\r\n\r\n"
    )
    answer = owner_client.generic(
        "POST",
        reverse("inventory:add_image", args=[product.pk]),
        head + b"x" * 200_000,
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(60 * MEGABYTE),
    )
    text = answer.content.decode()
    assert answer.status_code == 413
    assert "image" in text and "phim.png" in text
    assert not ProductImage.objects.exists()


def test_11_megabytes_are_refused_by_the_field(product, owner_client) -> None:
    file = SimpleUploadedFile("to.png", b"x" * 11 * MEGABYTE)
    answer = owner_client.post(reverse("inventory:add_image", args=[product.pk]), {"image": file})
    assert answer.status_code == 422
    assert "to.png" in answer.content.decode()
