"""What a parcel costs and how long it takes, by rules simple enough to check by hand.

Same province 21,000 for the first kilogram, elsewhere 32,000, then 2,500 or 5,000 for each half
kilogram begun; heavy goods (service type 5) 60,000 up to 20 kg, then 3,000 a kilogram. Insurance
is 0.5 % of the declared value. Chargeable grams: the larger of weight and length x width x height
/ 5.
"""

from typing import Any

LIGHT, HEAVY = 2, 5
SERVICES = {LIGHT: (53320, "Hàng nhẹ"), HEAVY: (100039, "Hàng nặng")}


def chargeable_g(weight_g: int, length: int, width: int, height: int) -> int:
    return max(weight_g, converted_g(length, width, height))


def converted_g(length: int, width: int, height: int) -> int:
    return -(-length * width * height // 5)


def service_fee(service_type: int, weight_g: int, *, same_province: bool) -> int:
    if service_type == HEAVY:
        return 60_000 + 3_000 * max(0, -(-(weight_g - 20_000) // 1000))
    first, step = (21_000, 2_500) if same_province else (32_000, 5_000)
    return first + step * max(0, -(-(weight_g - 1000) // 500))


def insurance_fee(insurance_value: int) -> int:
    return insurance_value * 5 // 1000


def quote(
    service_type: int, weight_g: int, insurance_value: int, *, same_province: bool
) -> dict[str, int]:
    """`data` of the fee call."""
    service = service_fee(service_type, weight_g, same_province=same_province)
    insurance = insurance_fee(insurance_value)
    nothing = (
        "pick_station_fee", "coupon_value", "r2s_fee", "return_again", "document_return",
        "double_check", "cod_fee", "pick_remote_areas_fee", "deliver_remote_areas_fee",
        "cod_failed_fee", "change_to_address_fee", "change_return_address_fee", "return",
    )  # fmt: skip
    return {
        "total": service + insurance,
        "service_fee": service,
        "insurance_fee": insurance,
        **dict.fromkeys(nothing, 0),
    }


def order_fee(
    service_type: int, weight_g: int, insurance_value: int, *, same_province: bool
) -> dict[str, int]:
    """The `fee` object of an order."""
    nothing = (
        "cod_fee", "station_do", "station_pu", "return", "r2s", "return_again", "coupon",
        "document_return", "double_check", "double_check_deliver", "pick_remote_areas_fee",
        "deliver_remote_areas_fee", "pick_remote_areas_fee_return",
        "deliver_remote_areas_fee_return", "cod_failed_fee",
    )  # fmt: skip
    return {
        "main_service": service_fee(service_type, weight_g, same_province=same_province),
        "insurance": insurance_fee(insurance_value),
        **dict.fromkeys(nothing, 0),
    }


def transit_days(*, same_province: bool, service_type: int) -> int:
    return (1 if same_province else 3) + (1 if service_type == HEAVY else 0)


def callback_fee(order: dict[str, Any]) -> dict[str, int]:
    """The `Fee` object of a webhook."""
    fee = order["fee"]
    return {
        "CODFailedFee": fee["cod_failed_fee"],
        "CODFee": fee["cod_fee"],
        "Coupon": fee["coupon"],
        "DeliverRemoteAreasFee": fee["deliver_remote_areas_fee"],
        "DocumentReturn": fee["document_return"],
        "DoubleCheck": fee["double_check"],
        "Insurance": fee["insurance"],
        "MainService": fee["main_service"],
        "PickRemoteAreasFee": fee["pick_remote_areas_fee"],
        "R2S": fee["r2s"],
        "Return": fee["return"],
        "StationDO": fee["station_do"],
        "StationPU": fee["station_pu"],
        "Total": order["total_fee"],
    }
