"""The return station on a phone, by what a scanner and a keyboard type (C-66, C-68)."""

import pytest
from playwright.sync_api import Page, expect

from inventory.models import Warehouse
from orders.models import Return, ReturnPiece
from shipping.services.handover import hand_over
from shipping.services.tracking import apply_event
from tests.browser.checks import PHONE, faults_of
from tests.browser.test_floor import floor, said, scan
from tests.inventory.makers import make_warehouse
from tests.shipping.floor import ACTOR, make_shop, waiting
from tests.shipping.test_tracking import told

__all__ = ["floor"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_c68_a_parcel_comes_back_by_key_events_with_a_disposition_for_each_piece(
    floor: Page,
) -> None:
    shop = make_shop("A-1", "B-1")
    make_warehouse(kind=Warehouse.Kind.QUARANTINE)
    parcel = waiting(shop, A_1=2, B_1=1)
    hand_over([parcel.pk], actor=ACTOR)
    apply_event(parcel.pk, told("return"))
    floor.set_viewport_size(PHONE)  # type: ignore[arg-type]
    floor.goto("/floor/returns/")
    assert faults_of(floor) == []
    scan(floor, parcel.tracking_number, "A-1")
    said(floor, "A-1 × 1")
    assert faults_of(floor) == []
    scan(floor, "3", "1")
    said(floor, "Nhập lại kho: 2")
    expect(floor.get_by_text("Xong", exact=True)).to_be_visible()
    assert Return.objects.get().status == "done"
    kept = ReturnPiece.objects.order_by("id").values_list("variant__sku", "disposition")
    assert sorted(kept) == [("A-1", "damaged"), ("A-1", "restock"), ("B-1", "restock")]
