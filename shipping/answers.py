"""Reading what carriers answer: what cannot be read counts as no answer."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Any, TypeVar

from oms.kernel.errors import ServiceUnreachable

T = TypeVar("T")


class MalformedAnswer(ValueError):
    """A success whose data is not what the vendor describes."""


def readable(carrier: str, call: Callable[[], T], *, maybe_done: bool) -> T:
    """A success that cannot be read counts as no answer."""
    try:
        return call()
    except MalformedAnswer as odd:
        raise ServiceUnreachable(f"{carrier}: {odd}", maybe_done=maybe_done) from odd


def object_of(data: Any) -> dict[str, Any]:
    """An object; older answers wrap it in a list of one."""
    if isinstance(data, list) and len(data) == 1:
        data = data[0]
    if not isinstance(data, dict):
        raise MalformedAnswer("data is not an object")
    return data


def vnd_of(value: Any) -> int:
    """Money comes as a number or as digits in a string."""
    try:
        return int(str(value))
    except ValueError:
        raise MalformedAnswer("an amount is not a whole number") from None


def whole_or_none(value: Any) -> int | None:
    """A fact in passing: what is no whole number of at least 0 is left out."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isdecimal() else None


def iso_time(value: Any, *, zone: tzinfo = UTC) -> datetime | None:
    """ISO-8601; one without a zone is in `zone`. None when it cannot be read."""
    if not isinstance(value, str) or not value:
        return None
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=zone)
