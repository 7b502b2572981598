"""PRODUCT A-24, C-59, C-60, C-61: one registry, frozen ids, a look before, a job."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventory.models import Variant, Warehouse
from oms.accounts.models import User
from oms.kernel.models import Job
from orders.bulk import registry
from orders.bulk.registry import Action, Link, actions_for, find_action, next_steps, register_action
from orders.models import BulkRun, Order
from orders.services import bulk, bulk_work
from orders.services.lifecycle import hold_order
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.orders.bulk_runs import outcome, ready, states, worked
from tests.orders.makers import ACTOR, place

pytestmark = pytest.mark.django_db

RUN = "orders:bulk_run"


@pytest.fixture
def goods() -> tuple[Warehouse, Variant]:
    warehouse, shirt = make_warehouse("TD"), make_variant("AO-01")
    put(shirt, warehouse, 1000)
    return warehouse, shirt


def test_a24_many_orders_are_confirmed_by_one_job_with_a_result_each(goods, owner):
    orders = [place((goods[1], 1)) for _n in range(4)]
    unlinked = place(("LẠ", 1))
    run = worked("confirm", owner, [*orders, unlinked])
    assert run.job is not None
    assert states(orders) == ["confirmed"] * 4
    assert states([unlinked]) == ["pending_confirmation"]
    assert (run.job.status, run.job.done, run.job.failed) == ("done", 4, 1)
    assert [(n, ok) for n, ok, _m in outcome(run)] == [
        *((order.number, True) for order in orders),
        (unlinked.number, False),
    ]
    assert outcome(run)[-1][2] == "Đơn có hàng chưa liên kết với sản phẩm trong kho."


def test_a24_confirming_costs_the_same_for_five_orders_and_for_twenty(goods, owner):
    def statements(n: int) -> int:
        run = ready("confirm", owner, [place((goods[1], 1)) for _n in range(n)])
        with CaptureQueriesContext(connection) as caught:
            bulk_work.work(run.job_id)
        return len(caught)

    statements(5)
    assert statements(20) == statements(5)


def test_a_confirmation_without_stock_waits_and_a_firm_one_is_refused(goods, owner):
    loose, firm = make_variant("MO"), make_variant("CHAC", allow_backorder=False)
    waits, refused, fine = place((loose, 1)), place((firm, 1)), place((goods[1], 1))
    run = worked("confirm", owner, [waits, refused, fine])
    assert states([waits, refused, fine]) == ["confirmed", "pending_confirmation", "confirmed"]
    assert [ok for _n, ok, _m in outcome(run)] == [True, False, True]
    assert "CHAC" in outcome(run)[1][2]


def test_c59_the_order_page_and_the_list_offer_the_same_actions(goods, owner, owner_client):
    order = place((goods[1], 1))
    page = owner_client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    bar = owner_client.get(reverse("orders:list")).content.decode()
    for action in actions_for(owner):
        assert f'value="{action.code}"' in bar, action.code
    offered = {action.code: action for action in next_steps(owner, order)}
    for code, action in offered.items():
        if action.run:
            assert reverse("orders:act", args=[order.pk, code]) in page, code
    assert {"confirm", "hold", "cancel"} <= offered.keys()
    assert not offered.keys() & {"release", "ship", "print_label", "hand_over", "issue_invoice"}


def test_c59_an_action_of_another_role_is_neither_shown_nor_done(goods, user_factory, login):
    order, viewer = place((goods[1], 1)), user_factory("viewer")
    client = login(viewer)
    assert 'value="confirm"' not in client.get(reverse("orders:list")).content.decode()
    assert client.post(reverse("orders:act", args=[order.pk, "confirm"])).status_code == 403
    answer = client.post(reverse("orders:bulk"), {"action": "confirm", "ids": [order.pk]})
    assert answer.status_code == 403
    assert not BulkRun.objects.exists()
    assert states([order]) == ["pending_confirmation"]


def test_an_unknown_action_is_not_found(goods, owner_client):
    order = place((goods[1], 1))
    assert owner_client.post(reverse("orders:act", args=[order.pk, "bay"])).status_code == 404
    assert owner_client.post(reverse("orders:bulk"), {"action": "bay"}).status_code == 404


def test_an_action_that_goes_outside_cannot_have_an_undo():
    with pytest.raises(ValueError, match="taken back"):
        register_action(
            Action(
                code="x", label="x", permission="x", position=1, is_outside=True,
                run=lambda wish: {}, undo=lambda traces, actor: {},
            )
        )  # fmt: skip


def test_c60_the_whole_filter_is_frozen_when_it_is_chosen(goods, owner_client):
    shirt = goods[1]
    meant = [place((shirt, 1), source="zalo") for _n in range(3)]
    place((shirt, 1), source="phone")
    answer = owner_client.post(
        reverse("orders:bulk"), {"action": "confirm", "all": "1", "filter": "source=zalo"}
    )
    run = BulkRun.objects.get()
    assert answer.url == reverse(RUN, args=[run.pk])
    place((shirt, 1), source="zalo")
    assert [item.order_id for item in run.items.order_by("position")] == [o.pk for o in meant]


def test_c60_ticked_rows_are_meant_alone(goods, owner_client):
    ticked, other = place((goods[1], 1)), place((goods[1], 1))
    owner_client.post(reverse("orders:bulk"), {"action": "confirm", "ids": [ticked.pk, "x", ""]})
    items = BulkRun.objects.get().items.all()
    assert [item.order_id for item in items] == [ticked.pk]
    assert other.pk not in {item.order_id for item in items}


def test_nothing_ticked_goes_back_to_the_list_it_came_from(goods, owner_client):
    answer = owner_client.post(reverse("orders:bulk"), {"action": "confirm", "filter": "tab=draft"})
    assert answer.url == reverse("orders:list") + "?tab=draft"
    assert not BulkRun.objects.exists()


def test_c60_the_filter_is_counted_when_asked(goods, owner_client):
    for _n in range(3):
        place((goods[1], 1), source="zalo")
    place((goods[1], 1))
    page = owner_client.get(reverse("orders:bulk_count") + "?source=zalo").content.decode()
    assert "Chọn tất cả 3 đơn khớp bộ lọc" in page


def test_c60_the_look_before_counts_what_passes_and_groups_the_others(goods, owner, owner_client):
    fine = [place((goods[1], 1)) for _n in range(2)]
    held = [place((goods[1], 1)) for _n in range(2)]
    for order in held:
        hold_order(order.pk, actor=ACTOR, reason="chờ")
    firm = place((make_variant("CHAC", allow_backorder=False), 1))
    orders = [*fine, *held, firm]
    action = find_action("confirm")
    run = bulk.freeze(
        action, Order.objects.filter(pk__in=[o.pk for o in orders]), user=owner, language="vi"
    )
    look = bulk.preflight(run, action, user=owner)
    assert (look.total, look.ids) == (5, [order.pk for order in fine])
    assert [(cause.label, cause.count) for cause in look.causes] == [
        ("Đơn đang ở trạng thái “Tạm giữ”", 2),
        ("Hết hàng và hàng không cho đặt trước", 1),
    ]
    page = owner_client.get(reverse(RUN, args=[run.pk])).content.decode()
    assert all(order.number in page for order in [*held, firm])
    assert "Làm xong có 30 giây để hoàn tác." in page
    assert states(orders)[0] == "pending_confirmation"


def test_c60_the_look_before_foresees_what_the_job_does_with_the_last_piece(owner):
    warehouse, scarce = make_warehouse("TD"), make_variant("IT", allow_backorder=False)
    put(scarce, warehouse, 1)
    orders = [place((scarce, 1), draft=True) for _n in range(2)]
    action = find_action("confirm")
    run = bulk.freeze(action, Order.objects.all(), user=owner, language="vi")
    assert bulk.preflight(run, action, user=owner).ids == [orders[0].pk]
    run = bulk.start(run.pk, {}, actor=ACTOR)
    bulk_work.work(run.job_id)
    assert states(orders) == ["confirmed", "draft"]


def test_c61_what_the_user_may_not_see_is_never_chosen(goods, user_factory, login):
    mine, other = place((goods[1], 1)), make_warehouse("HN")
    hat = make_variant("MU")
    put(hat, other, 5)
    theirs = place((hat, 1))
    client = login(user_factory("sales", warehouse_ids=[goods[0].pk]))
    client.post(reverse("orders:bulk"), {"action": "confirm", "ids": [mine.pk, theirs.pk]})
    assert [item.order_id for item in BulkRun.objects.get().items.all()] == [mine.pk]


def test_c61_scope_is_asked_again_for_each_order_in_the_job(goods, user_factory):
    hat, other = make_variant("MU"), make_warehouse("HN")
    put(hat, other, 5)
    user = user_factory("sales")
    near, far = place((goods[1], 1)), place((hat, 1))
    run = ready("confirm", user, [near, far])
    User.objects.filter(pk=user.pk).update(warehouse_ids=[goods[0].pk])
    bulk_work.work(run.job_id)
    assert states([near, far]) == ["confirmed", "pending_confirmation"]
    assert outcome(run)[1] == (far.number, False, "Đơn ngoài phạm vi của bạn")


def test_c61_permission_is_asked_again_in_the_job(goods, user_factory):
    user, order = user_factory("sales"), place((goods[1], 1))
    run = ready("confirm", user, [order])
    User.objects.filter(pk=user.pk).update(role="viewer")
    bulk_work.work(run.job_id)
    assert states([order]) == ["pending_confirmation"]
    assert outcome(run)[0][1:] == (False, "Bạn không còn quyền làm việc này.")


def test_a_cancellation_says_its_reason_frees_the_stock_and_is_final(goods, owner):
    warehouse, shirt = goods
    orders = [place((shirt, 2)) for _n in range(3)]
    assert level(shirt, warehouse) == (1000, 6)
    run = worked("cancel", owner, orders, reason="khách đổi ý")
    assert states(orders) == ["cancelled"] * 3
    assert level(shirt, warehouse) == (1000, 0)
    assert not bulk.can_undo(run)


def test_the_reason_is_asked_for_and_nothing_begins_without_it(goods, owner, owner_client):
    order = place((goods[1], 1))
    owner_client.post(reverse("orders:bulk"), {"action": "hold", "ids": [order.pk]})
    run = BulkRun.objects.get()
    start = reverse("orders:bulk_start", args=[run.pk])
    assert owner_client.post(start, {"reason": " "}).status_code == 422
    assert not Job.objects.exists()
    assert owner_client.post(start, {"reason": "chờ khách"}).status_code == 302
    assert owner_client.post(start, {"reason": "khác"}).status_code == 302
    assert Job.objects.count() == 1
    assert BulkRun.objects.get().said == {"reason": "chờ khách", "keep": ""}


def test_an_action_that_is_a_page_of_its_own_leads_there_with_those_that_pass(
    goods, owner, owner_client, monkeypatch
):
    papers = Action(
        code="papers",
        label="In giấy",
        icon="printer",
        permission="orders.view_order",
        position=1,
        causes=lambda orders, user: {},
        links=lambda wish: [Link("", f"/papers/?n={len(wish.ids)}"), Link("Mở tệp", "/file/")],
    )
    monkeypatch.setitem(registry._actions, "papers", papers)
    run = bulk.freeze(
        papers, Order.objects.filter(pk=place((goods[1], 1)).pk), user=owner, language="vi"
    )
    page = owner_client.get(reverse(RUN, args=[run.pk])).content.decode()
    shown = page.partition('href="/papers/?n=1"')[2].partition("</a>")[0]
    assert "In giấy" in shown  # without a name of its own it is called as the action is
    assert reverse("orders:bulk_start", args=[run.pk]) not in page


def test_papers_of_orders_that_all_pass_open_at_once(goods, owner_client, monkeypatch):
    """With nothing to decide there is no look before; one that does not pass is shown."""
    bad, good = place((goods[1], 1)), place((goods[1], 1))
    papers = Action(
        code="papers",
        label="In giấy",
        icon="printer",
        permission="orders.view_order",
        position=1,
        causes=lambda orders, user: {o.pk: "Thiếu" for o in orders if o.pk == bad.pk},
        links=lambda wish: [Link("", f"/papers/?n={len(wish.ids)}")],
    )
    monkeypatch.setitem(registry._actions, "papers", papers)
    chosen = {"action": "papers", "ids": [str(good.pk)]}
    assert owner_client.post(reverse("orders:bulk"), chosen)["Location"] == "/papers/?n=1"
    chosen["ids"].append(str(bad.pk))
    look = owner_client.post(reverse("orders:bulk"), chosen, follow=True).content.decode()
    assert 'href="/papers/?n=1"' in look
    assert "Thiếu" in look
