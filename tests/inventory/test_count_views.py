"""Pages of counts: made, scanned, reviewed; a blind count tells nothing of the books."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventory.models import Barcode, StockCount
from inventory.services import counting
from tests.inventory.makers import ACTOR, level, make_variant, make_warehouse, put

pytestmark = pytest.mark.django_db
# A number that nothing else on a page is made of.
PIECES = 7_391


@pytest.fixture(autouse=True)
def empty_redis(redis_clean: object) -> None:
    """Counters start at nothing."""


@pytest.fixture
def shelf():
    warehouse, shirt = make_warehouse(), make_variant("AT-01", cost_vnd=10_000)
    Barcode.objects.create(variant=shirt, code="8936000000999")
    put(shirt, warehouse, PIECES)
    return warehouse, shirt


def started(warehouse, **fields) -> StockCount:
    count = counting.create_count(warehouse.pk, "full", key=uuid4(), actor=ACTOR, **fields)
    return counting.start_count(count.pk, actor=ACTOR)


def url(name, count, *more) -> str:
    return reverse(f"inventory:count_{name}", args=[count.pk, *more])


def test_a_count_is_made_started_scanned_submitted_and_approved(owner_client, shelf):
    warehouse, shirt = shelf
    data = {"key": str(uuid4()), "warehouse": warehouse.pk, "scope": "full", "is_blind": "on"}
    for _ in range(2):
        owner_client.post(reverse("inventory:count_new"), data)
    count = StockCount.objects.get()
    assert owner_client.post(url("start", count)).url == url("scan", count)
    scan = {"key": str(uuid4()), "code": "8936000000999"}
    assert owner_client.post(url("scan", count), scan).url == url("scan", count)
    owner_client.post(url("scan", count), scan | {"key": str(uuid4()), "quantity": "7000"})
    number = {"key": str(uuid4()), "counted": str(PIECES - 1)}
    owner_client.post(url("set", count, shirt.pk), number)
    assert owner_client.post(url("submit", count)).url == url("detail", count)
    assert owner_client.get(url("detail", count)).status_code == 200
    assert owner_client.post(url("approve", count)).status_code == 302
    assert level(shirt, warehouse) == (PIECES - 1, 0)


def test_c58_a_scan_answers_with_the_panel_alone_and_a_refusal_in_place(owner_client, shelf):
    count = started(shelf[0])
    answer = owner_client.post(
        url("scan", count), {"key": str(uuid4()), "code": "AT-01"}, headers={"HX-Request": "true"}
    )
    text = answer.content.decode()
    assert "AT-01: đã đếm 1" in text
    assert "<html" not in text
    answer = owner_client.post(
        url("scan", count), {"key": str(uuid4()), "code": "LA"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422
    assert "Không có hàng mang mã" in answer.content.decode()


def test_d7_a_blind_count_shows_the_books_to_nobody_who_counts(login, user_factory, shelf):
    count = started(shelf[0])
    counter, manager = login(user_factory("warehouse")), login(user_factory("manager"))
    shown = f"{PIECES:,}".replace(",", ".")
    assert shown not in counter.get(url("detail", count)).content.decode()
    assert shown not in counter.get(url("scan", count)).content.decode()
    assert shown in manager.get(url("detail", count)).content.decode()
    # Who approves and counts himself does not find the number because he saw it.
    manager.post(url("scan", count), {"key": str(uuid4()), "code": "AT-01"})
    assert shown not in manager.get(url("scan", count)).content.decode()
    open_count = started_open(shelf[0], count)
    assert shown in counter.get(url("detail", open_count)).content.decode()


def started_open(warehouse, before) -> StockCount:
    counting.cancel_count(before.pk, actor=ACTOR)
    return started(warehouse, is_blind=False)


def test_who_counts_does_not_approve_and_a_manager_not_without_limit(login, user_factory, shelf):
    warehouse, shirt = shelf
    count = started(warehouse)
    counting.set_counted(count.pk, shirt.pk, PIECES - 300, key=uuid4(), actor=ACTOR)
    counting.count_rest_as_zero(count.pk, actor=ACTOR)
    warehouse.approve_vnd, warehouse.recount_percent = 2_000_000, 90
    warehouse.recount_vnd = 9_000_000
    warehouse.save()
    counting.submit_count(count.pk, actor=ACTOR)
    assert login(user_factory("warehouse")).post(url("approve", count)).status_code == 403
    refused = login(user_factory("manager")).post(url("approve", count))
    assert refused.status_code == 422
    assert "cần người có quyền cao hơn" in refused.content.decode()
    assert login(user_factory("owner")).post(url("approve", count)).status_code == 302
    assert level(shirt, warehouse) == (PIECES - 300, 0)


def test_the_worth_of_a_difference_is_for_those_who_see_costs(login, user_factory, shelf):
    warehouse, shirt = shelf
    count = started(warehouse)
    counting.set_counted(count.pk, shirt.pk, PIECES - 1, key=uuid4(), actor=ACTOR)
    counting.submit_count(count.pk, actor=ACTOR)
    page = url("detail", count)
    assert "10.000" in login(user_factory("manager")).get(page).content.decode()
    assert "10.000" not in login(user_factory("warehouse")).get(page).content.decode()


def test_a_large_difference_sends_the_counter_back(owner_client, shelf):
    warehouse, shirt = shelf
    count = started(warehouse)
    counting.set_counted(count.pk, shirt.pk, 1, key=uuid4(), actor=ACTOR)
    answer = owner_client.post(url("submit", count), follow=True)
    assert "hãy đếm lại lần hai" in answer.content.decode()
    assert "Đếm lại" in answer.content.decode()


def test_today_proposes_goods_and_makes_their_count(owner_client, shelf):
    page = owner_client.get(reverse("inventory:count_today"))
    assert "AT-01" in page.content.decode()
    data = {"key": str(uuid4()), "warehouse": shelf[0].pk, "scope": "abc", "is_blind": "on"}
    owner_client.post(reverse("inventory:count_new"), data)
    assert StockCount.objects.get().scope == "abc"


def test_shelves_that_are_not_there_are_refused(owner_client, shelf):
    data = {"key": str(uuid4()), "warehouse": shelf[0].pk, "scope": "bin", "bin_prefix": "Z"}
    answer = owner_client.post(reverse("inventory:count_new"), data)
    assert answer.status_code == 422
    assert "bin_prefix" in answer.context["form"].errors


def test_counts_of_other_warehouses_do_not_exist_for_a_limited_user(login, user_factory, shelf):
    count = started(shelf[0])
    stranger = login(user_factory("warehouse", warehouse_ids=[make_warehouse().pk]))
    assert stranger.get(url("detail", count)).status_code == 404
    assert stranger.post(url("scan", count), {"code": "AT-01"}).status_code == 404
    assert count.number not in stranger.get(reverse("inventory:count_list")).content.decode()


def test_pages_cost_the_same_for_one_row_and_for_twenty(owner_client):
    def cost(size: int) -> list[int]:
        for _ in range(size):
            warehouse = make_warehouse()
        for _ in range(size):
            put(make_variant(), warehouse, 5)
        count = started(warehouse)
        for line in count.lines.all():
            counting.set_counted(count.pk, line.variant_id, 4, key=uuid4(), actor=ACTOR)
            started_elsewhere = make_warehouse()
            put(line.variant, started_elsewhere, 1)
            started(started_elsewhere)
        pages = [
            url("detail", count),
            url("scan", count),
            reverse("inventory:count_list"),
            reverse("inventory:count_today"),
        ]
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert owner_client.get(page).status_code == 200
            found.append(len(queries))
        return found

    cost(1)
    assert cost(1) == cost(20)
