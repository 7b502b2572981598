"""C-59 to C-61: one registry everywhere, what is chosen, and rights asked again for each row."""

from dataclasses import replace

import pytest
from django.urls import reverse

from inventory.models import Variant
from oms.accounts.models import User
from orders.bulk import registry
from orders.bulk.registry import actions_for, find_action, next_steps
from orders.models import BulkRun, Order
from orders.services import bulk_work
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.bulk_runs import outcome, ready, states
from tests.orders.makers import place

pytestmark = pytest.mark.django_db


@pytest.fixture
def shirt(redis_clean: object) -> Variant:
    variant = make_variant("AO-01")
    put(variant, make_warehouse("TD"), 1000)
    return variant


def one_by_one(monkeypatch, code: str) -> None:
    """A job that looks at its user again before every single order."""
    action = find_action(code)
    assert action is not None
    monkeypatch.setitem(registry._actions, code, replace(action, step=1))


@pytest.mark.parametrize(
    ("lost", "refusal"),
    [
        ({"role": "viewer"}, "Bạn không còn quyền làm việc này."),
        ({"is_active": False}, "Bạn không còn quyền làm việc này."),
        ({"shop_ids": [8]}, "Đơn ngoài phạm vi của bạn"),
    ],
    ids=["permission", "left", "scope"],
)
def test_c61_a_right_that_is_lost_in_the_middle_of_a_job_stops_the_rows_behind_it(
    shirt, user_factory, monkeypatch, lost, refusal
):
    one_by_one(monkeypatch, "confirm")
    user = user_factory("sales")
    orders = [place((shirt, 1), source="shopee", shop_ref=7, remote_id=f"R{n}") for n in range(3)]
    run, real = ready("confirm", user, orders), bulk_work._record

    def and_then_it_is_lost(*args: object) -> None:
        real(*args)
        User.objects.filter(pk=user.pk).update(**lost)

    monkeypatch.setattr(bulk_work, "_record", and_then_it_is_lost)
    bulk_work.work(run.job_id)
    assert states(orders) == ["confirmed", "pending_confirmation", "pending_confirmation"]
    assert [row[1:] for row in outcome(run)[1:]] == [(False, refusal)] * 2


def test_c61_the_whole_filter_means_what_the_user_may_see_of_it(shirt, user_factory, login):
    ours, theirs = (
        place((shirt, 1), source="shopee", shop_ref=shop, remote_id=f"R{shop}") for shop in (7, 8)
    )
    client = login(user_factory("sales", shop_ids=[7]))
    counted = client.get(reverse("orders:bulk_count") + "?source=shopee").content.decode()
    assert "Chọn tất cả 1 đơn khớp bộ lọc" in counted
    chosen = {"action": "confirm", "all": "1", "filter": "source=shopee"}
    page = client.post(reverse("orders:bulk"), chosen, follow=True).content.decode()
    assert [item.order_id for item in BulkRun.objects.get().items.all()] == [ours.pk]
    assert theirs.number not in page


def test_c59_list_page_and_registry_say_the_same_label_permission_and_precondition(
    shirt, owner, owner_client, user_factory, login
):
    """Every action, on an order for which it is ready and on one for which it is not."""
    order, gone = place((shirt, 1)), place((shirt, 1))
    Order.objects.filter(pk=gone.pk).update(
        status="cancelled", fulfillment_status="cancelled", tab="cancelled"
    )
    gone.refresh_from_db()
    bar = owner_client.get(reverse("orders:list")).content.decode()
    pages = {
        row.pk: owner_client.get(reverse("orders:detail", args=[row.pk])).content.decode()
        for row in (order, gone)
    }
    ready_for = {
        row.pk: {action.code for action in next_steps(owner, row)} for row in (order, gone)
    }
    for action in actions_for(owner):
        assert f'value="{action.code}"' in bar and str(action.label) in bar, action.code
        if action.run is None or action.page is not None:
            continue
        for row in (order, gone):
            act = reverse("orders:act", args=[row.pk, action.code])
            offered = f'action="{act}"' in pages[row.pk]
            assert offered is (action.code in ready_for[row.pk]), (action.code, row.status)
            refused = action.causes([row], owner)
            assert not (offered and refused), (action.code, refused)
    assert "confirm" in ready_for[order.pk] and "confirm" not in ready_for[gone.pk]
    viewer = login(user_factory("viewer"))
    theirs = {action.code for action in actions_for(user_factory("viewer"))}
    bar = viewer.get(reverse("orders:list")).content.decode()
    for action in actions_for(owner):
        assert (f'value="{action.code}"' in bar) is (action.code in theirs), action.code
