"""Reading the fields of a call, for partners that name the field at fault in a sentence."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from oms.sandbox.core.messages import Refusal

_PHONE = re.compile(r"(?:\+?84|0)(?:[35789]\d{8}|2\d{9})")


def is_phone(text: str) -> bool:
    return bool(_PHONE.fullmatch(re.sub(r"[ .-]", "", text)))


class Fields:
    """The fields of one object; `refuse` turns a sentence into the partner's refusal.

    Numbers may come as digits in a string: these partners take both.
    """

    def __init__(self, data: Mapping[str, Any], refuse: Callable[[str], Refusal]) -> None:
        self.data, self.refuse = data, refuse

    def has(self, name: str) -> bool:
        return self.data.get(name) not in (None, "")

    def text(
        self, name: str, *, required: bool = False, most_bytes: int | None = None,
        one_of: tuple[str, ...] = (),
    ) -> str:  # fmt: skip
        value = self.data.get(name)
        if value is None:
            value = ""
        if not isinstance(value, str):
            raise self.refuse(f"{name} must be a string")
        if required and not value.strip():
            raise self.refuse(f"{name} is required")
        if most_bytes is not None and len(value.encode()) > most_bytes:
            raise self.refuse(f"{name} is longer than {most_bytes}")
        if one_of and value and value not in one_of:
            raise self.refuse(f"{name} is invalid")
        return value

    def whole(
        self, name: str, *, required: bool = False, low: int = 0, high: int | None = None,
        one_of: tuple[int, ...] = (), default: int = 0,
    ) -> int:  # fmt: skip
        value = self.data.get(name)
        if value in (None, ""):
            if required:
                raise self.refuse(f"{name} is required")
            return default
        if isinstance(value, bool) or not re.fullmatch(r"-?\d+", str(value)):
            raise self.refuse(f"{name} must be a whole number")
        number = int(value)
        if number < low or (high is not None and number > high):
            raise self.refuse(f"{name} is out of range")
        if one_of and number not in one_of:
            raise self.refuse(f"{name} is invalid")
        return number

    def phone(self, name: str) -> str:
        text = self.text(name, required=True)
        if not is_phone(text):
            raise self.refuse(f"{name} is not a phone number")
        return text

    def objects(self, name: str) -> list["Fields"]:
        rows = self.data.get(name) or []
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self.refuse(f"{name} must be a list of objects")
        return [Fields(row, self.refuse) for row in rows]
