"""Printers of two computers, and a parcel that goes abroad with its customs declaration."""

from oms.demo.goods import DEMO
from oms.kernel.printers import RECEIPT_PAPERS, STICKER_PAPERS
from shipping.models import (
    CustomsDeclaration,
    FulfilmentLine,
    Package,
    PrintDevice,
    PrinterProfile,
)
from shipping.services.customs import Declared, declare_parcel
from shipping.services.printers import save_device, save_profile

Kind = PrinterProfile.Kind
Goods = PrinterProfile.Goods
ABROAD = {
    "form": CustomsDeclaration.Form.CN22,
    "category": CustomsDeclaration.Category.GOODS,
    "country": "SINGAPORE",
    "address": "10 Bayfront Avenue, Singapore 018956",
}
LEAST_G = 50


def create_papers() -> None:
    """A second call changes nothing."""
    if PrintDevice.objects.exists():
        return
    table = save_device(None, "Bàn đóng gói 1")
    save_profile(
        table, Kind.WAYBILL, paper="100x150", language="zpl", page_order="bin", goods=Goods.PAGE
    )
    save_profile(table, Kind.STICKER, paper=next(iter(STICKER_PAPERS)))
    till = save_device(None, "Quầy thu ngân")
    save_profile(till, Kind.WAYBILL, paper="a6", is_reversed=True, goods=Goods.BELOW)
    save_profile(till, Kind.RECEIPT, paper=next(iter(RECEIPT_PAPERS)))
    parcel = Package.objects.filter(tracking_number="GHNDEMO001", customs=None).first()
    if parcel is not None:
        declare_parcel(parcel.pk, _goods_of(parcel), actor=DEMO, **ABROAD)


def _goods_of(parcel: Package) -> list[Declared]:
    lines = FulfilmentLine.objects.filter(fulfilment=parcel.fulfilment_id)
    return [
        Declared(
            description="Clothing and accessories",
            hs_code="6217.10",
            origin="VN",
            quantity=row.quantity,
            weight_g=max(LEAST_G, row.quantity * getattr(row.order_line.variant, "weight_g", 0)),
            value_vnd=row.order_line.unit_price_vnd * row.quantity,
        )
        for row in lines.select_related("order_line__variant").order_by("order_line__position")
    ]
