"""PRODUCT A-24, C-59, C-60, C-61: one registry, frozen ids, a look before, a job, undo."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventory.models import Variant, Warehouse
from oms.accounts.models import User
from oms.kernel import clock
from oms.kernel.models import CounterSlot, Event, Job
from orders.bulk.registry import Action, actions_for, find_action, offers, register_action
from orders.models import BulkRun, Order
from orders.selectors.bulk import results_of
from orders.selectors.lists import orders_visible_to
from orders.services import bulk, bulk_work
from orders.services.lifecycle import confirm_order, hold_order
from orders.services.marks import save_tag
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.orders.makers import ACTOR, place

pytestmark = pytest.mark.django_db

RUN = "orders:bulk_run"


@pytest.fixture
def goods() -> tuple[Warehouse, Variant]:
    warehouse, shirt = make_warehouse("TD"), make_variant("AO-01")
    put(shirt, warehouse, 1000)
    return warehouse, shirt


def ready(code: str, user: User, orders: Sequence[Order], **said: str) -> BulkRun:
    """A run of these orders with its job begun."""
    action = find_action(code)
    assert action is not None
    chosen = orders_visible_to(user).filter(pk__in=[order.pk for order in orders])
    run = bulk.freeze(action, chosen, user=user, language="vi")
    return bulk.start(run.pk, said, actor=ACTOR)


def worked(code: str, user: User, orders: Sequence[Order], **said: str) -> BulkRun:
    run = ready(code, user, orders, **said)
    bulk_work.work(run.job_id)
    return BulkRun.objects.select_related("job").get(pk=run.pk)


def states(orders: Sequence[Order]) -> list[str]:
    found = Order.objects.in_bulk([order.pk for order in orders])
    return [found[order.pk].status for order in orders]


def outcome(run: BulkRun) -> list[tuple[str, bool | None, str]]:
    rows = results_of(run).order_by("position")
    return [(row.number, row.ok, row.message or "") for row in rows]


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
    for action in offers(owner, order):
        if action.run and action.is_next(order):
            assert reverse("orders:act", args=[order.pk, action.code]) in page, action.code
    offered = {action.code for action in offers(owner, order)}
    assert {"confirm", "hold", "note", "cancel"} <= offered
    assert not offered & {"release", "ship", "print_label", "hand_over", "issue_invoice"}


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


def test_a_worker_that_dies_in_the_middle_has_done_each_order_once(goods, owner, monkeypatch):
    action = find_action("note")
    monkeypatch.setitem(register_action.__globals__["_actions"], "note", replace(action, step=2))
    orders = [place((goods[1], 1)) for _n in range(5)]
    run = ready("note", owner, orders, text="gói quà")
    real, calls = bulk_work._record, []

    def dies(*args: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise MemoryError
        real(*args)

    monkeypatch.setattr(bulk_work, "_record", dies)
    with pytest.raises(MemoryError):
        bulk_work.work(run.job_id)
    assert Job.objects.get(pk=run.job_id).done == 2
    monkeypatch.setattr(bulk_work, "_record", real)
    bulk_work.work(run.job_id)
    bulk_work.work(run.job_id)
    assert [order.notes.count() for order in orders] == [1] * 5
    job = Job.objects.get(pk=run.job_id)
    assert (job.status, job.done, job.failed) == ("done", 5, 0)


def test_a_job_whose_message_was_lost_is_sent_again_and_given_up_in_the_end(goods, owner, eager):
    order = place((goods[1], 1))
    run = ready("confirm", owner, [order])
    assert bulk.resume() == 0
    BulkRun.objects.update(touched_at=clock.now() - timedelta(minutes=5))
    assert bulk.resume() == 1
    assert states([order]) == ["confirmed"]
    Job.objects.filter(pk=run.job_id).update(status="running")
    BulkRun.objects.update(
        touched_at=clock.now() - timedelta(minutes=5), attempts=bulk.MOST_ATTEMPTS
    )
    bulk.resume()
    job = Job.objects.get(pk=run.job_id)
    assert (job.status, job.error) == (
        "failed",
        "Đã thử nhiều lần mà không xong; hãy báo người quản trị.",
    )


def test_only_the_failed_are_tried_again(goods, owner, owner_client):
    good, bad = place((goods[1], 1)), place(("LẠ", 1))
    run = worked("confirm", owner, [good, bad])
    version = Order.objects.get(pk=good.pk).version
    bad.lines.update(variant=goods[1])
    owner_client.post(reverse("orders:bulk_retry", args=[run.pk]))
    bulk_work.work(run.job_id)
    assert states([bad]) == ["confirmed"]
    assert Order.objects.get(pk=good.pk).version == version
    job = Job.objects.get(pk=run.job_id)
    assert (job.done, job.failed) == (2, 0)
    owner_client.post(reverse("orders:bulk_retry", args=[run.pk]))
    assert Job.objects.get(pk=run.job_id).status == "done"


def test_undo_puts_confirmed_orders_back_and_keeps_what_changed_since(goods, owner):
    orders = [place((goods[1], 1)) for _n in range(3)]
    already = place((goods[1], 1))
    confirm_order(already.pk, actor=ACTOR)
    run = worked("confirm", owner, [*orders, already])
    hold_order(orders[2].pk, actor=ACTOR, reason="khách hẹn")
    back = bulk.undo(run.pk, actor=ACTOR)
    bulk_work.work(back.job_id)
    assert states([*orders, already]) == [
        *["pending_confirmation"] * 2,
        "on_hold",
        "confirmed",
    ]
    assert [ok for _n, ok, _m in outcome(back)] == [True, True, False]
    first = Order.objects.get(pk=orders[0].pk)
    assert (first.confirmed_at, first.tab, first.fulfillment_status) == (
        None,
        "to_confirm",
        "allocated",
    )
    assert Event.objects.filter(name="order.undone").count() == 2
    counted = CounterSlot.objects.filter(name="orders:to_confirm").values_list("value", flat=True)
    assert sum(counted) == 2


def test_undoing_the_confirmation_of_a_draft_gives_its_stock_back(goods, owner):
    warehouse, shirt = goods
    order = place((shirt, 2), draft=True)
    run = worked("confirm", owner, [order])
    assert level(shirt, warehouse) == (1000, 2)
    bulk_work.work(bulk.undo(run.pk, actor=ACTOR).job_id)
    assert states([order]) == ["draft"]
    assert level(shirt, warehouse) == (1000, 0)


def test_undo_of_a_hold_and_of_a_release(goods, owner):
    order = place((goods[1], 1))
    held = worked("hold", owner, [order], reason="chờ gọi lại")
    assert states([order]) == ["on_hold"]
    bulk_work.work(bulk.undo(held.pk, actor=ACTOR).job_id)
    order.refresh_from_db()
    assert (order.status, order.hold_reason) == ("pending_confirmation", "")
    hold_order(order.pk, actor=ACTOR, reason="thiếu địa chỉ")
    released = worked("release", owner, [order])
    bulk_work.work(bulk.undo(released.pk, actor=ACTOR).job_id)
    order.refresh_from_db()
    assert (order.status, order.hold_reason, order.status_before_hold) == (
        "on_hold",
        "thiếu địa chỉ",
        "pending_confirmation",
    )


def test_a25_many_orders_are_tagged_assigned_and_put_first_and_taken_back(goods, owner):
    orders = [place((goods[1], 1)) for _n in range(2)]
    tag = save_tag("Gấp", "red")

    def marked() -> list[tuple[list[int], int | None, int]]:
        rows = Order.objects.order_by("pk")
        return [(order.tag_ids, order.assignee_id, order.priority) for order in rows]

    for code, said, expected in [
        ("tag", {"tag": str(tag.pk)}, ([tag.pk], None, 0)),
        ("assign", {"assignee": str(owner.pk)}, ([], owner.pk, 0)),
        ("prioritise", {"priority": "2"}, ([], None, 2)),
    ]:
        run = worked(code, owner, orders, **said)
        assert marked() == [expected] * 2, code
        bulk_work.work(bulk.undo(run.pk, actor=ACTOR).job_id)
        assert marked() == [([], None, 0)] * 2, code


def test_a_choice_that_is_not_offered_begins_nothing(goods, owner, owner_client):
    order = place((goods[1], 1))
    owner_client.post(reverse("orders:bulk"), {"action": "assign", "ids": [order.pk]})
    start = reverse("orders:bulk_start", args=[BulkRun.objects.get().pk])
    assert owner_client.post(start, {"assignee": "999999"}).status_code == 422
    assert not Job.objects.exists()


def test_undo_happens_once_and_not_after_thirty_seconds(goods, owner, owner_client):
    order, late = place((goods[1], 1)), place((goods[1], 1))
    run = worked("confirm", owner, [order])
    first = bulk.undo(run.pk, actor=ACTOR)
    assert bulk.undo(run.pk, actor=ACTOR) == first
    other = worked("confirm", owner, [late])
    page = owner_client.get(reverse(RUN, args=[other.pk])).content.decode()
    assert reverse("orders:bulk_undo", args=[other.pk]) in page
    Job.objects.filter(pk=other.job_id).update(
        finished_at=clock.now() - bulk.UNDO_WINDOW - timedelta(seconds=1)
    )
    page = owner_client.get(reverse(RUN, args=[other.pk])).content.decode()
    assert reverse("orders:bulk_undo", args=[other.pk]) not in page
    owner_client.post(reverse("orders:bulk_undo", args=[other.pk]))
    assert BulkRun.objects.filter(undoes=other).count() == 0


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
    assert BulkRun.objects.get().said == {"reason": "chờ khách"}


def test_a_run_is_seen_by_the_one_who_asked_for_it(goods, owner, user_factory, login):
    run = ready("confirm", owner, [place((goods[1], 1))])
    client = login(user_factory("manager"))
    for name in (RUN, "orders:bulk_start", "orders:bulk_undo", "orders:bulk_retry"):
        address = reverse(name, args=[run.pk])
        answers = {client.get(address).status_code, client.post(address).status_code}
        assert answers <= {404, 405}, name


def test_the_result_page_costs_the_same_for_one_order_and_for_twenty(goods, owner, owner_client):
    def statements(n: int) -> int:
        run = worked("confirm", owner, [place((goods[1], 1)) for _n in range(n)])
        with CaptureQueriesContext(connection) as caught:
            page = owner_client.get(reverse(RUN, args=[run.pk])).content.decode()
        assert page.count("badge-green") >= n
        return len(caught)

    statements(1)
    assert statements(20) == statements(1)


def test_the_tray_shows_a_running_job_until_it_has_ended(goods, owner, owner_client):
    order = place((goods[1], 1))
    owner_client.post(reverse("orders:bulk"), {"action": "confirm", "ids": [order.pk]})
    run = BulkRun.objects.get()
    tray = reverse("web:tray")
    assert tray not in owner_client.get(reverse("orders:list")).content.decode()
    owner_client.post(reverse("orders:bulk_start", args=[run.pk]))
    assert tray in owner_client.get(reverse("orders:list")).content.decode()
    running = owner_client.get(tray).content.decode()
    assert "every 2s" in running and reverse(RUN, args=[run.pk]) in running
    bulk_work.work(BulkRun.objects.get().job_id)
    ended = owner_client.get(tray).content.decode()
    assert "every 2s" not in ended and "1 / 1" in ended
    assert tray not in owner_client.get(reverse("orders:list")).content.decode()


def test_too_many_orders_are_refused_before_anything_is_kept(goods, owner, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 1)
    for _n in range(2):
        place((goods[1], 1))
    with pytest.raises(bulk.DomainError, match="nhiều nhất 1 đơn"):
        bulk.freeze(find_action("confirm"), Order.objects.all(), user=owner, language="vi")
    assert not BulkRun.objects.exists()


def test_what_was_only_looked_at_is_forgotten_after_a_day(goods, owner):
    order = place((goods[1], 1))
    kept = worked("confirm", owner, [order])
    bulk.freeze(find_action("hold"), Order.objects.all(), user=owner, language="vi")
    BulkRun.objects.update(created_at=clock.now() - timedelta(days=2))
    bulk.remove_old()
    assert list(BulkRun.objects.values_list("pk", flat=True)) == [kept.pk]
