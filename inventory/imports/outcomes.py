"""What becomes of each row, and what a batch of rows would write."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.translation import gettext as _

from inventory.imports.profiles import Field, Profile
from inventory.imports.rows import Row
from oms.kernel.actors import Actor

CREATED, UPDATED, UNCHANGED, FAILED = "created", "updated", "unchanged", "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    row: Row
    kind: str
    text: str


def failed(row: Row) -> Outcome:
    return Outcome(row, FAILED, " ".join(fault.message for fault in row.faults))


def created(row: Row) -> Outcome:
    return Outcome(row, CREATED, _("Đã tạo."))


def changed(row: Row, keys: Iterable[str], fields: Mapping[str, Field]) -> Outcome:
    """Updated, with the columns that moved; unchanged when none did."""
    labels = [str(fields[key].label) for key in keys if key in fields]
    if not labels:
        return Outcome(row, UNCHANGED, _("Không đổi."))
    return Outcome(row, UPDATED, _("Đã sửa: %(columns)s.") % {"columns": ", ".join(labels)})


@dataclass(slots=True)
class Sheet:
    """A whole file after the checks that need all of it; batches of its rows are planned alone.

    `homes` are the products of the SKUs that exist, `shared` what each group says of its product.
    """

    profile: Profile
    rows: list[Row]
    homes: dict[str, int] = field(default_factory=dict)
    shared: dict[str, dict[str, Any]] = field(default_factory=dict)


class Plan(Protocol):
    """What a batch of rows would do; nothing is written until `write`."""

    outcomes: Sequence[Outcome]

    def write(self, actor: Actor) -> None: ...
