"""PRODUCT A-24, A-25: a run outlives its worker, tries its failed again, is undone, and shown."""

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
from orders.bulk.registry import find_action, register_action
from orders.models import BulkRun, Order
from orders.services import bulk, bulk_work
from orders.services.lifecycle import confirm_order, hold_order
from orders.services.marks import save_tag
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


def test_d5_what_was_confirmed_goes_on_to_its_shipment_and_then_to_its_label(goods, owner_client):
    """The result proposes the next step for the orders that were done, and for no other."""
    owner = User.objects.get(role="owner")
    orders = [place((goods[1], 1)), place((goods[1], 1))]
    hold_order(orders[1].pk, actor=ACTOR, reason="Chờ khách")
    run = worked("confirm", owner, orders)
    page = owner_client.get(reverse(RUN, args=[run.pk]))
    assert page.context["then"].code == "ship"
    answer = owner_client.post(reverse("orders:bulk_next", args=[run.pk]))
    chosen = BulkRun.objects.latest("pk")
    assert answer.url == reverse(RUN, args=[chosen.pk])
    assert (chosen.action, [item.order_id for item in chosen.items.all()]) == (
        "ship",
        [orders[0].pk],
    )
    assert find_action("ship").then == "print_label"
