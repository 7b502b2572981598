"""Strict reading of business parameters: all of them are text, lists and objects are JSON text."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from oms.sandbox.core.numbers import whole_number
from oms.sandbox.lazada.envelope import ISV, Refusal


def missing(name: str) -> Refusal:
    """A mandatory parameter that was not given."""
    return Refusal(
        "MissingParameter",
        f'The input parameter "{name}" that is mandatory for processing this request '
        "is not supplied",
        ISV,
    )


class Params:
    """The parameters of one call, those of the query and of the form together."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values

    def __contains__(self, name: str) -> bool:
        return bool(self.values.get(name))

    def text(self, name: str, default: str | None = None) -> str:
        """One text; required when there is no default."""
        found = self.values.get(name, "")
        if not found and default is None:
            raise missing(name)
        return found or (default or "")

    def integer(
        self, name: str, default: int | None = None, *, low: int = 0, high: int = 1 << 62, code: str
    ) -> int:
        """One whole number within its bounds; `code` is what a wrong one is refused with."""
        value = whole_number(self.text(name, None if default is None else str(default)))
        if value is None or not low <= value <= high:
            raise Refusal(code, f"E{code}: Invalid {name}, it must be {low} to {high}", ISV)
        return value

    def moment(self, name: str) -> int | None:
        """Seconds since the epoch of an ISO 8601 time with its offset; None when absent."""
        given = self.values.get(name, "")
        if not given:
            return None
        try:
            read = datetime.fromisoformat(given)
        except ValueError:
            read = None
        if read is None or read.tzinfo is None:
            raise Refusal("17", f'E017: "{given}" Invalid Date Format', ISV)
        return int(read.timestamp())

    def json(self, name: str, code: str) -> Any:
        """A parameter whose text is JSON."""
        try:
            return json.loads(self.text(name))
        except ValueError:
            raise Refusal(code, f"E{int(code):03d}: {name} is not JSON", ISV)

    def numbers(self, name: str, code: str) -> list[int]:
        """A JSON list of numbers, written as numbers or as text."""
        values = self.json(name, code)
        read = [whole_number(str(value)) for value in values] if isinstance(values, list) else []
        if not read or None in read:
            raise Refusal(
                code, f"E{int(code):03d}: Invalid {name} format. Must use array format [1,2]", ISV
            )
        return [value for value in read if value is not None]

    def texts(self, name: str) -> list[str]:
        """A JSON list of texts; absent is empty."""
        if name not in self:
            return []
        values = self.json(name, "5")
        if not isinstance(values, list):
            raise Refusal("5", f"E005: {name} must be an array", ISV)
        return [str(value) for value in values]
