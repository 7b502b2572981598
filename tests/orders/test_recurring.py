"""A-110: a template makes its next order on time, once; what was missed follows a rule."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventory.models import PriceList, PriceListItem, Variant, Warehouse
from oms.kernel.books import check_books
from oms.kernel.clock import now, today
from oms.kernel.errors import DomainError
from orders.models import CustomerGroup, Order, OrderProblem, RecurringOrder
from orders.recurrence import Rhythm
from orders.services import recurring
from orders.services.customer_privacy import collect_person, erase_person
from orders.services.customers import save_customer
from orders.services.drafts import discard_draft, purge_discarded
from orders.services.lifecycle import cancel_order
from orders.services.new_order import NewLine
from orders.services.recurring import Plan, change_recurring, new_recurring
from orders.services.recurring_orders import due_templates, make_due
from orders.tasks import make_recurring_orders
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.orders.makers import ACTOR

pytestmark = pytest.mark.django_db
ICT = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = date(2026, 3, 2)
WEEKLY = Rhythm("weeks", MONDAY, 1, (0,))
Status, Missed = RecurringOrder.Status, RecurringOrder.Missed


@pytest.fixture(autouse=True)
def empty_redis(redis_clean: object) -> None:
    """Counters of pages start at nothing."""


@pytest.fixture
def shop(frozen) -> tuple[Warehouse, Variant]:
    """On Monday 2026-03-02, 09:00 in Vietnam."""
    warehouse, shirt = make_warehouse(), make_variant("AO-01")
    put(shirt, warehouse, 50)
    return warehouse, shirt


def plan_of(variant: Variant, quantity: int = 2, price: int = 90_000, **fields) -> Plan:
    base = Plan(
        source="zalo",
        phone="0912345678",
        name="Trần Văn Đức",
        street="12 Lê Lợi",
        ward="Phường Tân Định",
        province="Hồ Chí Minh",
        price_rule="fixed",
        rhythm=WEEKLY,
        lines=[
            NewLine(
                variant_id=variant.pk,
                sku=variant.sku,
                name=variant.full_name,
                quantity=quantity,
                unit_price_vnd=price,
                vat_rate=variant.product.vat_rate,
            )
        ],
    )
    return replace(base, **fields)


def template_of(variant: Variant, **fields) -> RecurringOrder:
    plan = plan_of(variant, **fields)
    return new_recurring(plan, request_key=f"form-{RecurringOrder.objects.count()}", actor=ACTOR)


def outcomes(template: RecurringOrder) -> list[tuple[str, str]]:
    rows = template.runs.order_by("due_on").values_list("due_on", "outcome")
    return [(day.strftime("%m-%d"), outcome) for day, outcome in rows]


def test_a110_the_order_of_a_day_is_made_once_confirmed_and_at_the_kept_price(shop):
    warehouse, shirt = shop
    template = template_of(shirt, discount_vnd=10_000, shipping_fee_vnd=20_000)
    assert template.next_on == MONDAY
    Variant.objects.update(price_vnd=1)
    for expected in (1, 0, 0):
        assert len(make_due(template.pk)) == expected
    order = Order.objects.get()
    assert (order.status, order.fulfillment_status) == ("confirmed", "allocated")
    assert (order.total_vnd, order.source) == (190_000, "zalo")
    assert level(shirt, warehouse) == (50, 2)
    template.refresh_from_db()
    assert template.next_on == MONDAY + timedelta(days=7)
    assert outcomes(template) == [("03-02", "made")]
    assert not any(check_books().values())


def test_a110_the_price_of_the_day_follows_the_list_of_the_customers_group(shop, frozen):
    shirt = shop[1]
    group = CustomerGroup.objects.create(name="Khách sỉ", name_folded="khach si")
    save_customer(None, name="Đức", phone="0912345678", group_id=group.pk, actor=ACTOR)
    template = template_of(shirt, price_rule="list")
    make_due(template.pk)
    prices = PriceList.objects.create(name="Sỉ", customer_group="Khách sỉ", created_at=now())
    PriceListItem.objects.create(price_list=prices, variant=shirt, price_vnd=70_000)
    frozen.shift(timedelta(days=7))
    make_due(template.pk)
    paid = [order.goods_vnd for order in Order.objects.order_by("pk")]
    assert paid == [200_000, 140_000]


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        (datetime(2026, 3, 8, 23, 59, tzinfo=ICT), False),
        # Both still Sunday in UTC.
        (datetime(2026, 3, 9, 0, 30, tzinfo=ICT), True),
        (datetime(2026, 3, 9, 6, 59, tzinfo=ICT), True),
    ],
)
def test_a110_a_day_begins_at_midnight_in_vietnam(shop, frozen, moment, due):
    template = template_of(shop[1])
    make_due(template.pk)
    frozen.move_to(moment)
    assert due_templates() == ([template.pk] if due else [])
    assert [run.due_on for run in make_due(template.pk)] == ([date(2026, 3, 9)] if due else [])


def test_a110_the_last_day_of_each_month_is_met(shop, frozen):
    template = template_of(shop[1], rhythm=Rhythm("months", MONDAY, 1, (), 31))
    for month, day in ((3, 31), (4, 30), (5, 31)):
        frozen.move_to(datetime(2026, month, day, 0, 30, tzinfo=ICT))
        assert len(make_due(template.pk)) == 1
    assert outcomes(template) == [("03-31", "made"), ("04-30", "made"), ("05-31", "made")]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        (Missed.ALL, [("03-02", "made"), ("03-09", "made"), ("03-16", "made")]),
        (Missed.LAST, [("03-02", "skipped"), ("03-09", "skipped"), ("03-16", "made")]),
        (Missed.SKIP, [("03-02", "skipped"), ("03-09", "skipped"), ("03-16", "skipped")]),
    ],
)
def test_a110_after_a_standstill_the_rule_says_what_is_made_up_for(shop, frozen, rule, days):
    template = template_of(shop[1], missed=rule)
    frozen.move_to(datetime(2026, 3, 18, 9, 0, tzinfo=ICT))
    make_due(template.pk)
    assert outcomes(template) == days
    template.refresh_from_db()
    assert template.next_on == date(2026, 3, 23)
    assert make_due(template.pk) == []


def test_a110_the_day_itself_is_made_even_where_missed_ones_are_skipped(shop, frozen):
    template = template_of(shop[1], missed=Missed.SKIP)
    frozen.move_to(datetime(2026, 3, 9, 0, 30, tzinfo=ICT))
    make_due(template.pk)
    assert outcomes(template) == [("03-02", "skipped"), ("03-09", "made")]


def test_a110_a_pause_misses_nothing_and_one_day_can_be_left_out(shop, frozen):
    template = template_of(shop[1])
    recurring.skip_next(template.pk, due_on=MONDAY, actor=ACTOR)
    recurring.skip_next(template.pk, due_on=MONDAY, actor=ACTOR)
    assert make_due(template.pk) == []
    recurring.pause_recurring(template.pk, actor=ACTOR)
    frozen.move_to(datetime(2026, 3, 18, 9, 0, tzinfo=ICT))
    assert due_templates() == []
    assert make_due(template.pk) == []
    resumed = recurring.resume_recurring(template.pk, actor=ACTOR)
    assert (resumed.status, resumed.next_on) == (Status.ACTIVE, date(2026, 3, 23))
    assert outcomes(template) == [("03-02", "skipped")]


def test_a110_a_template_ends_after_its_last_day_and_begins_anew(shop, frozen):
    template = template_of(shop[1], ends_on=date(2026, 3, 10))
    for _week in range(2):
        make_due(template.pk)
        frozen.shift(timedelta(days=7))
    template.refresh_from_db()
    assert (template.status, template.next_on) == (Status.ENDED, None)
    assert outcomes(template) == [("03-02", "made"), ("03-09", "made")]
    plan = plan_of(shop[1], quantity=5)
    again = change_recurring(template.pk, plan, edit_version=1, actor=ACTOR)
    assert (again.status, again.next_on) == (Status.ACTIVE, date(2026, 3, 16))
    with pytest.raises(DomainError) as caught:
        change_recurring(template.pk, plan, edit_version=1, actor=ACTOR)
    assert caught.value.code == "recurring.version"


def test_a110_a_day_that_was_done_is_not_done_again_after_a_change(shop):
    template = template_of(shop[1])
    make_due(template.pk)
    changed = change_recurring(template.pk, plan_of(shop[1], 9), edit_version=1, actor=ACTOR)
    assert changed.next_on == date(2026, 3, 9)
    assert make_due(template.pk) == []


def test_a110_what_cannot_be_made_waits_as_a_draft_in_the_queue_with_its_cause(
    shop, owner_client, eager
):
    template = template_of(shop[1])
    Variant.objects.update(is_active=False)
    healthy = template_of(make_variant("MU-01"))
    make_recurring_orders()
    assert outcomes(template) == [("03-02", "failed")]
    assert outcomes(healthy) == [("03-02", "made")]
    run = template.runs.get()
    assert (run.order.status, run.order.lines.get().quantity) == ("draft", 2)
    problem = OrderProblem.objects.get(order=run.order)
    assert problem.kind == "recurring"
    assert "Hàng đã ngừng bán: AO-01" in problem.message
    queue = owner_client.get(reverse("orders:attention")).content.decode()
    assert "Hàng đã ngừng bán: AO-01" in queue
    assert reverse("orders:draft", args=[run.order_id]) in queue
    assert make_due(template.pk) == []


def test_a110_a_draft_that_is_placed_leaves_the_queue(shop, owner_client):
    Variant.objects.update(allow_backorder=False)
    template = template_of(shop[1], quantity=80)
    [run] = make_due(template.pk)
    assert "Không đủ hàng" in run.message
    put(shop[1], shop[0], 100)
    page = owner_client.get(reverse("orders:draft", args=[run.order_id])).content.decode()
    fields = dict(re.findall(r'name="([\w-]+)"[^>]*? value="([^"]*)"', page))
    sent = {
        "request_key": fields["request_key"], "version": fields["version"], "then": "save",
        "phone": "0912345678", "name": "Trần Văn Đức", "source": "zalo", "street": "12 Lê Lợi",
        "ward": "Phường Tân Định", "province": "Hồ Chí Minh", "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "0", "lines-0-item": "AO-01", "lines-0-quantity": "80",
        "lines-0-price": "90.000",
    }  # fmt: skip
    assert owner_client.post(reverse("orders:draft", args=[run.order_id]), sent).status_code == 302
    order = Order.objects.get()
    assert (order.status, order.needs_attention) == ("pending_confirmation", False)


def test_a110_a_day_without_even_a_draft_waits_in_the_queue_and_is_made_again(shop, owner_client):
    template = template_of(shop[1])
    template.lines.all().delete()
    [run] = make_due(template.pk)
    assert (run.outcome, run.order) == ("failed", None)
    queue = reverse("orders:attention")
    page = owner_client.get(queue).content.decode()
    assert "Đơn phải có từ 1 đến" in page
    assert reverse("orders:recurring_edit", args=[template.pk]) in page
    assert template.number in owner_client.get(queue, {"kind": "recurring"}).content.decode()
    assert template.number not in owner_client.get(queue, {"kind": "sync"}).content.decode()
    again = reverse("orders:recurring_retry", args=[template.pk, run.pk])
    assert owner_client.post(again).url == queue
    change_recurring(template.pk, plan_of(shop[1]), edit_version=1, actor=ACTOR)
    for _press in range(2):
        answer = owner_client.post(again)
        order = Order.objects.get()
        assert answer.url == reverse("orders:detail", args=[order.pk])
    assert (order.status, outcomes(template)) == ("confirmed", [("03-02", "made")])
    assert template.number not in owner_client.get(queue).content.decode()


def test_a110_a_day_that_is_given_up_leaves_the_queue(shop, owner_client, frozen):
    template = template_of(shop[1])
    template.lines.all().delete()
    [run] = make_due(template.pk)
    out = reverse("orders:recurring_leave_out", args=[template.pk, run.pk])
    queue = reverse("orders:attention")
    assert [owner_client.post(out).url for _press in range(2)] == [queue, queue]
    assert outcomes(template) == [("03-02", "skipped")]
    assert template.number not in owner_client.get(queue).content.decode()
    # A draft that somebody deleted is such a decision too.
    Variant.objects.update(is_active=False)
    change_recurring(template.pk, plan_of(shop[1]), edit_version=1, actor=ACTOR)
    frozen.shift(timedelta(days=7))
    [draft] = make_due(template.pk)
    discard_draft(draft.order_id or 0, actor=ACTOR)
    frozen.shift(timedelta(days=31))
    assert purge_discarded() == 1
    assert outcomes(template) == [("03-02", "skipped"), ("03-09", "skipped")]


def test_a110_a_cancelled_order_is_not_made_again(shop):
    template = template_of(shop[1])
    [run] = make_due(template.pk)
    cancel_order(run.order_id or 0, actor=ACTOR, reason="khách đổi ý")
    assert make_due(template.pk) == []


def test_what_cannot_recur_is_refused(shop):
    shirt = shop[1]
    for code, fields in (
        ("recurring.weekdays", {"rhythm": Rhythm("weeks", MONDAY)}),
        ("recurring.end", {"ends_on": MONDAY, "rhythm": Rhythm("weeks", MONDAY, 1, (6,))}),
        ("recurring.phone", {"phone": "12"}),
        ("order.amount", {"discount_vnd": 999_999}),
    ):
        with pytest.raises(DomainError) as caught:
            template_of(shirt, **fields)
        assert caught.value.code == code
    assert RecurringOrder.objects.count() == 0


def form(**changed: str) -> dict[str, str]:
    sent = {
        "request_key": "form-9", "phone": "0912 345 678", "name": "Trần Văn Đức", "source": "zalo",
        "street": "", "ward": "", "province": "", "rhythm": "weeks", "every": "1",
        "weekdays": "0", "month_day": "", "starts_on": "2026-03-02", "ends_on": "",
        "price_rule": "list", "missed": "last", "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "0", "lines-0-item": "AO-01", "lines-0-quantity": "3",
        "lines-0-price": "",
    }  # fmt: skip
    return sent | changed


def test_a110_the_pages_lead_from_entry_to_the_days_ahead(shop, owner_client):
    new = reverse("orders:recurring_new")
    assert owner_client.post(new, form(weekdays=[])).status_code == 422
    assert owner_client.post(new, form(ends_on="2026-03-01")).status_code == 422
    done = owner_client.post(new, form())
    template = RecurringOrder.objects.get()
    page = reverse("orders:recurring_detail", args=[template.pk])
    assert done.url == page
    text = owner_client.get(page).content.decode()
    assert "02/03/2026" in text
    assert "30/03/2026" in text
    assert "Thứ hai" in text
    assert owner_client.get(page + "edit/").status_code == 200
    assert owner_client.post(page + "skip/", {"due_on": "2026-03-02"}).status_code == 302
    assert owner_client.post(page + "skip/", {"due_on": "x"}).status_code == 302
    assert "09/03/2026" in owner_client.get(page).content.decode()
    for verb, status in (("pause", "paused"), ("resume", "active"), ("end", "ended")):
        assert owner_client.post(f"{page}{verb}/").status_code == 302
        template.refresh_from_db()
        assert template.status == status
    assert owner_client.post(page + "skip/", {"due_on": "2026-03-09"}).status_code == 422
    changed = form(edit_version="1", ends_on="2026-12-31")
    assert owner_client.post(page + "edit/", changed).status_code == 302
    template.refresh_from_db()
    assert template.status == "active"
    found = owner_client.get(reverse("orders:recurring_list"), {"q": "tran duc"})
    assert template.number in found.content.decode()


def test_who_may_what(shop, user_factory, login):
    template = template_of(shop[1])
    page = reverse("orders:recurring_detail", args=[template.pk])
    viewer, packer = login(user_factory("viewer")), login(user_factory("warehouse"))
    assert (viewer.get(page).status_code, packer.get(page).status_code) == (200, 403)
    assert viewer.post(page + "end/").status_code == 403
    assert viewer.post(page + "runs/1/retry/").status_code == 403


def test_the_list_costs_the_same_for_one_row_and_for_twenty(shop, owner_client):
    address = reverse("orders:recurring_list")

    def queries(client: Client) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    make_due(template_of(shop[1]).pk)
    owner_client.get(address)
    one = queries(owner_client)
    for _n in range(19):
        template_of(shop[1])
    assert queries(owner_client) == one


def test_an_erased_person_has_no_template_running(shop):
    template = template_of(shop[1], rhythm=Rhythm("weeks", today() + timedelta(days=1), 1, (0,)))
    customer_id = template.customer_id
    assert collect_person(customer_id)["recurring_orders"][0]["recipient_name"] == "Trần Văn Đức"
    erase_person(customer_id, actor=ACTOR)
    template.refresh_from_db()
    assert (template.status, template.recipient_phone) == (Status.ENDED, "")
    assert "Đức" not in str(list(RecurringOrder.objects.values_list()))
