"""What becomes of each row, and what a batch of rows would write."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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


def changed(row: Row, keys: Iterable[str], fields: Mapping[str, Field]) -> Outcome:
    """Updated, with the columns that moved; unchanged when none did."""
    labels = [str(fields[key].label) for key in keys if key in fields]
    if not labels:
        return Outcome(row, UNCHANGED, _("Không đổi."))
    return Outcome(row, UPDATED, _("Đã sửa: %(columns)s.") % {"columns": ", ".join(labels)})


@dataclass(slots=True)
class Slices:
    """The rows of a long file, taken in their order; only the slice in hand is held."""

    source: Iterator[list[Row]]
    position: int = 0
    hand: list[Row] = field(default_factory=list)

    def at(self, start: int) -> list[Row]:
        """The rest of the slice that holds the row at `start`; empty behind the last one.

        Goes forward only: what lies before the slice in hand has to be read from the file anew.
        """
        if start < self.position:
            raise RuntimeError("slices are taken in their order")
        while start >= self.position + len(self.hand):
            self.position += len(self.hand)
            self.hand = next(self.source, [])
            if not self.hand:
                return []
        return self.hand[start - self.position :]


@dataclass(slots=True)
class Sheet:
    """A whole file after the checks that need all of it; batches of its rows are planned alone.

    `shared` is what each group says of its product, `made` the products that groups have become.
    """

    profile: Profile
    rows: list[Row]
    slices: Slices | None = None
    shared: dict[str, dict[str, Any]] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)

    def remember(self, group: str, product_id: int) -> None:
        """The group's later rows belong to a product that exists."""
        self.made[group] = f"id:{product_id}"
        self.shared[f"id:{product_id}"] = self.shared.get(group, {})

    def follow(self, rows: Iterable[Row]) -> None:
        for row in rows:
            row.group = self.made.get(row.group, row.group)


class Plan(Protocol):
    """What a batch of rows would do; nothing is written until `write`."""

    outcomes: list[Outcome]

    def write(self, actor: Actor) -> None: ...


class Engine(Protocol):
    """What makes something of the rows of a file: checked whole, then written batch by batch.

    `prepare` gets a `Table`; the one of a long file a `TableStream`.
    """

    def prepare(
        self,
        profile: Profile,
        table: Any,
        *,
        first: int,
        mapping: Mapping[str, int],
        options: Mapping[str, Any],
        user: Any,
    ) -> Sheet: ...

    def preview(self, sheet: Sheet) -> Iterable[Outcome]: ...

    def batch(self, sheet: Sheet, start: int) -> Sequence[Row]: ...

    def write(self, sheet: Sheet, rows: Sequence[Row], *, actor: Actor) -> Sequence[Outcome]: ...


class LongEngine(Engine, Protocol):
    """One whose sheet has its rows in slices, each checked when its turn comes."""

    def finish(self, sheet: Sheet, *, actor: Actor) -> None:
        """After the last row, in its own transaction; a repeat changes nothing."""
