"""Numbers as the platform writes them. Each grows from a counter, so none comes twice."""

from datetime import UTC, datetime, timedelta

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_SPAN = len(_ALPHABET) ** 8
_STEP = 1_103_515_245_907  # shares no factor with the span, so the walk repeats only after it


def order_sn(number: int, created: int) -> str:
    """The day in Vietnam, then eight characters that do not look like a sequence."""
    day = datetime.fromtimestamp(created, UTC) + timedelta(hours=7)
    value, tail = (number * _STEP) % _SPAN, ""
    for _ in range(8):
        value, digit = divmod(value, len(_ALPHABET))
        tail += _ALPHABET[digit]
    return f"{day:%y%m%d}{tail}"


def package_number(number: int) -> str:
    """The number of a parcel of an order."""
    return f"OFG{170_000_000_000_000 + number:015d}"


def tracking_number(prefix: str, number: int) -> str:
    """The number a carrier gives."""
    return f"{prefix}{57_000_000_000 + number * 37:012d}"
