"""Strict reading of a call: text in the query, typed JSON in the body. Identifiers are text."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from oms.sandbox.core.market import Document
from oms.sandbox.core.numbers import whole_number
from oms.sandbox.tiktok_shop.envelope import Refusal, bad_request
from oms.sandbox.tiktok_shop.model import BAD_BODY

Place = tuple[int, str]


class Query:
    """The query of a call; pages and their order stand here, also in a POST."""

    def __init__(self, values: Mapping[str, Sequence[str]]) -> None:
        self.values = values

    def text(self, name: str, default: str | None = None) -> str:
        """One text; required when there is no default."""
        found = self.values.get(name, [""])[0]
        if not found and default is None:
            raise bad_request(f"Invalid parameter: {name} is required")
        return found or (default or "")

    def integer(self, name: str, default: int | None = None, *, low: int, high: int) -> int:
        """One whole number in decimal digits, within its bounds."""
        value = whole_number(self.text(name, None if default is None else str(default)))
        if value is None or not low <= value <= high:
            raise bad_request(f"Invalid parameter: {name} must be {low} to {high}")
        return value

    def choice(self, name: str, allowed: Sequence[str], default: str | None = None) -> str:
        """One of some words, in their own case."""
        given = self.text(name, default)
        if given not in allowed:
            raise bad_request(f"Invalid parameter: {name} must be one of {', '.join(allowed)}")
        return given

    def joined(self, name: str, most: int) -> list[str]:
        """A list in one comma-joined value."""
        values = [part for part in self.text(name).split(",") if part]
        if not 1 <= len(values) <= most:
            raise bad_request(f"Invalid parameter: {name} must hold 1 to {most} values")
        return values

    def place(self) -> Place | None:
        """Behind which row the next page begins."""
        token = self.text("page_token", "")
        if not token:
            return None
        try:
            value, key = json.loads(base64.urlsafe_b64decode(token))
            return int(value), str(key)
        except (ValueError, TypeError):
            raise bad_request("Invalid parameter: page_token")


def page_of(
    rows: Sequence[Document],
    query: Query,
    size: int,
    *,
    by: tuple[str, str],
    falls: bool = False,
) -> tuple[list[Document], str]:
    """The rows of the page that was asked for, and the token of the next one.

    `by` are the fields of their order; a token says behind which row to go on, so that nothing is
    left out when rows change meanwhile.
    """

    def place_of(row: Document) -> Place:
        return row[by[0]], row[by[1]]

    after = query.place()
    ordered = sorted(rows, key=place_of, reverse=falls)
    left = [
        row
        for row in ordered
        if after is None or (place_of(row) < after if falls else place_of(row) > after)
    ]
    shown = left[:size]
    if len(left) <= size:
        return shown, ""
    return shown, token_of(place_of(shown[-1]))


def token_of(place: Place) -> str:
    """The token of the page that begins behind this row."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


class Body:
    """An object of a JSON body."""

    def __init__(self, values: Any, where: str = "body") -> None:
        if not isinstance(values, dict):
            raise bad_request(f"Invalid parameter: {where} must be an object")
        self.values: dict[str, Any] = values

    @classmethod
    def of(cls, raw: bytes) -> "Body":
        """A whole body; nothing at all is an empty object."""
        try:
            return cls(json.loads(raw) if raw else {})
        except ValueError:
            raise Refusal(BAD_BODY, "Invalid body format", 400)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def _get(self, name: str, kind: type, default: Any) -> Any:
        value = self.values.get(name, default)
        if value is None:
            raise bad_request(f"Invalid parameter: body.{name} is required")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise bad_request(f"Invalid parameter: body.{name} has a wrong type")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        value: str = self._get(name, str, default)
        if not value and default is None:
            raise bad_request(f"Invalid parameter: body.{name} is required")
        return value

    def integer(self, name: str, default: int | None = None) -> int:
        value: int = self._get(name, int, default)
        return value

    def choice(self, name: str, allowed: Sequence[str], default: str | None = None) -> str:
        """One of some words; "" when it may be absent and is."""
        given = self.text(name, default)
        if given and given not in allowed:
            raise bad_request(f"Invalid parameter: body.{name} must be one of {', '.join(allowed)}")
        return given

    def texts(self, name: str, most: int) -> list[str]:
        """A list of texts; absent is empty."""
        values: list[Any] = self._get(name, list, [])
        if len(values) > most or not all(isinstance(each, str) for each in values):
            raise bad_request(f"Invalid parameter: body.{name} must hold at most {most} texts")
        return values

    def child(self, name: str) -> "Body":
        return Body(self._get(name, dict, None), name)

    def rows(self, name: str, most: int) -> list["Body"]:
        """One to `most` objects."""
        values = self._get(name, list, None)
        if not 1 <= len(values) <= most:
            raise bad_request(f"Invalid parameter: body.{name} must hold 1 to {most} rows")
        return [Body(value, name) for value in values]
