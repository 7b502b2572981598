"""A newer version of an order that is here already."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.events import EventRow, record_events
from oms.kernel.sql import run
from orders.models import Order
from orders.services import intake_sql
from orders.services.drafting import Draft, Kind, search_text
from orders.services.lifecycle import submit_order
from orders.services.new_order import Placed
from orders.services.problems import open_problem


@dataclass(frozen=True, slots=True)
class Known:
    """An order that is here already."""

    order_id: int
    number: str
    remote_version: int
    status: str


def renew(
    known: Mapping[int, tuple[Draft, Known]], *, moment: datetime, actor: Actor
) -> dict[int, Placed]:
    """Take over what a newer version says about buyer, address and deadline.

    Lines are not replaced behind the back of those who pack them: a difference becomes a problem.
    """
    results = {index: Placed(here.order_id, here.number) for index, (_d, here) in known.items()}
    newer = {
        here.order_id: draft
        for draft, here in known.values()
        if draft.order.remote_version > here.remote_version
    }
    if not newer:
        return results
    lines = dict(run(intake_sql.LINES_OF, {"ids": sorted(newer)}))
    columns = (
        *("remote_version", "remote_status", "recipient_name", "recipient_phone"),
        *("phone_reversed", "street", "ward", "district", "province", "address_raw"),
        *("buyer_note", "ship_by_at"),
    )
    rows = [
        {
            "id": order_id,
            "search_folded": search_text(draft.row["name_folded"], draft.lines),
            **{name: draft.row[name] for name in columns},
        }
        for order_id, draft in newer.items()
    ]
    changed = {row[0] for row in run(intake_sql.RENEW, {"orders": json.dumps(rows), "now": moment})}
    record_events(
        [
            EventRow(
                "order.updated", "order", key, {"remote_status": newer[key].row["remote_status"]}
            )
            for key in sorted(changed)
        ],
        actor=actor,
    )
    for key in sorted(changed):
        _compare(key, newer[key], lines.get(key, []), actor)
    _submit_drafts(known, changed, actor)
    return results


def _compare(order_id: int, draft: Draft, before: list[str], actor: Actor) -> None:
    after = [f"{line['sku']}*{line['quantity']}" for line in draft.lines]
    if sorted(before) != sorted(after) and all(line["sku"] for line in draft.lines):
        open_problem(
            order_id,
            Kind.CHANGED_REMOTELY,
            _("Hàng trong đơn trên sàn đã thay đổi."),
            {"before": before, "after": after},
            actor=actor,
        )


def _submit_drafts(
    known: Mapping[int, tuple[Draft, Known]], changed: set[int], actor: Actor
) -> None:
    """A draft that the shop now calls a sale becomes one."""
    for draft, here in known.values():
        if here.order_id in changed and here.status == Order.Status.DRAFT and not draft.order.draft:
            submit_order(here.order_id, actor=actor)
