"""Cancelling some pieces of an order, where a marketplace lets the seller do that."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast

from channels_sync.ports.connector import Marketplace, marketplace
from channels_sync.ports.facts import Access


class CancelsPieces(Protocol):
    """A marketplace that says so in its capabilities lets a seller cancel single pieces."""

    def living_pieces(self, payload: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
        """Names of the pieces that are left in an order as it was told, by its lines.

        Lines are named as in `SaleLine.remote_line_id`; the pieces of a line keep their order.
        """

    def cancel_pieces(
        self, access: Access, remote_id: str, pieces: Sequence[str], *, reason: str
    ) -> None:
        """Cancel exactly these; one that is cancelled already is left alone.

        A name stands for one piece for ever, so that a repeat cancels no other. `reason` is the
        marketplace's own code; empty leaves the choice to the connector.
        """


def canceller_of_pieces(code: str) -> CancelsPieces | None:
    """The adapter as one that cancels pieces; None where that is not possible."""
    adapter: Marketplace = marketplace(code)
    return cast(CancelsPieces, adapter) if adapter.capabilities.cancels_parts else None
