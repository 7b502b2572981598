"""Texts and pictures of products out: coalesced, by wish of the shop, faults at their field."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from channels_sync.handlers import product_changed
from channels_sync.models import Listing, ProductPush, SentPicture, Shop, SyncProblem
from channels_sync.services import product_push
from channels_sync.services.listings import pull_listings
from inventory.models import Product
from inventory.services.images import add_image
from inventory.services.products import ProductTexts, update_product
from oms.kernel.clock import now
from oms.kernel.models import Event

from .conftest import ACTOR

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "<p>Túi vải canvas dày dặn, quai dài đeo vai, giặt được bằng máy.</p>"


@pytest.fixture
def bag(shopee, shop, variants) -> Product:
    pull_listings(shop.pk)
    Event.objects.update(published_at=now())
    product: Product = variants["TUI-VAI"].product
    return product


def wants(shop: Shop) -> None:
    Shop.objects.filter(pk=shop.pk).update(sends_texts=True)


def edit(product: Product, name: str, description: str = LONG) -> None:
    update_product(product.pk, ProductTexts(name=name, description=description), actor=ACTOR)


def tell_handlers() -> None:
    for event in Event.objects.filter(name__startswith="product.", published_at=None):
        product_changed(event)
    Event.objects.update(published_at=now())


def remote(shopee, sku: str = "TUI-VAI") -> dict:
    item = Listing.objects.get(sku=sku, shop__remote_shop_id="88012345").remote_item_id
    return shopee("GET", "state?collection=items")["items"][item]


def picture() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (30, 30), "blue").save(out, "PNG")
    return SimpleUploadedFile("a.png", out.getvalue())


def test_a34_many_changes_are_one_message_with_the_newest_texts(shopee, shop, bag):
    wants(shop)
    edit(bag, "Túi vải canvas 1")
    edit(bag, "Túi vải canvas hai quai")
    add_image(bag.pk, picture(), actor=ACTOR)
    tell_handlers()
    push = ProductPush.objects.get()
    assert (push.product_id, push.state, push.version) == (bag.pk, "pending", 3)
    assert product_push.due_shop_ids() == [shop.pk]
    assert product_push.push_products(shop.pk) == 1
    kept = remote(shopee)
    assert (kept["item_name"], len(kept["images"])) == ("Túi vải canvas hai quai", 1)
    assert "<p>" not in kept["description"]
    assert len(shopee.calls("api/v2/product/update_item")) == 1
    push.refresh_from_db()
    assert (push.state, push.sent_version, push.errors) == ("sent", 3, {})
    assert product_push.push_products(shop.pk) == 0
    edit(bag, "Túi vải canvas ba quai")
    tell_handlers()
    product_push.push_products(shop.pk)
    assert len(shopee.calls("api/v2/media_space/upload_image")) == 1
    assert SentPicture.objects.get().remote_name == kept["images"][0]


def test_a34_a_shop_that_keeps_its_own_texts_is_told_only_when_asked(
    shopee, shop, bag, owner_client
):
    edit(bag, "Túi vải canvas quai dài")
    tell_handlers()
    assert not ProductPush.objects.exists()
    page = owner_client.get(reverse("inventory:product_detail", args=[bag.pk])).text
    assert "Chưa gửi" in page
    answer = owner_client.post(reverse("channels_sync:send_product", args=[bag.pk]))
    assert answer.status_code == 302
    product_push.push_products(shop.pk)
    assert remote(shopee)["item_name"] == "Túi vải canvas quai dài"
    assert "Đã gửi" in owner_client.get(reverse("inventory:product_detail", args=[bag.pk])).text
    data = {"handover": "pickup", "sends_texts": "on"}
    owner_client.post(reverse("channels_sync:shop_change", args=[shop.pk]), data)
    assert Shop.objects.get(pk=shop.pk).sends_texts


def test_a34_a_refused_field_is_told_at_the_field_until_it_is_mended(
    shopee, shop, bag, owner_client
):
    wants(shop)
    edit(bag, "Túi", "<p>ngắn</p>")
    tell_handlers()
    assert product_push.push_products(shop.pk) == 0
    push = ProductPush.objects.get()
    assert (push.state, set(push.errors)) == ("failed", {"name", "description"})
    problem = SyncProblem.objects.get(kind="text_refused", resolved_at=None)
    assert "Tên: Sàn nhận từ 5 đến 120" in problem.message
    edit_page = owner_client.get(reverse("inventory:product_edit", args=[bag.pk])).text
    assert f"{shop.name}: Sàn nhận từ 20" in edit_page
    assert "Bị từ chối" in owner_client.get(reverse("inventory:product_detail", args=[bag.pk])).text
    edit(bag, "Túi vải canvas")
    tell_handlers()
    assert product_push.push_products(shop.pk) == 1
    problem.refresh_from_db()
    assert problem.resolved_at is not None
    assert ProductPush.objects.get().errors == {}


def test_a34_a_mixed_listing_and_a_silent_shop_stay_owed(shopee, shop, bag, variants):
    wants(shop)
    shirt = Listing.objects.get(sku="AT-DEN-M")
    product_push.mark_products([shirt.variant.product_id])
    assert product_push.push_products(shop.pk) == 0
    assert "nhiều sản phẩm" in ProductPush.objects.get().errors[""]
    ProductPush.objects.all().delete()
    edit(bag, "Túi vải canvas")
    tell_handlers()
    shopee.fault("status_5xx", "*update_item")
    with pytest.raises(product_push.ServiceUnreachable):
        product_push.push_products(shop.pk)
    push = ProductPush.objects.get()
    assert (push.state, push.attempts, push.sent_version) == ("pending", 1, 0)
    assert push.next_attempt_at > now()


def test_other_changes_of_a_product_are_no_news_for_shops(shopee, shop, bag):
    wants(shop)
    texts = ProductTexts(name=bag.name, description=bag.description, vat_rate=8)
    update_product(bag.pk, texts, actor=ACTOR)
    tell_handlers()
    assert not ProductPush.objects.exists()
