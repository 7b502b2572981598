"""A warehouse is where the carrier fetches its parcels."""

import pytest

from inventory.models import Warehouse
from shipping.carriers.ghn import mapping
from shipping.models import BookingState
from shipping.ports import AddressForm, Party
from shipping.services import booking
from shipping.services.receivers import sender_of

OLD = {"ward": "Phường 12", "district": "Quận 10", "province": "Hồ Chí Minh"}


def place(**fields) -> Warehouse:
    known = {
        "code": "K", "name": "Kho Quận 10", "phone": "+84912345678", "street": "7 Thành Thái",
        "contact_name": "Chị Hoa", "ward": "Phường Hòa Hưng", "province": "Hồ Chí Minh",
    }  # fmt: skip
    return Warehouse(**{**known, **fields})


def test_a37_a_warehouse_is_a_sender_in_todays_units():
    sender = sender_of(place())
    assert sender == Party(
        "Chị Hoa", "0912345678", "7 Thành Thái", "Phường Hòa Hưng", "", "Hồ Chí Minh"
    )
    old = sender_of(place(**OLD))
    assert old is not None
    assert (old.ward, old.district) == ("Phường Hòa Hưng", "")
    three_levels = sender_of(place(**OLD), AddressForm.OLD)
    assert three_levels is not None
    assert (three_levels.ward, three_levels.district) == ("Phường 12", "Quận 10")


@pytest.mark.parametrize("gap", ["phone", "street", "ward", "province"])
def test_a37_a_warehouse_with_a_gap_leaves_it_to_the_shop_at_the_carrier(gap):
    assert sender_of(place(**{gap: ""})) is None
    assert sender_of(None) is None
    assert mapping.sender_fields(None) == {}


def test_a37_ghn_is_told_the_sender_by_names():
    assert mapping.sender_fields(sender_of(place())) == {
        "from_name": "Chị Hoa",
        "from_phone": "0912345678",
        "from_address": "7 Thành Thái",
        "from_ward_name": "Phường Hòa Hưng",
        "from_province_name": "Hồ Chí Minh",
        "is_new_from_address": True,
    }
    old = Party("A", "0912345678", "7 Thành Thái", "Phường 12", "Quận 10", "TP.HCM")
    fields = mapping.sender_fields(old)
    assert (fields["from_district_name"], fields["is_new_from_address"]) == ("Quận 10", False)


def test_a37_a_parcel_is_fetched_at_its_warehouse_whatever_the_shop_says(ghn, warehouse, package):
    Warehouse.objects.filter(pk=warehouse.pk).update(
        street="8 Tràng Tiền", ward="Phường Cửa Nam", province="Hà Nội", contact_name="Anh Ba"
    )
    assert booking.attempt(package.pk) == BookingState.BOOKED
    [kept] = ghn.orders().values()
    assert kept["shop_id"] == 190001
    assert [kept[f"from_{name}"] for name in ("name", "phone", "address", "ward_name")] == [
        "Anh Ba", "0912345678", "8 Tràng Tiền", "Phường Cửa Nam",
    ]  # fmt: skip
    assert kept["from_province"] == "Hà Nội"


def test_a37_a_pick_up_point_that_ghn_does_not_know_is_the_warehouses_fault(
    ghn, warehouse, package
):
    Warehouse.objects.filter(pk=warehouse.pk).update(ward="Phường Hội An")
    assert booking.attempt(package.pk) == BookingState.REFUSED
    package.refresh_from_db()
    assert "địa chỉ của kho" in package.booking_error
