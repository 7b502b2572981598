"""GHN's fields and words, both ways."""

import json
from datetime import UTC, datetime

import pytest

from shipping.carriers.ghn import mapping, webhook
from shipping.carriers.ghn.status import STATUS, meaning_of
from shipping.models import PackageStatus
from shipping.ports import Limits, Parcel, ParcelItem, Party

OLD = Party("Khách A", "0901234567", "12 đường số 3", "Phường 12", "Quận 10", "Hồ Chí Minh")
NEW = Party("Khách A", "0901234567", "12 đường số 3", "Phường Diên Hồng", "", "TP HCM")


def parcel(receiver: Party = NEW, **changes) -> Parcel:
    fields = {
        "reference": "DH-26-000123-7KQ2",
        "service_code": "2",
        "receiver": receiver,
        "weight_g": 800,
        "length_cm": 20,
        "width_cm": 15,
        "height_cm": 10,
        "cod_vnd": 650000,
        "declared_vnd": 600000,
        "fee_payer": "shop",
        "inspection_note": "look",
        "items": (ParcelItem("Áo thun", "AT-01", 2, 325000, 400),),
    }
    return Parcel(**{**fields, **changes})


def test_create_carries_our_key_the_names_and_whole_numbers() -> None:
    body = mapping.booking_request(parcel(), mapping.address_forms(NEW)[0])

    assert body["client_order_code"] == "DH-26-000123-7KQ2"
    assert (body["to_ward_name"], body["to_province_name"]) == ("Phường Diên Hồng", "Hồ Chí Minh")
    assert body["is_new_to_address"] is True
    assert (body["weight"], body["cod_amount"], body["insurance_value"]) == (800, 650000, 600000)
    assert body["required_note"] == "CHOXEMHANGKHONGTHU"
    assert body["payment_type_id"] == 1
    assert body["items"][0]["code"] == "AT-01"


def test_preview_does_not_carry_our_key() -> None:
    form = mapping.address_forms(NEW)[0]
    assert "client_order_code" not in mapping.parcel_request(parcel(), form, service_code="2")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("try", "CHOTHUHANG"), ("look", "CHOXEMHANGKHONGTHU"), ("closed", "KHONGCHOXEMHANG")],
)
def test_the_inspection_note_is_ghns_word(ours: str, theirs: str) -> None:
    body = mapping.booking_request(parcel(inspection_note=ours), {})
    assert body["required_note"] == theirs


def test_the_receiver_who_pays_is_type_two() -> None:
    assert mapping.booking_request(parcel(fee_payer="receiver"), {})["payment_type_id"] == 2


def test_an_address_with_a_district_is_tried_in_the_old_form_first() -> None:
    old, new = mapping.address_forms(OLD)
    assert old["is_new_to_address"] is False
    assert old["to_district_name"] == "Quận 10"
    assert new["is_new_to_address"] is True
    assert "to_district_name" not in new


def test_an_address_without_a_district_has_one_form() -> None:
    assert [form["is_new_to_address"] for form in mapping.address_forms(NEW)] == [True]


@pytest.mark.parametrize("fee", [24250, "24250"])
def test_the_fee_may_be_a_number_or_a_string(fee) -> None:
    assert mapping.quote_of({"total_fee": fee}, "2").fee_vnd == 24250


@pytest.mark.parametrize("data", [None, [], {}, {"order_code": ""}, {"order_code": 5}, "x"])
def test_a_success_without_an_order_code_is_malformed(data) -> None:
    with pytest.raises(mapping.MalformedAnswer):
        mapping.booking_of(data)


def test_a_detail_in_a_list_of_one_is_read() -> None:
    booking = mapping.booking_of([{"order_code": "LX7ABC", "status": "picking"}])
    assert (booking.tracking_number, booking.raw_status) == ("LX7ABC", "picking")
    assert booking.fee_vnd is None


def test_every_status_of_the_vendor_has_a_meaning_of_ours() -> None:
    assert len(STATUS) == 23
    assert {meaning.status for meaning in STATUS.values()} <= {"", *PackageStatus.values}


def test_an_unknown_status_has_no_meaning() -> None:
    assert meaning_of("teleporting") is None


def test_the_log_of_a_detail_is_read_oldest_first_and_ends_with_the_present_state() -> None:
    data = {
        "order_code": "LX7ABC",
        "client_order_code": "R",
        "status": "delivered",
        "updated_date": "2026-10-06T05:00:00Z",
        "log": [
            {"status": "delivering", "updated_date": "2026-10-06T04:00:00Z"},
            {"status": "picked", "updated_date": "2026-10-05T04:00:00Z"},
        ],
    }
    updates = mapping.updates_of(data)
    assert [u.raw_status for u in updates] == ["picked", "delivering", "delivered"]
    assert [u.status for u in updates] == ["in_transit", "out_for_delivery", "delivered"]


def hook(**changes) -> bytes:
    body = {
        "Type": "Switch_status",
        "OrderCode": "LX7ABC",
        "ClientOrderCode": "DH-26-000123-7KQ2",
        "Status": "delivered",
        "Time": "2026-10-06T04:12:31.120Z",
        "Reason": "",
        "ReasonCode": "",
        "CODAmount": 650000,
        "CODTransferDate": None,
        "TotalFee": 24250,
        "ConvertedWeight": 600,
    }
    return json.dumps({**body, **changes}).encode()


def test_a_callback_is_read_whatever_the_case_of_its_type() -> None:
    update = webhook.parse(hook())
    assert (update.kind, update.status, update.known) == ("switch_status", "delivered", True)
    assert update.occurred_at == datetime(2026, 10, 6, 4, 12, 31, 120000, tzinfo=UTC)


def test_a_fee_callback_moves_no_state() -> None:
    update = webhook.parse(hook(Type="update_fee", Status="delivering"))
    assert (update.status, update.fee_vnd) == ("", 24250)


def test_a_reweighing_tells_what_is_paid_for_whichever_is_more() -> None:
    for real, by_size, charged in ((800, 600, 800), (800, 1900, 1900), (0, 700, 700)):
        body = hook(Type="update_weight", Weight=real, ConvertedWeight=by_size)
        assert webhook.parse(body).weight_g == charged


def test_an_unknown_status_is_marked_not_guessed() -> None:
    update = webhook.parse(hook(Status="teleporting"))
    assert (update.status, update.known) == ("", False)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", hook(Time=""), hook(OrderCode="")])
def test_what_is_not_a_callback_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):
        webhook.parse(body)


def test_a_repeat_has_the_same_key_and_another_moment_another() -> None:
    assert webhook.key(hook()) == webhook.key(hook(Description="again"))
    assert webhook.key(hook()) != webhook.key(hook(Time="2026-10-06T04:12:32Z"))
    assert webhook.key(b"{").startswith("sha256:")


def test_chargeable_weight_is_volume_by_the_divisor_when_that_is_more() -> None:
    limits = Limits(50_000, 200, 0, 0, volume_divisor=5)
    assert limits.chargeable_g(300, 15, 15, 15) == 675
    assert limits.chargeable_g(800, 15, 15, 15) == 800
