"""Parcels whose cash GHN has taken, one statement about them, and a claim for what is short."""

from datetime import timedelta

from django.db import transaction

from inventory.models import Variant
from oms.demo.goods import DEMO
from oms.demo.orders import BUYERS, demo_line
from oms.kernel.clock import now, today
from orders.services.intake import NewOrder, place_and_confirm
from shipping.models import BookingState, CarrierAccount, CarrierStatement, Package, StatementLine
from shipping.ports import Booking, TrackingUpdate
from shipping.services import claims, doubts
from shipping.services.shipments import ShipmentRequest, create_shipment
from shipping.services.statements import NewLine, close_file, open_statement, take_lines
from shipping.services.tracking import apply_event
from shipping.services.writer import set_booking

DAYS_AGO = (2, 5, 5, 16)
FEE_VND, SHORT_VND = 24_250, 50_000
NUMBER = "GHN-DS-001"


def create_carrier_money() -> None:
    """A second call adds nothing."""
    if CarrierStatement.objects.filter(number=NUMBER).exists():
        return
    account = CarrierAccount.objects.get(carrier="ghn")
    plain = Variant.objects.exclude(product__kind="bundle").select_related("product")
    variants = list(plain.order_by("id")[: len(DAYS_AGO)])
    packages = [
        _delivered(account, variant, number, days)
        for number, (variant, days) in enumerate(zip(variants, DAYS_AGO, strict=False))
    ]
    line = _statement(account, packages[1:])
    assert line.package_id is not None
    claims.open_claim(
        line.package_id, "money", SHORT_VND,
        "Người nhận đã trả đủ, bảng kê ghi thiếu 50.000 đ.", actor=DEMO, line_id=line.pk,
    )  # fmt: skip


@transaction.atomic
def _delivered(account: CarrierAccount, variant: Variant, number: int, days: int) -> Package:
    """An order at the buyer's, its cash in the carrier's hands for some days."""
    name, phone, street, ward, province = BUYERS[number]
    sent_at = now() - timedelta(days=days + 2)
    new = NewOrder(
        source="facebook",
        request_key=f"demo-cod-{number}",
        recipient_name=name,
        recipient_phone=phone,
        street=street,
        ward=ward,
        province=province,
        is_cod=True,
        placed_at=sent_at,
        lines=[demo_line(variant, 1)],
        confirm=True,
    )
    placed = place_and_confirm(new, actor=DEMO)
    request = ShipmentRequest(
        account.pk, "2", weight_g=500, length_cm=26, width_cm=18, height_cm=12
    )
    package = create_shipment(placed.order_id or 0, request, actor=DEMO)
    set_booking(package, BookingState.UNKNOWN)
    code = f"GHNDEMO{number}"
    doubts.settle(package.pk, Booking(code, fee_vnd=FEE_VND))
    update = TrackingUpdate(
        tracking_number=code,
        reference="",
        kind="switch_status",
        raw_status="delivered",
        status="delivered",
        occurred_at=now() - timedelta(days=days),
    )
    apply_event(package.pk, update, actor=DEMO)
    return Package.objects.get(pk=package.pk)


@transaction.atomic
def _statement(account: CarrierAccount, packages: list[Package]) -> StatementLine:
    """One line is short of cash, one has a dearer fee; returns the first."""
    made = open_statement(account.pk, NUMBER, today() - timedelta(days=3), actor=DEMO)
    lines = [
        NewLine(
            key=f"{package.tracking_number}#1",
            row_number=number + 2,
            tracking_number=package.tracking_number,
            reference="",
            cod_vnd=package.cod_vnd - (SHORT_VND if number == 0 else 0),
            fee_vnd=FEE_VND + (8_000 if number == 1 else 0),
        )
        for number, package in enumerate(packages)
    ]
    take_lines(made.pk, lines, actor=DEMO)
    close_file(made.pk, actor=DEMO)
    return made.lines.get(row_number=2)
