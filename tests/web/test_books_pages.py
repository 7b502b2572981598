"""The pages of the books and of alerts: who sees what, and what a click does."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import StockLevel
from inventory.services.alerts import settle_low_stock
from oms.kernel.audit import audit_books
from oms.kernel.models import BookCheck, Job
from tests.inventory.makers import level, make_variant, make_warehouse, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def drifted():
    shirt, store = make_variant("AO"), make_warehouse("KHO")
    put(shirt, store, 7)
    StockLevel.objects.update(on_hand=9)
    audit_books()
    return shirt, store


def test_a_difference_is_shown_with_its_movements_and_a_way_to_why(owner_client, drifted) -> None:
    shirt, store = drifted
    page = owner_client.get("/books/").content.decode()
    assert "AO @ KHO: tồn 9, tổng biến động 7" in page
    assert f'href="/stock/{shirt.pk}/{store.pk}/"' in page
    assert "Nhập kho +7" in page
    assert page.count("Khớp") >= 5


def test_one_click_rebuilds_and_shows_before_and_after(
    owner_client, drifted, eager, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = owner_client.post("/books/rebuild/", {"name": "movements = on hand"})
    assert answer.url == "/books/"
    assert level(*drifted) == (7, 0)
    page = owner_client.get("/books/").content.decode()
    assert "AO @ KHO: 9 → 7" in page
    assert "Mọi phép cân đều khớp" in page


def test_the_button_checks_at_once(owner_client, eager) -> None:
    owner_client.post("/books/check/")
    assert BookCheck.objects.count() > 5


def test_what_cannot_be_rebuilt_is_said(owner_client) -> None:
    answer = owner_client.post("/books/rebuild/", {"name": "no such"}, follow=True)
    assert "Số liệu này không xây lại được." in answer.content.decode()
    assert not Job.objects.exists()


def test_the_books_are_for_those_who_keep_them(user_factory, login) -> None:
    for role, seen in [("accountant", 200), ("manager", 200), ("sales", 403), ("viewer", 403)]:
        assert login(user_factory(role)).get("/books/").status_code == seen
    answer = login(user_factory("accountant")).post("/books/rebuild/", {"name": "x"})
    assert answer.status_code == 403


def test_alerts_are_listed_within_ones_warehouses(user_factory, login, owner_client) -> None:
    here, there = make_warehouse("A1"), make_warehouse("B2")
    for store in (here, there):
        put(make_variant(f"M-{store.code}"), store, 1)
    settle_low_stock()
    page = owner_client.get("/alerts/").content.decode()
    assert "M-A1" in page
    assert "M-B2" in page
    limited = login(user_factory("warehouse", warehouse_ids=[here.pk]))
    page = limited.get("/alerts/?kind=stock.low").content.decode()
    assert "M-A1" in page
    assert "M-B2" not in page


def test_the_list_of_alerts_costs_the_same_for_one_and_for_many(owner_client) -> None:
    store = make_warehouse()

    def cost(count: int) -> int:
        for _ in range(count):
            put(make_variant(), store, 1)
        settle_low_stock()
        owner_client.get("/alerts/")
        with CaptureQueriesContext(connection) as seen:
            owner_client.get("/alerts/")
        return len(seen)

    assert cost(1) == cost(20)
