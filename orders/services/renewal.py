"""A newer version of an order that is here already."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from inventory.models import Barcode
from oms.kernel.actors import Actor
from oms.kernel.events import EventRow, record_events
from oms.kernel.sql import run
from orders.models import Order, OrderLine
from orders.services import intake_sql
from orders.services.compare_lines import NAMES, ask_for_other_goods
from orders.services.drafting import Draft, Kind, search_text
from orders.services.lifecycle import submit_order
from orders.services.new_order import Placed
from orders.services.payment_news import follow_payment
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
    """Take over what a newer version says about buyer, address, deadline and payment."""
    newer = {
        here.order_id: draft
        for draft, here in known.values()
        if draft.order.remote_version > here.remote_version
    }
    if newer:
        _take_over(newer, known, moment, actor)
    # A shop's versions may be whole seconds: a payment can come under the number of the order.
    told = {
        here.order_id: draft.order
        for draft, here in known.values()
        if here.order_id in newer
        or (draft.order.shop_ref and draft.order.remote_version == here.remote_version)
    }
    if told:
        follow_payment(told, actor=actor)
    return {index: Placed(here.order_id, here.number) for index, (_d, here) in known.items()}


def _take_over(
    newer: Mapping[int, Draft],
    known: Mapping[int, tuple[Draft, Known]],
    moment: datetime,
    actor: Actor,
) -> None:
    """Write what the newer versions say; what another worker has made newer still is left alone."""
    lines = _lines_of(newer)
    columns = (
        *("remote_version", "remote_status", "recipient_name", "recipient_phone"),
        *("phone_reversed", "street", "ward", "district", "province", "address_raw"),
        *("buyer_note", "ship_by_at", "old_unit_path", "new_unit_path"),
    )
    rows = [
        {
            "id": order_id,
            "search_folded": search_text(draft.row["name_folded"], lines[order_id]),
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
    _compare({key: newer[key] for key in sorted(changed)}, lines, actor)
    _submit_drafts(known, changed, actor)


def _lines_of(order_ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    lines: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = OrderLine.objects.filter(order_id__in=list(order_ids)).order_by("order_id", "position")
    for line in rows.values("order_id", "quantity", *NAMES):
        lines[line["order_id"]].append(line)
    return lines


def _compare(
    newer: Mapping[int, Draft], lines: Mapping[int, list[dict[str, Any]]], actor: Actor
) -> None:
    """Lines are not replaced behind the back of those who pack them: a difference is a problem."""
    variants = _variants_of_barcodes(newer.values())
    for order_id, draft in newer.items():
        before = lines[order_id]
        after = [
            {**line, "variant_id": line["variant_id"] or variants.get(line["sku"])}
            for line in draft.lines
        ]
        if ask_for_other_goods(before, after):
            open_problem(
                order_id,
                Kind.CHANGED_REMOTELY,
                _("Hàng trong đơn trên sàn đã thay đổi."),
                {"before": _told(before), "after": _told(after)},
                actor=actor,
            )


def _variants_of_barcodes(drafts: Iterable[Draft]) -> dict[str, int]:
    """Our lines carry our SKU, whatever code the source uses: what its barcodes mean here."""
    codes = {line["sku"] for d in drafts for line in d.lines if line["variant_id"] is None} - {""}
    if not codes:
        return {}
    return dict(Barcode.objects.filter(code__in=codes).values_list("code", "variant_id"))


def _told(lines: Iterable[Mapping[str, Any]]) -> list[str]:
    return [f"{line['sku'] or line['name']}*{line['quantity']}" for line in lines]


def _submit_drafts(
    known: Mapping[int, tuple[Draft, Known]], changed: set[int], actor: Actor
) -> None:
    """A draft that the shop now calls a sale becomes one."""
    for draft, here in known.values():
        if here.order_id in changed and here.status == Order.Status.DRAFT and not draft.order.draft:
            submit_order(here.order_id, actor=actor)
