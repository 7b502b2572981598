"""Shopee: announcing parcels, tracking numbers, the waybill in four steps."""

import io

import pytest
import zxingcpp
from PIL import Image, ImageDraw
from pypdf import PdfReader

from oms.sandbox.core.barcode import code128_bars
from tests.sandbox.shopee_caller import OTHER_SHOP, ShopeeCaller, until

GHN, OWN_FLEET = 50011, 50066
DOCUMENT = "logistics/{}_shipping_document"


def test_the_parameters_name_exactly_what_is_possible(shopee):
    spx = shopee.parameter(shopee.place())["response"]
    assert spx["info_needed"] == {"pickup": ["address_id", "pickup_time_id"], "dropoff": []}
    slots = spx["pickup"]["address_list"][0]["time_slot_list"]
    assert len({slot["pickup_time_id"] for slot in slots}) == 4
    assert all(slot["date"] > shopee.now() for slot in slots)
    own = shopee.parameter(shopee.place(masked=False))["response"]
    assert own == {"info_needed": {"non_integrated": ["tracking_no"]}}
    ghn = shopee.parameter(shopee.place(channel_id=GHN))["response"]
    assert ghn["info_needed"]["dropoff"] == ["branch_id"]
    assert len(ghn["dropoff"]["branch_list"]) == 2


def test_parameters_are_for_parcels_still_to_be_arranged(shopee):
    for status in ("UNPAID", "PROCESSED", "IN_CANCEL", "CANCELLED", "SHIPPED"):
        assert shopee.parameter(shopee.place(status=status))["error"] == "error_status"


def test_an_empty_package_number_is_refused(shopee):
    order_sn = shopee.place()
    answer = shopee.get("logistics/get_shipping_parameter", order_sn=order_sn, package_number="")
    assert answer["error"] == "logistics.package_number_not_exist"


def test_pickup_makes_the_order_processed_before_a_number_exists(shopee):
    order_sn = shopee.place()
    shopee.control("POST", "behaviour", {"tracking_delay_s": 60})
    body = {"order_sn": order_sn, "pickup": shopee.pickup(order_sn)}
    answer = shopee.post("logistics/ship_order", body)
    assert set(answer) == {"error", "message", "request_id"}
    order = shopee.detail(order_sn, "package_list")
    assert order["order_status"] == "PROCESSED"
    assert order["package_list"][0]["logistics_status"] == "LOGISTICS_REQUEST_CREATED"
    waiting = shopee.get("logistics/get_tracking_number", order_sn=order_sn)["response"]
    assert (waiting["tracking_number"], bool(waiting["hint"])) == ("", True)
    shopee.sandbox.clock.advance(61)
    number = until(lambda: shopee.tracking(order_sn))
    assert number.startswith("SPXVN0")
    assert shopee.detail(order_sn)["order_status"] == "PROCESSED"


def test_dropoff_with_an_empty_object_is_enough_for_spx(shopee):
    order_sn = shopee.place()
    assert shopee.ship(order_sn, dropoff={}) == ""


def test_own_fleet_needs_and_keeps_the_sellers_number(shopee):
    order_sn = shopee.place(masked=False)
    refused = shopee.ship(order_sn, non_integrated={})
    assert refused == "logistics.business_validation_error"
    assert shopee.ship(order_sn, non_integrated={"tracking_number": "LX7ABC"}) == ""
    assert shopee.tracking(order_sn) == "LX7ABC"


@pytest.mark.parametrize(
    "how, error",
    [
        ({}, "logistics.ship_order_only_support_one_type"),
        ({"pickup": {}, "dropoff": {}}, "logistics.ship_order_only_support_one_type"),
        ({"pickup": {}}, "logistics.ship_order_need_address_pickup_time"),
        ({"pickup": {"address_id": 310001}}, "logistics.ship_order_need_address_pickup_time"),
        (
            {"pickup": {"address_id": 1, "pickup_time_id": "x"}},
            "logistics.address_not_found",
        ),
        (
            {"pickup": {"address_id": 310001, "pickup_time_id": "1_1"}},
            "logistics.ship_order_pickup_time_invalid",
        ),
        ({"pickup": {"address_id": "310001", "pickup_time_id": "1_1"}}, "error_param"),
        ({"non_integrated": {"tracking_number": "A"}}, "logistics.business_validation_error"),
        (
            {"dropoff": {}, "package_number": ""},
            "logistics.ship_order_not_need_pacakge_number",
        ),
    ],
)
def test_a_wrong_announcement_is_refused_and_changes_nothing(shopee, how, error):
    order_sn = shopee.place()
    assert shopee.ship(order_sn, **how) == error
    assert shopee.detail(order_sn)["order_status"] == "READY_TO_SHIP"


@pytest.mark.parametrize(
    "status, error",
    [
        ("UNPAID", "logistics.ship_order_not_ready_to_ship"),
        ("IN_CANCEL", "logistics.ship_order_not_ready_to_ship"),
        ("CANCELLED", "logistics.ship_order_not_ready_to_ship"),
        ("PROCESSED", "logistics.package_already_shipped"),
        ("COMPLETED", "logistics.package_already_shipped"),
    ],
)
def test_an_order_in_another_state_is_not_shipped(shopee, status, error):
    assert shopee.ship(shopee.place(status=status), dropoff={}) == error


def test_a_second_announcement_is_refused(shopee):
    order_sn = shopee.place()
    assert shopee.ship(order_sn, dropoff={}) == ""
    assert shopee.ship(order_sn, dropoff={}) == "logistics.package_already_shipped"


def test_unknown_orders_and_other_shops_orders_are_not_shipped(shopee):
    assert shopee.ship("NOBODY", dropoff={}) == "logistics.error_not_exist"
    other = ShopeeCaller(shopee.sandbox, OTHER_SHOP).log_in()
    assert other.ship(shopee.place(), dropoff={}) == "logistics.error_not_exist"


def test_a_split_order_is_processed_when_every_parcel_is(shopee):
    order_sn = shopee.place(lines=[{"sku": "TUI-VAI"}, {"sku": "MU-LT"}], packages=2)
    packages = shopee.detail(order_sn, "package_list")["package_list"]
    first, second = (package["package_number"] for package in packages)
    assert shopee.ship(order_sn, dropoff={}) == "logistics.ship_order_need_pacakge_number"
    assert shopee.ship(order_sn, dropoff={}, package_number=first) == ""
    assert shopee.detail(order_sn)["order_status"] == "READY_TO_SHIP"
    assert shopee.ship(order_sn, dropoff={}, package_number=second) == ""
    assert shopee.detail(order_sn)["order_status"] == "PROCESSED"


def test_a_failed_pickup_is_arranged_again(shopee):
    order_sn = shopee.place()
    number = shopee.shipped_with_tracking(order_sn)
    shopee.control("POST", "order_status", {"order_sn": order_sn, "status": "RETRY_SHIP"})
    body = {"order_sn": order_sn, "pickup": shopee.pickup(order_sn)}
    assert shopee.post("logistics/update_shipping_order", body)["error"] == ""
    assert shopee.detail(order_sn)["order_status"] == "PROCESSED"
    assert shopee.tracking(order_sn) == number


def rows(shopee, step: str, *rows: dict) -> dict:
    return shopee.post(f"logistics/{step}", {"order_list": list(rows)})


def test_the_waybill_in_four_steps(shopee):
    order_sn = shopee.place(cod=True, lines=[{"sku": "NOI-5L"}])
    shopee.control("POST", "behaviour", {"document_delay_s": 60})
    tracking = shopee.shipped_with_tracking(order_sn)
    row = {"order_sn": order_sn}

    kinds = rows(shopee, "get_shipping_document_parameter", row)["response"]["result_list"][0]
    kind = kinds["suggest_shipping_document_type"]
    assert kind in kinds["selectable_shipping_document_type"]
    made = {**row, "tracking_number": tracking, "shipping_document_type": kind}
    assert rows(shopee, "create_shipping_document", made)["error"] == ""

    def state() -> str:
        asked = {**row, "shipping_document_type": kind}
        answer = rows(shopee, "get_shipping_document_result", asked)
        return answer["response"]["result_list"][0]["status"]

    assert state() == "PROCESSING"
    fetch = {"shipping_document_type": kind, "order_list": [row]}
    early = shopee.post("logistics/download_shipping_document", fetch)
    assert early["error"] == "logistics.download_later"
    shopee.sandbox.clock.advance(61)
    assert until(lambda: state() == "READY")

    reply = shopee.send("POST", "logistics/download_shipping_document", body=fetch)
    assert reply.headers["Content-Type"] == "application/pdf"
    page = PdfReader(io.BytesIO(reply.content)).pages[0]
    millimetres = [float(side) * 25.4 / 72 for side in (page.mediabox.width, page.mediabox.height)]
    assert [round(side) for side in millimetres] == [105, 148]
    assert tracking in page.extract_text()
    assert "Thu ho (COD): 1.306.500 VND" in page.extract_text()


def test_the_number_fits_the_barcode_of_the_waybill(shopee):
    number = shopee.shipped_with_tracking(shopee.place())
    image = Image.new("L", (800, 100), 255)
    draw = ImageDraw.Draw(image)
    for left, width in code128_bars(number, 700):
        draw.rectangle((50 + left, 10, 50 + left + width, 90), fill=0)
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [number]


def test_a_batch_tells_each_failed_row(shopee):
    good, bad = shopee.place(), shopee.place()
    tracking = shopee.shipped_with_tracking(good)
    answer = rows(
        shopee,
        "create_shipping_document",
        {"order_sn": good, "tracking_number": tracking},
        {"order_sn": bad, "tracking_number": "X"},
        {"order_sn": "NOBODY"},
    )
    found = [row.get("fail_error", "") for row in answer["response"]["result_list"]]
    assert answer["error"] == ""
    assert found == ["", "logistics.package_can_not_print", "logistics.order_not_exist"]


def test_a_batch_in_which_all_fail_fails(shopee):
    order_sn = shopee.place()
    tracking = shopee.shipped_with_tracking(order_sn)
    for row, error in (
        ({"order_sn": order_sn}, "logistics.tracking_number_invalid"),
        ({"order_sn": order_sn, "tracking_number": "X"}, "logistics.tracking_number_invalid"),
        (
            {"order_sn": order_sn, "tracking_number": tracking, "shipping_document_type": "A4"},
            "logistics.shipping_document_type_invalid",
        ),
    ):
        answer = rows(shopee, "create_shipping_document", row)
        assert answer["error"] == "common.batch_api_all_failed"
        assert answer["response"]["result_list"][0]["fail_error"] == error


def test_nothing_is_downloaded_that_was_not_created(shopee):
    order_sn = shopee.place(status="PROCESSED")
    answer = shopee.post(
        "logistics/download_shipping_document", {"order_list": [{"order_sn": order_sn}]}
    )
    assert answer["error"] == "logistics.shipping_document_should_print_first"
    asked = rows(shopee, "get_shipping_document_result", {"order_sn": order_sn})
    assert asked["error"] == "common.batch_api_all_failed"


def test_a_waybill_can_fail(shopee):
    order_sn = shopee.place()
    shopee.control("POST", "behaviour", {"document_result": "FAILED", "document_delay_s": 0})
    tracking = shopee.shipped_with_tracking(order_sn)
    row = {"order_sn": order_sn}
    rows(shopee, "create_shipping_document", {**row, "tracking_number": tracking})

    def state() -> str:
        answer = rows(shopee, "get_shipping_document_result", row)
        return answer["response"]["result_list"][0]["status"]

    assert until(lambda: state() == "FAILED")
    answer = shopee.post("logistics/download_shipping_document", {"order_list": [row]})
    assert answer["error"] == "logistics.package_print_failed"


def test_a_parcel_that_left_gets_no_new_waybill(shopee):
    order_sn = shopee.place()
    tracking = shopee.shipped_with_tracking(order_sn)
    shopee.control("POST", "order_status", {"order_sn": order_sn, "status": "SHIPPED"})
    answer = rows(
        shopee, "create_shipping_document", {"order_sn": order_sn, "tracking_number": tracking}
    )
    assert answer["response"]["result_list"][0]["fail_error"] == "logistics.order_status_error"


def test_the_seller_prints_no_waybill_for_an_own_fleet(shopee):
    order_sn = shopee.place(masked=False)
    shopee.ship(order_sn, non_integrated={"tracking_number": "LX7ABC"})
    answer = rows(shopee, "get_shipping_document_parameter", {"order_sn": order_sn})
    row = answer["response"]["result_list"][0]
    assert row["fail_error"] == "logistics.package_can_not_print"


def test_channels_and_addresses_are_listed(shopee):
    channels = shopee.get("logistics/get_channel_list")["response"]["logistics_channel_list"]
    own = [
        c["logistics_channel_id"] for c in channels if c["logistics_capability"]["seller_logistics"]
    ]
    assert own == [OWN_FLEET]
    address = shopee.get("logistics/get_address_list")["response"]["address_list"][0]
    assert (address["address_id"], "PICKUP_ADDRESS" in address["address_type"]) == (310001, True)
