"""Pages of quotations: written, sent, answered and ordered by people of each role."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from inventory.models import PriceList, PriceListItem, Variant
from oms.kernel.clock import now, today
from orders.models import CustomerGroup, Order, Quotation
from orders.services.customers import save_customer
from orders.services.quote_answers import accept_quotation, paper_path_of, path_of
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import ACTOR, place
from tests.orders.quotes import accepted, quote, sent

pytestmark = pytest.mark.django_db
NEW = reverse("orders:quotation_new")
LIST = reverse("orders:quotation_list")
Status = Quotation.Status


@pytest.fixture(autouse=True)
def empty_redis(redis_clean: object) -> None:
    """Counters of pages start at nothing."""


@pytest.fixture
def shirt() -> Variant:
    shirt = make_variant("AO-01")
    put(shirt, make_warehouse(), 10)
    return shirt


def form(**changed: str) -> dict[str, str]:
    day = (today() + timedelta(days=7)).isoformat()
    sent = {
        "request_key": "form-1", "phone": "0912 345 678", "name": "Trần Văn Đức", "source": "zalo",
        "email": "", "street": "", "ward": "", "province": "", "district": "", "new_ward": "",
        "discount": "", "shipping_fee": "30.000", "valid_until": day, "terms": "Trả trong 30 ngày",
        "internal_note": "", "lines-TOTAL_FORMS": "2", "lines-INITIAL_FORMS": "0",
        "lines-0-item": "AO-01", "lines-0-quantity": "3", "lines-0-price": "",
        "lines-0-discount": "10.000", "lines-1-item": "", "lines-1-quantity": "1",
        "lines-1-price": "", "lines-1-discount": "",
    }  # fmt: skip
    return sent | changed


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_a14_a_quotation_takes_the_price_of_the_customers_group(owner_client, shirt):
    group = CustomerGroup.objects.create(name="Khách sỉ", name_folded="khach si")
    save_customer(None, name="Đức", phone="0912345678", group_id=group.pk, actor=ACTOR)
    prices = PriceList.objects.create(name="Sỉ", customer_group="Khách sỉ", created_at=now())
    PriceListItem.objects.create(price_list=prices, variant=shirt, price_vnd=80_000)
    answer = owner_client.post(NEW, form())
    quotation = Quotation.objects.get()
    assert answer.url == reverse("orders:quotation_detail", args=[quotation.pk])
    line = quotation.current.lines.get()
    assert (line.unit_price_vnd, line.discount_vnd, line.total_vnd) == (80_000, 10_000, 230_000)
    assert quotation.current.total_vnd == 260_000
    owner_client.post(NEW, form())
    assert Quotation.objects.count() == 1


def test_what_is_wrong_in_the_form_is_said_beside_its_field(owner_client, shirt):
    for changed, text in (
        ({"phone": ""}, "bắt buộc"),
        ({"lines-0-item": "KHONG-CO"}, "Không có hàng nào"),
        ({"valid_until": "2020-01-01"}, "Ngày hết hạn phải từ hôm nay"),
        ({"lines-0-item": ""}, "ít nhất một dòng hàng"),
    ):
        answer = owner_client.post(NEW, form(**changed))
        assert (answer.status_code, text in answer.content.decode()) == (422, True), changed
    assert Quotation.objects.count() == 0


def test_a109_from_entry_to_order_each_page_says_the_next_step(owner_client, shirt):
    owner_client.post(NEW, form())
    quotation = Quotation.objects.get()
    page = reverse("orders:quotation_detail", args=[quotation.pk])
    assert "Chốt và gửi báo giá" in text_of(owner_client, page)
    edited = owner_client.get(page + "edit/").content.decode()
    assert 'value="10.000"' in edited
    changed = form(**{"lines-0-quantity": "4", "edit_version": "1"})
    assert owner_client.post(page + "edit/", changed).status_code == 302
    assert owner_client.post(page + "edit/", changed).status_code == 422
    assert owner_client.post(page + "send/", {"key": "k"}).status_code == 302
    assert "Chờ khách trả lời" in text_of(owner_client, page)
    assert owner_client.get(page + "edit/").status_code == 302
    assert owner_client.post(page + "accept/", {"name": "Anh Đức"}).status_code == 302
    assert "Tạo đơn hàng" in text_of(owner_client, page)
    done = owner_client.post(page + "convert/")
    order = Order.objects.get()
    assert done.url == reverse("orders:detail", args=[order.pk])
    assert (order.lines.get().quantity, order.total_vnd) == (4, 420_000)
    # quotation, order, invoice and cash lead to each other.
    assert quotation.number in text_of(owner_client, done.url)
    linked = text_of(owner_client, page)
    assert order.number in linked
    assert "Chưa thanh toán" in linked
    assert owner_client.post(page + "revise/").status_code == 422


def text_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_a14_a_shortage_is_shown_before_and_asked_at_the_conversion(owner_client, shirt):
    quotation = accepted((shirt, 14, 80_000))
    page = reverse("orders:quotation_detail", args=[quotation.pk])
    assert "cần 14, còn 10" in text_of(owner_client, page)
    asked = owner_client.post(page + "convert/")
    assert (asked.status_code, "Vẫn tạo đơn, chờ hàng" in asked.content.decode()) == (422, True)
    assert owner_client.post(page + "convert/", {"accept_shortage": "on"}).status_code == 302


def test_declined_by_staff_and_written_again(owner_client, shirt):
    quotation = sent((shirt, 1, 5))
    page = reverse("orders:quotation_detail", args=[quotation.pk])
    assert owner_client.post(page + "close/", {"reason": ""}).status_code == 422
    assert owner_client.post(page + "close/", {"reason": "Giá cao"}).status_code == 302
    assert "Giá cao" in text_of(owner_client, page)
    assert owner_client.post(page + "revise/").url == page + "edit/"
    quotation.refresh_from_db()
    assert (quotation.status, quotation.current.number) == (Status.DRAFT, 2)


def test_the_list_is_narrowed_by_state_customer_words_and_expiry(owner_client, shirt):
    one = quote((shirt, 1, 5), name="Lê Thị Hoa", phone="0987000111")
    two = sent((shirt, 1, 5), valid_until=today() + timedelta(days=1))
    three = sent((shirt, 1, 5), valid_until=today() + timedelta(days=30))
    for query, found in (
        ("", [three, two, one]),
        ("?status=sent", [three, two]),
        (f"?customer={one.customer_id}", [one]),
        ("?q=le hoa", [one]),
        ("?q=0987000", [one]),
        (f"?q={two.number}", [two]),
        ("?expiry=soon", [two]),
        ("?expiry=late", []),
    ):
        page = text_of(owner_client, LIST + query)
        numbers = re.findall(r'class="ref mono"[^>]*>(BG\d+)<', page)
        assert numbers == [row.number for row in found], query
    with_counts = text_of(owner_client, LIST)
    assert re.search(r'Đã gửi <span class="count">2<', with_counts)


def test_lists_and_pages_cost_the_same_for_one_row_and_for_twenty(owner_client, shirt):
    goods = [make_variant() for _n in range(20)]
    small, large = sent((shirt, 1, 5)), sent(*[(row, 1, 5) for row in goods])
    pages = [reverse("orders:quotation_detail", args=[row.pk]) for row in (small, large)]
    owner_client.get(pages[0])
    assert queries(owner_client, pages[0]) == queries(owner_client, pages[1])
    two = queries(owner_client, LIST)
    for _n in range(18):
        quote((shirt, 1, 5))
    assert queries(owner_client, LIST) == two


def test_who_may_what(user_factory, login, shirt):
    quotation = accepted((shirt, 1, 5))
    page = reverse("orders:quotation_detail", args=[quotation.pk])
    viewer, seller, packer = (
        login(user_factory(role)) for role in ("viewer", "sales", "warehouse")
    )
    assert (viewer.get(page).status_code, packer.get(page).status_code) == (200, 403)
    assert viewer.post(page + "convert/").status_code == 403
    assert viewer.get(NEW).status_code == 403
    assert seller.post(page + "convert/").status_code == 302


def test_a_limited_user_sees_the_quotations_of_his_customers(user_factory, login, shirt):
    ours, theirs = make_warehouse(), make_warehouse()
    for number, warehouse in (("0911000111", ours), ("0911000222", theirs)):
        put(shirt, warehouse, 5)
        place((shirt, 1), recipient_phone=number, warehouse_ids=[warehouse.pk], confirm=True)
    seen = quote((shirt, 1, 5), phone="0911000111", name="Khách ta")
    hidden = quote((shirt, 1, 5), phone="0911000222", name="Khách bạn")
    limited = login(user_factory("sales", warehouse_ids=[ours.pk]))
    page = text_of(limited, LIST)
    assert (seen.number in page, hidden.number in page) == (True, False)
    assert limited.get(reverse("orders:quotation_detail", args=[hidden.pk])).status_code == 404
    assert re.search(r'Nháp <span class="count">1<', page)


def test_the_paper_is_a_pdf_of_the_version_that_is_asked_for(owner_client, shirt):
    quotation = sent((shirt, 1, 5))
    accept_quotation(quotation.current_id, name="Anh Đức", actor=ACTOR)
    address = reverse("orders:quotation_paper", args=[quotation.pk])
    paper = owner_client.get(address)
    assert (paper.headers["Content-Type"], paper.content[:4]) == ("application/pdf", b"%PDF")
    assert owner_client.get(address + "?version=9").status_code == 404


def test_a109_the_buyer_takes_the_version_of_his_link_with_him_as_pdf(shirt):
    quotation = sent((shirt, 3, 70_000))
    link = path_of(quotation.current)
    address = paper_path_of(quotation.current)
    assert f'href="{address}"' in text_of(Client(), link)
    answer = Client().get(address)
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (
        "application/pdf",
        "no-store",
    )
    [page] = PdfReader(BytesIO(answer.content)).pages
    text = page.extract_text()
    assert quotation.number in text and "210.000" in text
    forged = reverse("orders:quotation_answer_paper", args=["1:x"])
    assert Client().get(forged).status_code == 404
