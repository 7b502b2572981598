"""What a ward that never was may mean."""

from oms.kernel.addresses import find_province
from oms.kernel.wards import Ward, nearest_wards
from orders.models import Order


def near_wards(order: Order) -> list[Ward]:
    """What the ward of an order may mean, the likeliest first; empty where only a person knows."""
    province = find_province(order.province)
    if province is None or order.shop_ref is not None or order.district:
        return []
    return list(nearest_wards(province.code, order.ward))
