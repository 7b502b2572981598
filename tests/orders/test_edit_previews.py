"""C-31: each edit is a revision, looked at before: stock, price, COD, tax and the parcel."""

import pytest
from django.urls import reverse

from inventory.models import Variant, Warehouse
from oms.kernel.events import timeline_of
from orders.models import Order
from orders.services import lifecycle
from orders.services.edit_values import AddedLine
from orders.services.previews import preview_edit
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.inventory.makers_bundles import make_bundle
from tests.invoicing.build import make_account
from tests.orders.edits import edited, revision
from tests.orders.makers import ACTOR, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods(redis_clean: object) -> tuple[Warehouse, Variant]:
    warehouse, shirt = make_warehouse("TD"), make_variant("AO")
    put(shirt, warehouse, 10)
    make_account()  # VAT is known by the rules of who issues
    return warehouse, shirt


def confirmed(*lines: tuple[Variant, int], **fields: object) -> Order:
    return lifecycle.confirm_order(place(*lines, **fields).pk, actor=ACTOR)


def effects(order: Order, *added: AddedLine, **changes: object) -> dict[str, tuple]:
    preview = preview_edit(order.pk, revision(order, *added, **changes), actor=ACTOR)
    assert preview.refusal == ""
    return {row.name: (row.before, row.after) for row in preview.effects}


def test_c31_a_preview_says_stock_price_cod_and_tax_and_keeps_nothing(goods):
    warehouse, shirt = goods
    order = confirmed((shirt, 3), is_cod=True)
    assert effects(order, quantity_1=4) == {
        "goods_vnd": (300_000, 400_000),
        "total_vnd": (300_000, 400_000),
        "tax_vnd": (27_273, 36_364),
        "cod_vnd": (300_000, 400_000),
        "held:AO": (3, 4),
    }
    refused = preview_edit(order.pk, revision(order, discount_vnd=999_999), actor=ACTOR)
    assert "Giảm giá lớn hơn" in refused.refusal
    assert (refused.effects, level(shirt, warehouse)) == ([], (10, 3))
    assert Order.objects.get(pk=order.pk).version == order.version


def test_c31_a_preview_tells_the_parts_of_what_comes_and_goes(goods):
    warehouse, shirt = goods
    hat = make_variant("MU")
    put(hat, warehouse, 9)
    order = confirmed((shirt, 1), (hat, 2))
    bundle = make_bundle((shirt, 2), (hat, 1))
    seen = effects(order, AddedLine(bundle.pk, 1, 300_000), quantity_2=0)
    assert (seen["held:AO"], seen["held:MU"]) == ((1, 3), (2, 1))


def test_c31_a_preview_says_that_the_order_would_wait_for_goods(goods):
    seen = effects(confirmed((goods[1], 3)), quantity_1=11)
    assert seen["fulfillment_status"] == ("allocated", "unallocated")
    assert seen["held:AO"] == (3, 0)


def test_c31_the_page_tells_the_effects_in_words(goods, owner_client):
    order = confirmed((goods[1], 3), is_cod=True)
    address = reverse("orders:edit", args=[order.pk])
    form = owner_client.get(address).context["form"]
    typed = {name: str(form[name].value() or "") for name in form.fields}
    line = order.lines.get().pk
    typed |= {f"line.{line}.quantity": "4", "then": "preview"}
    typed |= {"added-TOTAL_FORMS": "0", "added-INITIAL_FORMS": "0"}
    page = " ".join(owner_client.post(address, typed).content.decode().split())
    for told in (
        "Giữ hàng AO: 3 → <b>4</b>",
        "Tiền hàng: 300.000 ₫ → <b>400.000 ₫</b>",
        "Tiền thu hộ (COD): 300.000 ₫ → <b>400.000 ₫</b>",
        "Trong đó thuế VAT: 27.273 ₫ → <b>36.364 ₫</b>",
        "Chưa có vận đơn nào phải làm lại.",
    ):
        assert told in page, told


def test_c31_each_edit_is_a_revision_with_its_own_entry(goods):
    order = confirmed((goods[1], 3))
    before = order.version
    order = edited(order, quantity_1=4, reason="Khách thêm")
    order = edited(order, street="9 Hàng Bông")
    assert order.version == before + 2
    events = timeline_of("order", order.pk).filter(name="order.edited")
    assert [event.data["reason"] for event in events] == ["", "Khách thêm"]
    assert events[1].data["changes"]["line:1:AO:quantity"] == [3, 4]
