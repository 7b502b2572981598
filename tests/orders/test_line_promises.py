"""A-81: each line of an order that waits has its own day, and what was said before is kept."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from inventory.models import PurchaseOrder
from inventory.services import transfers
from oms.kernel.clock import today
from oms.kernel.errors import DomainError
from oms.kernel.models import Event
from orders.models import LinePromise, Order
from orders.selectors.filters import OrderFilters
from orders.selectors.lists import filtered
from orders.services import lifecycle, promises
from orders.services.promise_plan import Supply, Want, plan_lines
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.inventory.purchases import order_goods
from tests.inventory.test_transfers import make_transfer
from tests.orders.makers import ACTOR, books_agree, place

pytestmark = pytest.mark.django_db


def settle() -> int:
    return promises.settle_promises(actor=ACTOR)


def coming(place_, variant, units: int, days: int) -> PurchaseOrder:
    """Confirmed goods that come in so many days."""
    order = order_goods(place_, (variant, units, 1_000))
    day = today() + timedelta(days=days)
    PurchaseOrder.objects.filter(pk=order.pk).update(expected_on=day)
    order.refresh_from_db()
    return order


def said(order: Order) -> list[tuple[str, int | None]]:
    """(source, days from today) of each line's present promise."""
    rows = LinePromise.objects.filter(line__order=order, ended_at=None).order_by("line__position")
    return [
        (row.source, None if row.promised_on is None else (row.promised_on - today()).days)
        for row in rows
    ]


def listed(value: str, user) -> set[int]:
    found = filtered(user, OrderFilters.of(promise=value))
    return set(found.values_list("pk", flat=True))


@pytest.fixture
def shop():
    """A warehouse in the buyers' province (2 days), and goods of which none are there."""
    hanoi = make_warehouse(province="Hà Nội")
    return hanoi, make_variant("CO-SAN"), make_variant("CHO-MUA"), make_variant("KHONG-CO")


@pytest.fixture
def waiting(shop) -> Order:
    hanoi, here, bought, nowhere = shop
    put(here, hanoi, 5)
    coming(hanoi, bought, 3, 4)
    order = place((here, 2), (bought, 3), (nowhere, 1))
    settle()
    return order


def test_a81_lines_of_one_order_have_different_days_with_their_reasons(waiting, shop) -> None:
    assert said(waiting) == [("stock", 2), ("purchase", 4 + 1 + 2), ("nothing", None)]
    number = PurchaseOrder.objects.get().number
    reasons = [row.reason for row in LinePromise.objects.order_by("line__position")]
    assert reasons[0] == "Hàng có sẵn, hãng đi 2 ngày."
    assert reasons[1].startswith(f"{number} về ngày ")
    assert reasons[2] == "Chưa có hàng nào đang về cho dòng này."
    assert settle() == 0


def test_a81_a_day_nobody_knew_ends_when_the_goods_are_there(waiting, shop, owner) -> None:
    hanoi, _here, bought, nowhere = shop
    assert listed("unknown", owner) == {waiting.pk}
    put(bought, hanoi, 3)
    put(nowhere, hanoi, 1)
    lifecycle.allocate_waiting([bought.pk, nowhere.pk], actor=ACTOR)
    settle()
    assert said(waiting)[2:] == []
    assert listed("unknown", owner) == set()


def test_a81_goods_on_their_way_between_warehouses_have_a_day(shop) -> None:
    hanoi, here, *_others = shop
    source = make_warehouse()
    put(here, source, 4)
    transfer = make_transfer(source, hanoi, (here, 4))
    transfers.ship_transfer(transfer.pk, actor=ACTOR)
    order = place((here, 3))
    settle()
    assert said(order) == [("transfer", 2 + 1 + 2)]


def test_a81_a_day_that_changes_is_kept_with_its_reason(waiting, owner) -> None:
    bought = PurchaseOrder.objects.get()
    line = waiting.lines.get(position=2)
    PurchaseOrder.objects.update(answer_on=today() + timedelta(days=9))
    assert (settle(), settle()) == (1, 0)
    assert said(waiting)[1] == ("purchase", 9 + 1 + 2)
    first, second = LinePromise.objects.filter(line=line).order_by("id")
    assert first.ended_at == second.created_at
    assert (second.promised_on - first.promised_on).days == 5
    assert bought.number in second.reason
    event = Event.objects.filter(name="order.line_promised", subject_id=waiting.pk).latest("id")
    assert event.data["changes"]["promised_on"] == [
        first.promised_on.isoformat(), second.promised_on.isoformat(),
    ]  # fmt: skip
    assert event.data["reason"] == second.reason
    assert listed("moved", owner) == {waiting.pk}
    assert listed("unknown", owner) == {waiting.pk}
    assert listed("late", owner) == set()


def test_a81_a_day_that_has_passed_is_late_and_never_becomes_unknown(
    frozen, waiting, owner
) -> None:
    before = said(waiting)
    frozen.shift(8 * 86_400)
    settle()
    assert [source for source, _days in said(waiting)] == [source for source, _days in before]
    assert said(waiting)[1] == ("purchase", -1)
    assert listed("late", owner) == {waiting.pk}
    lifecycle.cancel_order(waiting.pk, actor=ACTOR, reason="Khách đổi ý")
    promises.end_promises([waiting.pk])
    assert listed("any", owner) == set()


def test_a81_goods_serve_orders_in_their_turn(shop) -> None:
    hanoi, _here, bought, _nowhere = shop
    coming(hanoi, bought, 3, 4)
    coming(hanoi, bought, 3, 10)
    first, second, third = place((bought, 2)), place((bought, 2)), place((bought, 3))
    Order.objects.filter(pk=third.pk).update(priority=2)
    settle()
    assert said(third) == [("purchase", 7)]
    assert (said(first), said(second)) == ([("purchase", 13)], [("nothing", None)])


def test_a81_a_persons_word_stays_until_another_one(waiting, owner) -> None:
    line = waiting.lines.get(position=2)
    day = today() + timedelta(days=20)
    word = promises.promise_line(line.pk, day, "Nhà may hứa", actor=ACTOR)
    assert promises.promise_line(line.pk, day, "Nhà may  hứa", actor=ACTOR).pk == word.pk
    PurchaseOrder.objects.update(answer_on=today() + timedelta(days=30))
    assert settle() == 0
    assert said(waiting)[1] == ("person", 20)
    for wrong, reason in ((today() - timedelta(days=1), "x"), (day, " "), (date(2099, 1, 1), "x")):
        with pytest.raises(DomainError):
            promises.promise_line(line.pk, wrong, reason, actor=ACTOR)
    assert LinePromise.objects.filter(line=line).count() == 2


def test_a81_the_page_tells_days_and_takes_a_word(waiting, owner_client, client, user_factory):
    url = reverse("orders:promises", args=[waiting.pk])
    detail = owner_client.get(reverse("orders:detail", args=[waiting.pk])).content.decode()
    assert f'href="{url}"' in detail and "Chưa có ngày giao" in detail
    line = waiting.lines.get(position=3)
    post = reverse("orders:promise", args=[waiting.pk, line.pk])
    day = today() + timedelta(days=6)
    refused = owner_client.post(post, {"day": day.isoformat(), "reason": ""})
    assert (refused.status_code, said(waiting)[2]) == (422, ("nothing", None))
    answer = owner_client.post(post, {"day": day.isoformat(), "reason": "Mượn của cửa hàng"})
    assert answer.status_code == 302
    assert said(waiting)[2] == ("person", 6)
    text = owner_client.get(url).content.decode()
    assert "Mượn của cửa hàng" in text and "Chưa có hàng nào đang về" in text
    client.force_login(user_factory("viewer"))
    assert client.post(post, {"day": day.isoformat(), "reason": "x"}).status_code == 403


def test_a81_the_buyers_page_tells_days_and_no_goods(waiting, client, redis_clean) -> None:
    data = {"code": waiting.number, "phone_tail": waiting.recipient_phone[-4:]}
    answer = client.post(reverse("shipping:track"), data)
    text = answer.content.decode()
    assert answer.status_code == 200
    for day in (2, 7):
        assert f"{today() + timedelta(days=day):%d/%m/%Y}" in text
    assert "chưa có ngày" in text
    hidden = (waiting.recipient_name, waiting.street, "CHO-MUA", "CO-SAN")
    assert [word for word in hidden if word in text] == []
    wrong = client.post(reverse("shipping:track"), {**data, "phone_tail": "0000"})
    assert wrong.status_code == 404


def test_a81_the_number_of_statements_does_not_grow(shop) -> None:
    hanoi, here, bought, _nowhere = shop
    put(here, hanoi, 500)
    counts = []
    for size in (1, 12):
        coming(hanoi, bought, size, 4)
        for _n in range(size):
            place((here, 1), (bought, 1), (make_variant(), 1))
        with CaptureQueriesContext(connection) as seen:
            assert settle() == 3 * size
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert books_agree()


@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(0, 9)), max_size=6),
    st.lists(st.integers(1, 6), min_size=1, max_size=8),
)
def test_a81_a_piece_serves_one_line_and_earlier_goods_go_first(coming_in, wanted) -> None:
    day = date(2026, 3, 1)
    supplies = sorted(
        (Supply("purchase", units, day + timedelta(days=late)) for units, late in coming_in),
        key=lambda supply: supply.day,
    )
    wants = [Want(number, {7: pieces}) for number, pieces in enumerate(wanted)]
    ready = plan_lines(wants, {7: supplies}, today=day)
    pieces = [supply.day for supply in supplies for _unit in range(supply.units)]
    for want in wants:
        need = want.pieces[7]
        if need > len(pieces):
            assert ready[want.line_id].day is None
            continue
        mine, pieces = pieces[:need], pieces[need:]
        assert ready[want.line_id].day == mine[-1]
