"""Words and places that sellers know already (PRODUCT D1, D2, D5, D9), as the screens say them."""

import re

import pytest
from django.urls import reverse

from inventory.models import LotMovement
from inventory.services.lot_naming import Named, name_lots, set_tracking
from oms.web.labels import LABELS
from orders.bulk.registry import actions_for, find_action
from orders.models import Order
from orders.selectors.columns import COLUMNS, DEFAULT
from orders.selectors.filters import FILTERS, OrderFilters
from orders.selectors.lists import order_list
from orders.services.lifecycle import confirm_order
from orders.services.states import apply_states
from orders.timeline import TITLES
from orders.views.list_tabs import MAIN_ACTIONS, PARTS, TABS
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import ACTOR, place

TAB_WORDS = (
    "Tất cả · Cần xử lý · Chờ xác nhận · Chờ hàng · Chờ xử lý · Chờ in · Đang đóng gói · "
    "Chờ lấy hàng · Đang giao · Đã giao · Hoàn / Trả · Hoàn thành · Đã hủy · Nháp"
)
STATE_WORDS = {
    "order": "draft Nháp · pending_confirmation Chờ xác nhận · confirmed Đã xác nhận · "
    "on_hold Tạm giữ · processing Đang xử lý · shipped Đang giao · delivered Đã giao · "
    "completed Hoàn thành · returning Đang hoàn · returned Đã hoàn · "
    "partially_returned Hoàn một phần · cancelled Đã hủy",
    "fulfillment": "unallocated Chưa có hàng · allocated Đã giữ hàng · released Chờ nhặt · "
    "picking Đang nhặt · picked Chờ đóng gói · packed Đã đóng gói · handed_over Đã bàn giao · "
    "in_transit Đang vận chuyển · out_for_delivery Đang giao · delivery_failed Giao thất bại · "
    "delivered Đã giao · return_pending Chờ chuyển hoàn · returning Đang hoàn · "
    "returned Đã nhận hoàn · lost Thất lạc · damaged Hư hỏng · cancelled Đã hủy",
    "payment": "unpaid Chưa thanh toán · pending Chờ xử lý · partially_paid Thanh toán một phần · "
    "paid Đã thanh toán · partially_refunded Hoàn tiền một phần · refunded Đã hoàn tiền · "
    "voided Đã hủy",
    "cod": "none Không thu hộ · to_collect Chưa thu · collected Đã thu (hãng giữ) · "
    "in_statement Có trong bảng kê · remitted Đã nhận tiền · mismatch Lệch · written_off Xóa",
    "invoice": "not_required Không cần · draft Nháp · queued Chờ phát hành · "
    "unknown Chờ tra cứu · issued Đã phát hành · coded Đã cấp mã · rejected Bị từ chối · "
    "adjusted Đã điều chỉnh · replaced Đã bị thay thế",
}


def test_d1_the_fourteen_tabs_stand_in_the_order_that_sellers_know():
    shown = [str(label) for code, label in TABS if code != "on_hold"]
    assert shown == TAB_WORDS.split(" · ")
    parts = {code: [str(part.label) for part in parts] for code, parts in PARTS.items()}
    assert parts["packing"] == ["Chờ nhặt", "Đang nhặt", "Chờ đóng gói"]
    assert parts["delivered"] == ["Chưa đối soát", "Đã đối soát"]


def test_d1_the_main_button_of_a_tab_is_the_filled_one(owner_client, redis_clean):
    shirt = make_variant("AO-01")
    put(shirt, make_warehouse(), 5)
    place((shirt, 1))
    assert set(MAIN_ACTIONS) <= {code for code, _label in TABS}
    assert all(find_action(code) for code in MAIN_ACTIONS.values())
    page = owner_client.get(reverse("orders:list"), {"tab": "to_confirm"}).content.decode()
    bar = page[page.index('id="bulk"') :]
    [filled] = re.findall(r'btn-primary"\s+name="action"\s+value="(\w+)"', bar)
    assert filled == "confirm"


@pytest.mark.parametrize("dimension", STATE_WORDS)
def test_d2_each_state_is_called_what_sellers_call_it(dimension):
    pairs = (pair.partition(" ") for pair in STATE_WORDS[dimension].split(" · "))
    shown = {code: str(label.text) for code, label in LABELS[dimension].items()}
    wanted = {code: words for code, _space, words in pairs}
    assert {code: shown.get(code) for code in wanted} == wanted


def test_d5_columns_filters_and_bulk_actions_are_all_there(db, owner):
    keys = [column.key for column in COLUMNS]
    assert [key for key in keys if key in DEFAULT] == DEFAULT
    wanted = {
        *("goods", "customer", "area", "money", "payment", "warehouse", "carrier", "status"),
        *("printed", "deadline", "tags", "created"),
        *("profit", "weight", "note", "assignee", "invoice", "cod"),
    }
    assert wanted <= set(keys)
    filters = {
        *("source", "shop", "status", "period", "confirmed", "shipped", "deadline", "warehouse"),
        *("carrier", "payment", "cod", "invoice", "printed", "kind", "purpose", "sku", "quantity"),
        *("province", "tag", "assignee", "risk", "note", "double", "loss"),
    }
    assert filters <= {one.name for one in FILTERS if not one.is_hidden}
    actions = {
        *("confirm", "ship", "print_label", "packing_slip", "hand_over", "move", "change_carrier"),
        *(
            "tag",
            "assign",
            "hold",
            "release",
            "merge",
            "split",
            "issue_invoice",
            "export",
            "cancel",
        ),
    }
    assert actions <= {action.code for action in actions_for(owner)}


def test_d9_the_order_page_tells_all_of_an_order_and_sorts_its_history_by_who(
    owner_client, redis_clean
):
    shirt = make_variant("AO-01")
    put(shirt, make_warehouse(), 5)
    order = place((shirt, 2), buyer_note="Gọi trước", is_cod=True)
    confirm_order(order.pk, actor=ACTOR)
    owner_client.post(reverse("orders:add_note", args=[order.pk]), {"text": "Khách quen"})
    page = owner_client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    for words in ("AO-01", "Gọi trước", "Khách quen", "200.000", "Đã giữ hàng", "Lịch sử đơn hàng"):
        assert words in page
    assert page.count('class="btn btn-primary"') >= 1
    history = page[page.index("Lịch sử đơn hàng") :]
    people, system = (history.split(f"by-{kind}")[1:] for kind in ("people", "system"))
    assert [str(TITLES["order.note_added"]) in entry for entry in people] == [True]
    assert len(system) >= 2


def test_a01_orders_of_every_source_stand_in_one_list_and_alone_under_their_channel(db, owner):
    shirt = make_variant("AO-01")
    put(shirt, make_warehouse(), 50)
    placed = {source: place((shirt, 1), source=source).pk for source in Order.Source.values}
    assert {row.pk for row in order_list(owner).rows} == set(placed.values())
    for source, pk in placed.items():
        alone = order_list(owner, OrderFilters.of(source=source)).rows
        assert [row.pk for row in alone] == [pk], source


def test_d5_an_order_is_found_by_the_serial_of_what_its_buyer_got(db, owner):
    warehouse, phone = make_warehouse(), make_variant("DT-01")
    set_tracking(phone.product_id, "serial", actor=ACTOR)
    put(phone, warehouse, 2)
    named = [Named(code, 1, None) for code in ("IMEI-35901", "IMEI-35902")]
    name_lots(phone.pk, warehouse.pk, named, actor=ACTOR)
    sold, other = (confirm_order(place((phone, 1)).pk, actor=ACTOR) for _n in range(2))
    apply_states(sold.pk, actor=ACTOR, event_name="x", fulfillment="handed_over")
    gone = LotMovement.objects.get(movement__kind="shipment").lot.code
    assert [row.pk for row in order_list(owner, OrderFilters(q=gone)).rows] == [sold.pk]
    left = next(one.code for one in named if one.code != gone)
    assert order_list(owner, OrderFilters(q=left)).rows == []
    assert other.pk != sold.pk
