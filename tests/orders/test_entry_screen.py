"""D10: the entry form filled from a message, drafts, quotes that nobody waits for, print."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from inventory.models import Variant, Warehouse
from oms.kernel.clock import now
from oms.kernel.counters import read_counters
from oms.kernel.errors import DomainError
from orders import ports
from orders.models import Order
from orders.services import drafts, lifecycle
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.orders.makers import ACTOR, place
from tests.orders.test_views import entry

pytestmark = pytest.mark.django_db

NEW = reverse("orders:new")
PASTE = reverse("orders:paste")
QUOTE = reverse("orders:quote")
MESSAGE = """Chị Nguyễn Thị Hoa 0912 345 678
12 Lê Lợi, phường Bến Nghé, quận 1, TP.HCM
2 AO-01
1 nồi đất"""


@pytest.fixture(autouse=True)
def empty_redis(redis_clean: object) -> None:
    """No quotes and counters from before."""


@pytest.fixture
def shirt() -> Variant:
    warehouse, shirt = make_warehouse("TD"), make_variant("AO-01")
    put(shirt, warehouse, 100)
    return shirt


def paste(client, message: str = MESSAGE, *, htmx: bool = False, **typed: str):
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(PASTE, {"message": message, "request_key": "k", **typed}, headers=headers)


def test_a06_a_pasted_message_fills_the_form(shirt, owner_client):
    page = paste(owner_client)
    form, pasted = page.context["form"], page.context["pasted"]
    assert form.initial["phone"] == "0912 345 678"
    assert form.initial["name"] == "Nguyễn Thị Hoa"
    assert (form.initial["ward"], form.initial["district"]) == ("Phường Bến Nghé", "Quận 1")
    assert form.initial["province"] == "Hồ Chí Minh"
    assert form.initial["address_raw"] == "12 Lê Lợi, phường Bến Nghé, quận 1, TP.HCM"
    assert pasted.lines[0] == {"item": "AO-01", "quantity": 2}
    assert [mark.kind for mark in pasted.line_marks] == ["sure", "doubt"]
    assert "Xem lại" not in pasted.marks["phone"].text


def test_a_doubt_is_told_in_words_and_gets_the_cursor(shirt, owner_client):
    html = paste(owner_client, htmx=True).content.decode()
    assert html.strip().startswith("<form")
    assert "Chưa có hàng nào tên như “1 nồi đất”" in html
    assert html.count("autofocus") == 1
    assert 'id="id_lines-1-item"' in html[: html.index("autofocus") + 400]


def test_what_was_typed_before_stays_when_the_message_does_not_say_it(owner_client):
    page = paste(owner_client, "0912345678", name="Trần Bình", source="zalo")
    initial = page.context["form"].initial
    assert (initial["name"], initial["source"]) == ("Trần Bình", "zalo")


def test_the_address_as_written_is_kept_with_the_order(shirt, owner_client):
    owner_client.post(NEW, entry(address_raw="12 nguyen trai, tan dinh, hcm"))
    assert Order.objects.get().address_raw == "12 nguyen trai, tan dinh, hcm"


def test_d10_a_draft_may_have_gaps_and_promises_nothing(shirt, owner_client):
    warehouse = Warehouse.objects.get()
    gaps = {"phone": "", "name": "", "ward": "", "province": "", "lines-0-item": "nồi đất"}
    answer = owner_client.post(NEW, entry(then="draft", **gaps))
    order = Order.objects.get()
    assert answer.url == reverse("orders:list") + "?tab=draft"
    assert (order.status, order.tab, order.needs_attention) == ("draft", "draft", False)
    assert order.lines.get().name == "nồi đất"
    assert level(shirt, warehouse) == (100, 0)


def test_a_draft_is_continued_and_becomes_an_order_under_its_number(shirt, owner_client):
    warehouse = Warehouse.objects.get()
    owner_client.post(NEW, entry(then="draft", phone="", ward=""))
    order = Order.objects.get()
    address = reverse("orders:draft", args=[order.pk])
    page = owner_client.get(address)
    assert page.context["form"].initial["street"] == "12 Nguyễn Trãi"
    answer = owner_client.post(address, entry(version=str(order.version)))
    again = Order.objects.get()
    assert answer.url == reverse("orders:detail", args=[order.pk])
    assert (again.pk, again.number, again.status) == (
        order.pk,
        order.number,
        "pending_confirmation",
    )
    assert (again.recipient_phone, again.total_vnd) == ("+84912345678", 298_000)
    assert again.customer is not None
    assert level(shirt, warehouse) == (100, 2)
    assert read_counters("orders:")["orders:draft"] == 0


def test_two_people_do_not_overwrite_a_draft(shirt, owner_client):
    order = place((shirt, 1), draft=True)
    address = reverse("orders:draft", args=[order.pk])
    stale = entry(version=str(order.version), then="draft")
    assert owner_client.post(address, stale | {"street": "1 Một"}).status_code == 302
    second = owner_client.post(address, stale | {"street": "2 Hai"})
    assert second.status_code == 422
    assert second.context["form"]["street"].value() == "2 Hai"
    assert Order.objects.get().street == "1 Một"


def test_a_deleted_draft_stands_apart_and_can_be_continued(shirt, owner_client):
    order = place((shirt, 1), draft=True)
    owner_client.post(reverse("orders:discard", args=[order.pk]))
    order.refresh_from_db()
    assert (order.tab, order.status) == ("deleted", "draft")
    lists = reverse("orders:list")
    owner_client.get(lists)  # the message about the deletion is read
    assert order.number not in owner_client.get(lists).content.decode()
    assert order.number in owner_client.get(lists + "?tab=deleted").content.decode()
    with pytest.raises(DomainError, match="đã xóa"):
        lifecycle.confirm_order(order.pk, actor=ACTOR)
    answer = owner_client.post(
        reverse("orders:draft", args=[order.pk]), entry(version=str(order.version), then="draft")
    )
    assert answer.status_code == 302
    order.refresh_from_db()
    assert (order.tab, order.discarded_at) == ("draft", None)


def test_d1_deleted_drafts_are_gone_after_thirty_days(shirt):
    old, young = (place((shirt, 1), draft=True) for _n in range(2))
    for order in (old, young):
        drafts.discard_draft(order.pk, actor=ACTOR)
    Order.objects.filter(pk=old.pk).update(discarded_at=now() - timedelta(days=31))
    assert drafts.purge_discarded() == 1
    assert drafts.purge_discarded() == 0
    assert list(Order.objects.all()) == [young]
    assert read_counters("orders:")["orders:deleted"] == 1


def test_only_a_draft_can_be_deleted(shirt, owner_client):
    order = place((shirt, 1))
    owner_client.post(reverse("orders:discard", args=[order.pk]))
    order.refresh_from_db()
    assert order.discarded_at is None


def test_save_and_print_confirms_and_goes_to_the_parcel(shirt, owner_client):
    answer = owner_client.post(NEW, entry(then="print"))
    order = Order.objects.get()
    assert order.status == "confirmed"
    assert answer.url == reverse("shipping:create", args=[order.pk])


@pytest.fixture
def quoter(monkeypatch):
    """A carrier that answers, or refuses, as the test says."""
    asked: list[ports.QuoteRequest] = []
    answer = {"quotes": [ports.DeliveryQuote("GHN", "Hàng nhẹ", 32_000, "24/11")], "error": ""}

    def quotes_of(request: ports.QuoteRequest) -> list[ports.DeliveryQuote]:
        asked.append(request)
        if answer["error"]:
            raise DomainError(str(answer["error"]))
        return list(answer["quotes"])

    monkeypatch.setattr(ports, "_quoters", [quotes_of])
    return asked, answer


def test_the_quote_is_asked_by_a_worker_and_looked_up(shirt, owner_client, quoter, eager):
    asked, _answer = quoter
    html = owner_client.post(QUOTE, entry()).content.decode()
    assert "32.000" in html
    assert "GHN" in html
    assert (asked[0].province, asked[0].goods_vnd, asked[0].cod_vnd) == (
        "Hồ Chí Minh",
        298_000,
        298_000,
    )
    owner_client.post(QUOTE, entry(name="Người khác"))
    assert len(asked) == 1  # the same parcel is not asked twice


def test_a_slow_carrier_never_holds_the_form(shirt, owner_client, quoter):
    """No worker answers here: the page says so and stops looking after a while."""
    html = owner_client.post(QUOTE, entry()).content.decode()
    assert "cứ nhập tiếp" in html
    key = html.split("key=")[1].split("&")[0]
    assert "n=6" in owner_client.get(QUOTE, {"key": key, "n": 5}).content.decode()
    last = owner_client.get(QUOTE, {"key": key, "n": 12}).content.decode()
    assert "đơn vẫn lưu được" in last
    assert "hx-get" not in last


def test_a_refusal_and_an_unfinished_form_are_told(shirt, owner_client, quoter, eager):
    _asked, answer = quoter
    answer["error"] = "Không giao tới xã này"
    assert "Không giao tới xã này" in owner_client.post(QUOTE, entry()).content.decode()
    assert "Nhập địa chỉ" in owner_client.post(QUOTE, entry(ward="")).content.decode()


def test_what_waits_for_a_worker_can_be_sent_through_the_queue(quoter):
    from orders.tasks import quote_delivery

    asked = {"street": "", "ward": "Ba Đình", "district": "", "province": "Hà Nội"}
    sizes = dict.fromkeys(("weight_g", "length_cm", "width_cm", "height_cm"), 1)
    money = {"goods_vnd": 0, "cod_vnd": 0, "warehouse_ids": [1]}
    quote_delivery("k", json.dumps(asked | sizes | money))
    assert quoter[0][0].warehouse_ids == [1]
