"""What a parcel costs and how long it takes, by rules simple enough to check by hand.

VCN: same province 22,000 for the first half kilogram, elsewhere 32,000, then 3,000 or 5,000 for
each half kilogram begun. VTK: 16,000 or 26,000, then 2,500 or 4,000. PTN: 35,000 and 5,000, within
a province only. Ten per cent VAT on top. Chargeable grams: the larger of weight and
length x width x height / 6.
"""

VAT_PERCENT = 10
# first half kilogram and each further one: within a province, elsewhere (none: not served)
TARIFF: dict[str, tuple[tuple[int, int] | None, ...]] = {
    "VCN": ((22_000, 3_000), (32_000, 5_000)),
    "VTK": ((16_000, 2_500), (26_000, 4_000)),
    "PTN": ((35_000, 5_000), None),
}
HOURS: dict[str, tuple[int, int]] = {"VCN": (24, 48), "VTK": (48, 96), "PTN": (8, 0)}


def exchange_g(length: int, width: int, height: int) -> int:
    return -(-length * width * height // 6)


def service_fee(service: str, weight_g: int, *, same_province: bool) -> int | None:
    """Without VAT; None for a route that the service does not serve."""
    rate = TARIFF[service][0 if same_province else 1]
    if rate is None:
        return None
    return rate[0] + rate[1] * max(0, -(-(weight_g - 500) // 500))


def hours(service: str, *, same_province: bool) -> int:
    return HOURS[service][0 if same_province else 1]


def money(fee: int, collection_fee: int = 0) -> dict[str, int]:
    """The MONEY_* fields of getPrice and of an order; MONEY_TOTAL is all in."""
    net = fee + collection_fee
    vat = (net * VAT_PERCENT + 50) // 100
    return {
        "MONEY_TOTAL_OLD": net + vat,
        "MONEY_TOTAL": net + vat,
        "MONEY_TOTAL_FEE": fee,
        "MONEY_FEE": 0,
        "MONEY_COLLECTION_FEE": collection_fee,
        "MONEY_OTHER_FEE": 0,
        "MONEY_VAS": 0,
        "MONEY_VAT": vat,
    }
