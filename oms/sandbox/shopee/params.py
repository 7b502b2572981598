"""Strict reading of business parameters: text in a GET query, typed JSON in a POST body."""

from collections.abc import Mapping, Sequence
from typing import Any

from oms.sandbox.core.numbers import whole_number
from oms.sandbox.shopee.refusals import bad_parameter

MAX_BATCH = 50


class Query:
    """The query of a GET call; a name may come more than once."""

    def __init__(self, values: Mapping[str, Sequence[str]]) -> None:
        self.values = values

    def text(self, name: str, default: str | None = None) -> str:
        """One text; required when there is no default."""
        found = self.values.get(name, [])
        if found and (found[0] or default is not None):
            return found[0]
        if default is None:
            raise bad_parameter(f"Wrong parameters, detail: {name} is required.")
        return default

    def integer(
        self,
        name: str,
        default: int | None = None,
        *,
        low: int | None = None,
        high: int | None = None,
    ) -> int:
        """One whole number in decimal digits, within its bounds."""
        given = self.text(name, None if default is None else str(default))
        value = whole_number(given)
        if value is None:
            raise bad_parameter(f"Wrong parameters, detail: {name} must be an integer.")
        if (low is not None and value < low) or (high is not None and value > high):
            raise bad_parameter(f"Wrong parameters, detail: {name} must be {low} to {high}.")
        return value

    def flag(self, name: str) -> bool:
        """A boolean written true or false; absent is false."""
        given = self.text(name, "false").lower()
        if given not in ("true", "false"):
            raise bad_parameter(f"Wrong parameters, detail: {name} must be a boolean.")
        return given == "true"

    def joined(self, name: str, *, required: bool = False) -> list[str]:
        """A list in one comma-joined value."""
        given = self.text(name, None if required else "")
        return [part.strip() for part in given.split(",") if part.strip()]

    def repeated(self, name: str) -> list[str]:
        """A list in which the name itself is repeated."""
        return [value for value in self.values.get(name, []) if value]


class Body:
    """An object of a POST body. Identifiers must be JSON numbers: text is refused."""

    def __init__(self, values: Any, where: str = "body") -> None:
        if not isinstance(values, dict):
            raise bad_parameter(f"Wrong parameters, detail: {where} must be an object.")
        self.values: dict[str, Any] = values
        self.where = where

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def _get(self, name: str, kind: type, word: str, default: Any) -> Any:
        if name not in self.values:
            if default is None:
                raise bad_parameter(f"Wrong parameters, detail: {name} is required.")
            return default
        value = self.values[name]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise bad_parameter(f"Wrong parameters, detail: the type of {name} must be {word}.")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """A JSON string."""
        value: str = self._get(name, str, "string", default)
        return value

    def integer(self, name: str, default: int | None = None) -> int:
        """A JSON whole number."""
        value: int = self._get(name, int, "int64", default)
        if abs(value) >= 1 << 63:
            raise bad_parameter(f"Wrong parameters, detail: {name} is not an int64.")
        return value

    def child(self, name: str) -> "Body":
        """A nested object."""
        return Body(self._get(name, dict, "object", None), name)

    def integers(self, name: str) -> list[int]:
        """A list of JSON whole numbers; absent is empty."""
        values = self._get(name, list, "array", [])
        if any(isinstance(v, bool) or not isinstance(v, int) for v in values):
            raise bad_parameter(f"Wrong parameters, detail: {name} must hold integers.")
        return list(values)

    def rows(self, name: str, limit: int = MAX_BATCH) -> list["Body"]:
        """A list of 1 to `limit` objects."""
        values = self._get(name, list, "array", None)
        if not 1 <= len(values) <= limit:
            raise bad_parameter(f"Wrong parameters, detail: {name} must hold 1 to {limit} rows.")
        return [Body(value, name) for value in values]
