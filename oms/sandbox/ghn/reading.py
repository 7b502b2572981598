"""Reading a body the way a Go service does: strict types, then validator tags."""

from typing import Any

from oms.sandbox.core import Request
from oms.sandbox.ghn.envelope import refusal

_UPPER = {"id": "ID", "cod": "COD"}


def go_name(field: str) -> str:
    """to_district_id as the Go field is called: ToDistrictID."""
    return "".join(_UPPER.get(part, part.capitalize()) for part in field.split("_"))


class Body:
    """The JSON object of one call; `struct` is the name its messages begin with."""

    def __init__(self, request: Request, struct: str) -> None:
        self.struct = struct
        self.data = _object(request)

    def has(self, field: str) -> bool:
        return self.data.get(field) is not None

    def text(
        self, field: str, *, required: bool = False, limit: int | None = None,
        one_of: tuple[str, ...] = (),
    ) -> str:  # fmt: skip
        value = self._typed(field, str, "string", "")
        if not value.strip():
            return self._missing(field, required, "")
        if limit is not None and len(value) > limit:
            raise self.failed(field, "max")
        if one_of and value not in one_of:
            raise self.failed(field, "oneof")
        return value

    def number(
        self, field: str, *, required: bool = False, low: int = 0, high: int | None = None,
        one_of: tuple[int, ...] = (), default: int = 0,
    ) -> int:  # fmt: skip
        value = self._typed(field, int, "int", default)
        if value == 0 and required:
            return self._missing(field, required, 0)
        if value < low:
            raise self.failed(field, "min")
        if high is not None and value > high:
            raise self.failed(field, "max")
        if one_of and value not in one_of:
            raise self.failed(field, "oneof")
        return value

    def flag(self, field: str) -> bool:
        return self._typed(field, bool, "bool", False)

    def texts(self, field: str) -> list[str]:
        """A list of at least one text."""
        values = self._typed(field, list, "[]string", [])
        if not all(isinstance(value, str) for value in values):
            raise self.wrong_type("number", field, "string")
        return values if values else self._missing(field, True, [])

    def objects(self, field: str) -> list[dict[str, Any]]:
        values = self._typed(field, list, "[]Item", [])
        if not all(isinstance(value, dict) for value in values):
            raise self.wrong_type("string", field, "Item")
        return values

    def failed(self, field: str, tag: str) -> Exception:
        return refusal(f"{self.struct}.{go_name(field)} failed on the '{tag}' tag")

    def wrong_type(self, found: str, field: str, wanted: str) -> Exception:
        return refusal(
            f"json: cannot unmarshal {found} into Go struct field"
            f" {self.struct}.{field} of type {wanted}"
        )

    def _typed(self, field: str, kind: type, wanted: str, default: Any) -> Any:
        value = self.data.get(field)
        if value is None:
            return default
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.wrong_type(_json_name(value), field, wanted)
        return value

    def _missing(self, field: str, required: bool, empty: Any) -> Any:
        if required:
            raise self.failed(field, "required")
        return empty


def part(value: dict[str, Any], struct: str) -> Body:
    """A nested object read by the same rules."""
    body = Body.__new__(Body)
    body.struct, body.data = struct, value
    return body


def _json_name(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object" if isinstance(value, dict) else "number"


def _object(request: Request) -> dict[str, Any]:
    from_query = {name: _plain(values[0]) for name, values in request.query.items()}
    if not request.body.strip():
        return from_query
    try:
        data = request.json()
    except ValueError as mistake:
        raise refusal(f"invalid character in body: {mistake}")
    if not isinstance(data, dict):
        raise refusal("json: cannot unmarshal body into Go value")
    return from_query | data


def _plain(text: str) -> Any:
    """A query parameter: some reads take their arguments there, numbers as digits."""
    return int(text) if text.isdigit() else text
