"""What a parcel costs, by rules simple enough to check by hand.

By road: same province 22,000 up to 3 kg, elsewhere 32,000 for the first half kilogram; then 2,500
or 4,000 for each half kilogram begun. By air, between provinces only: 44,000, then 8,000.
Insurance is 0.5 % of a declared value above 1,000,000. `fee` is all of it, insurance included.
"""

ROAD, FLY = "road", "fly"
FREE_VALUE = 1_000_000


def ship_fee(transport: str, weight_g: int, *, same_province: bool) -> int | None:
    """None for a route that is not served so."""
    if transport == FLY:
        return None if same_province else 44_000 + 8_000 * _halves(weight_g, 500)
    if same_province:
        return 22_000 + 2_500 * _halves(weight_g, 3_000)
    return 32_000 + 4_000 * _halves(weight_g, 500)


def insurance_fee(value: int) -> int:
    return value * 5 // 1000 if value > FREE_VALUE else 0


def transit_days(transport: str, *, same_province: bool) -> int:
    return 1 if same_province else 2 if transport == FLY else 4


def _halves(weight_g: int, free_g: int) -> int:
    return max(0, -(-(weight_g - free_g) // 500))
