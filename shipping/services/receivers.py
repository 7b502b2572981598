"""Who sends a parcel and who gets it, in the units that its carrier understands."""

from inventory.models import Warehouse
from oms.kernel.phones import national
from oms.kernel.unit_paths import names_of, unit_paths
from orders.models import Order
from shipping.ports import AddressForm, Party, carrier_kind


def receiver_of(order: Order, form: AddressForm = AddressForm.ANY) -> Party:
    """The order's receiver. Without a path of the form asked for, the address goes as written."""
    ward, district, province = order.ward, order.district, order.province
    if form == AddressForm.OLD and (names := names_of(order.old_unit_path)):
        ward, district, province = names
    elif form == AddressForm.NEW and (names := names_of(order.new_unit_path)):
        (ward, province), district = names, ""
    return Party(
        name=order.recipient_name,
        phone=national(order.recipient_phone),
        street=order.street,
        ward=ward,
        district=district,
        province=province,
    )


def sender_of(warehouse: Warehouse | None, form: AddressForm = AddressForm.ANY) -> Party | None:
    """The warehouse as a pick-up point; None while its address is not complete."""
    if warehouse is None or not warehouse.has_pickup_point:
        return None
    ward, district, province = warehouse.ward, warehouse.district, warehouse.province
    paths = unit_paths(province, district, ward)
    if form == AddressForm.OLD and (names := names_of(paths.old)):
        ward, district, province = names
    elif form != AddressForm.OLD and (names := names_of(paths.new)):
        (ward, province), district = names, ""
    return Party(
        name=warehouse.contact_name or warehouse.name,
        phone=national(warehouse.phone),
        street=warehouse.street,
        ward=ward,
        district=district,
        province=province,
    )


def address_form_of(carrier_code: str) -> AddressForm:
    """What the carrier declared when it was registered."""
    kind = carrier_kind(carrier_code)
    return kind.address_form if kind else AddressForm.ANY
