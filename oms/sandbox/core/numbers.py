"""Whole numbers: read from text, taken as a part, divided without a rest."""

MOST_DIGITS = 19


def whole_number(text: str) -> int | None:
    """Decimal digits as a number that fits 64 bits; None for anything else."""
    fits = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    number = int(text) if fits else None
    return number if number is not None and number < 1 << 63 else None


def share(amount: int, per_myriad: int) -> int:
    """A part of an amount in ten-thousandths, half up, in whole dong."""
    return (amount * per_myriad + 5_000) // 10_000


def divide(amount: int, parts: int) -> list[int]:
    """An amount in nearly equal parts that add up to it; the last ones take the remainder."""
    left, given = amount, []
    for at in range(parts):
        given.append(left // (parts - at))
        left -= given[-1]
    return given
