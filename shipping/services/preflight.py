"""What a person asks of a parcel, and what it has to pass before anything is written or sent.

Each refusal is a DomainError that names its field.
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from inventory.models import Allocation, PackageType
from oms.kernel.addresses import require_province, validate_ward
from oms.kernel.errors import DomainError
from oms.kernel.phones import normalise_phone
from orders.models import Order
from orders.selectors.demands import line_demands
from shipping.models import CarrierAccount, FeePayer, InspectionNote
from shipping.ports import Limits, carrier_kind, own_carrier_refusal

SHIPPABLE = frozenset({Order.Fulfillment.ALLOCATED, Order.Fulfillment.RELEASED})
# What a marketplace puts in place of the letters it hides.
MASK = "*"


@dataclass(frozen=True)
class ShipmentRequest:
    """What a person decides about a parcel. `cod_vnd` None means the amount that is due."""

    account_id: int
    service_code: str
    weight_g: int
    length_cm: int
    width_cm: int
    height_cm: int
    fee_payer: str = FeePayer.SHOP
    inspection_note: str = InspectionNote.LOOK
    cod_vnd: int | None = None
    declared_vnd: int | None = None
    note: str = ""
    warehouse_id: int | None = field(default=None)
    box_id: int | None = None
    pickup_code: str = ""
    pickup_label: str = ""


def due_cod_vnd(order: Order, *, fee_payer: str) -> int:
    """Unpaid goods plus the buyer's fee; without the fee when the receiver pays the carrier."""
    if not order.is_cod:
        return 0
    fee = order.shipping_fee_buyer_vnd if fee_payer == FeePayer.RECEIVER else 0
    return max(order.total_vnd - fee - order.paid_vnd, 0)


def active_account(account_id: int) -> CarrierAccount:
    account = CarrierAccount.objects.filter(pk=account_id, is_active=True).first()
    if account is None:
        raise DomainError(_("Chưa chọn tài khoản vận chuyển."), "account.missing", "account")
    return account


def usual_service(account: CarrierAccount, weight_g: int) -> str:
    """What the account's carrier proposes for a weight."""
    kind = carrier_kind(account.carrier)
    return kind.usual_service(weight_g) if kind else ""


def chosen_box(box_id: int | None) -> PackageType | None:
    """The standard box that the parcel is packed in, if it is one."""
    if box_id is None:
        return None
    box = PackageType.objects.filter(pk=box_id, is_active=True).first()
    if box is None:
        raise DomainError(_("Loại thùng này không còn dùng."), "box.missing", "box")
    return box


def check_own_carrier(order_id: int) -> None:
    """Ask who sold the order whether a carrier of ours may have it; outside any transaction."""
    refusal = own_carrier_refusal(order_id)
    if refusal:
        raise DomainError(refusal, "order.own_carrier_refused")


def check_order(order: Order) -> None:
    if order.status == Order.Status.CANCELLED:
        raise DomainError(_("Đơn đã hủy."), "order.cancelled")
    if order.status == Order.Status.ON_HOLD:
        raise DomainError(_("Đơn đang tạm giữ."), "order.held")
    if order.confirmed_at is None:
        raise DomainError(_("Hãy xác nhận đơn trước khi tạo vận đơn."), "order.not_confirmed")
    if order.fulfillment_status not in SHIPPABLE:
        raise DomainError(_("Đơn chưa giữ đủ hàng để tạo vận đơn."), "order.not_allocated")
    if not may_ship_ourselves(order):
        raise DomainError(
            _("Sàn che thông tin người nhận: hãy sắp xếp giao với sàn."), "order.masked"
        )


def may_ship_ourselves(order: Order) -> bool:
    """Whether a carrier of ours may have this order.

    A marketplace shows the receiver in clear only when it leaves the shipping to the seller.
    """
    told = (order.recipient_name, order.recipient_phone, order.street)
    return order.shop_ref is None or not any(MASK in text for text in told)


def check_receiver(order: Order) -> None:
    """Refuse an order whose receiver or address is incomplete, naming the field."""
    if order.pickup_code:
        raise DomainError(_("Khách nhận đơn này tại cửa hàng."), "order.pickup")
    required = {
        "recipient_name": (order.recipient_name, _("Thiếu tên người nhận.")),
        "recipient_phone": (order.recipient_phone, _("Thiếu số điện thoại người nhận.")),
        "street": (order.street, _("Thiếu địa chỉ người nhận.")),
        "ward": (order.ward, _("Thiếu phường / xã.")),
        "province": (order.province, _("Thiếu tỉnh / thành phố.")),
    }
    for name, (value, message) in required.items():
        if not value.strip():
            raise DomainError(message, f"order.{name}_missing", name)
    normalise_phone(order.recipient_phone, field="recipient_phone")
    validate_ward(order.ward)
    require_province(order.province)


def lines_to_ship(order: Order, warehouse_id: int | None) -> tuple[int, dict[int, int]]:
    """The warehouse and the pieces per order line that it holds for this order."""
    wanted = {(row.line_id, row.variant_id): row.quantity for row in line_demands([order.pk])}
    held = Allocation.objects.filter(
        holder_kind="order_line",
        holder_id__in={line_id for line_id, _variant in wanted},
        status=Allocation.Status.OPEN,
    ).order_by("warehouse_id", "holder_id")
    by_warehouse: dict[int, dict[tuple[int, int | None], int]] = {}
    for row in held:
        there = by_warehouse.setdefault(row.warehouse_id, {})
        key = row.holder_id, row.variant_id
        there[key] = there.get(key, 0) + row.quantity
    if not by_warehouse:
        raise DomainError(_("Đơn chưa giữ đủ hàng để tạo vận đơn."), "order.not_allocated")
    if len(by_warehouse) > 1:
        raise DomainError(
            _("Hàng của đơn nằm ở nhiều kho; hãy chuyển về một kho trước khi tạo vận đơn."),
            "order.several_warehouses",
        )
    found, there = by_warehouse.popitem()
    if warehouse_id is not None and warehouse_id != found:
        raise DomainError(_("Kho này không giữ hàng của đơn."), "order.other_warehouse")
    if there != wanted:
        raise DomainError(_("Đơn chưa giữ đủ hàng để tạo vận đơn."), "order.not_allocated")
    return found, dict(order.lines.values_list("pk", "quantity"))


def check_parcel(request: ShipmentRequest, cod_vnd: int, limits: Limits) -> None:
    """Refuse what the carrier would refuse, naming the field."""
    if not 0 < request.weight_g <= limits.max_weight_g:
        raise DomainError(
            _("Khối lượng phải từ 1 đến %(max)s g.") % {"max": limits.max_weight_g},
            "parcel.weight",
            "weight_g",
        )
    for name in ("length_cm", "width_cm", "height_cm"):
        if not 0 < getattr(request, name) <= limits.max_side_cm:
            raise DomainError(
                _("Mỗi cạnh phải từ 1 đến %(max)s cm.") % {"max": limits.max_side_cm},
                "parcel.size",
                name,
            )
    if not 0 <= cod_vnd <= limits.max_cod_vnd:
        raise DomainError(
            _("Tiền thu hộ phải từ 0 đến %(max)s ₫.") % {"max": f"{limits.max_cod_vnd:,}"},
            "parcel.cod",
            "cod_vnd",
        )
    if request.fee_payer not in FeePayer.values:
        raise DomainError(_("Chưa chọn người trả phí."), "parcel.fee_payer", "fee_payer")
    if request.inspection_note not in InspectionNote.values:
        raise DomainError(_("Chưa chọn cách xem hàng."), "parcel.inspection", "inspection_note")
