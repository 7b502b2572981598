"""Orders come in here, from every source, one or five hundred at a time.

Two statements per batch: one looks up what the orders refer to, one writes orders, lines, problems,
promises of stock, events and counters. A bad order fails alone and is reported with its reason.
"""

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import DatabaseError, DataError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from inventory.allocation.promise import Claim, Shelf
from inventory.services import stock_sql
from inventory.services.stock import lock_levels
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events.record import hurry
from oms.kernel.events.registry import is_heard
from oms.kernel.sql import retry_deadlock, run
from orders.models import Order
from orders.services import intake_sql
from orders.services.drafting import Draft, Kind, count_goods, draft_order, search_text
from orders.services.new_order import NewLine, NewOrder, Placed
from orders.services.renewal import Known, renew
from orders.states import derive_tab

__all__ = ["NewLine", "NewOrder", "Placed", "place_and_confirm", "place_orders"]

Status, Fulfillment = Order.Status, Order.Fulfillment


@dataclass(slots=True)
class _Known:
    """What the batch refers to, as `LOOK` found it."""

    variants: dict[str | int, tuple[int, int, str, str]] = field(default_factory=dict)
    free: dict[tuple[int, int], int] = field(default_factory=dict)
    warehouses: list[int] = field(default_factory=list)
    customers: dict[str, int] = field(default_factory=dict)
    orders: dict[object, Known] = field(default_factory=dict)
    parts: dict[int, list[tuple[int, int]]] = field(default_factory=dict)


def place_and_confirm(new: NewOrder, *, actor: Actor) -> Placed:
    """Place one order that the buyer has agreed to; raises DomainError when it cannot be kept."""
    [placed] = place_orders([new], actor=actor)
    if placed.order_id is None:
        raise DomainError(placed.problem, code="order.refused")
    return placed


@retry_deadlock
def place_orders(batch: Sequence[NewOrder], *, actor: Actor) -> list[Placed]:
    """Place orders that are new and renew those that came before, in the order given.

    Stock is promised in the same transaction, to each order whole or not at all. A repeat finds
    the order of the first time; an older `remote_version` changes nothing. Unknown goods are kept
    with a problem. Nothing is raised for a bad order: its result carries the reason.
    """
    moment = now()
    drafts: dict[int, Draft] = {}
    results: dict[int, Placed] = {}
    for index, new in enumerate(batch):
        try:
            drafts[index] = draft_order(new, moment)
        except DomainError as refusal:
            results[index] = Placed(None, problem=refusal.message)
    twins = _fold_repeats(drafts)
    try:
        results |= _place(drafts, moment, actor)
    except (IntegrityError, DataError):
        results |= _one_by_one(drafts, moment, actor)
    for index, twin in twins.items():
        first = results[twin]
        results[index] = Placed(first.order_id, first.number, False, first.problem)
    return [results[index] for index in range(len(batch))]


def _fold_repeats(drafts: dict[int, Draft]) -> dict[int, int]:
    """Take repeats out of the batch; the newest version stays. Returns {repeat: the one kept}."""
    newest: dict[object, int] = {}
    twins: dict[int, int] = {}
    for index, draft in list(drafts.items()):
        key = _key(draft)
        if key is None:
            continue
        other = newest.setdefault(key, index)
        if other == index:
            continue
        older, newer = sorted([other, index], key=lambda i: drafts[i].order.remote_version)
        if drafts[other].order.remote_version == drafts[index].order.remote_version:
            older, newer = index, other
        newest[key] = newer
        twins = {i: newer if twin == older else twin for i, twin in twins.items()} | {older: newer}
        del drafts[older]
    return twins


def _key(draft: Draft) -> object:
    if draft.order.shop_ref is not None:
        return draft.order.shop_ref, draft.order.remote_id
    return draft.row["request_key"]


def _one_by_one(drafts: dict[int, Draft], moment: datetime, actor: Actor) -> dict[int, Placed]:
    """The batch hit an order that the database refuses: find it, keep the others."""
    results: dict[int, Placed] = {}
    for index, draft in drafts.items():
        try:
            results |= _place({index: draft_order(draft.order, moment)}, moment, actor)
        except (IntegrityError, DataError) as error:
            reason = str(error.__cause__ or error).splitlines()[0]
            message = _("Không lưu được đơn: %(reason)s") % {"reason": reason}
            results[index] = Placed(None, problem=message)
    return results


def _place(drafts: dict[int, Draft], moment: datetime, actor: Actor) -> dict[int, Placed]:
    if not drafts:
        return {}
    with _savepoint():
        known = _look(drafts)
        old = {i: (d, known.orders[_key(d)]) for i, d in drafts.items() if _key(d) in known.orders}
        fresh = {index: draft for index, draft in drafts.items() if index not in old}
        with transaction.atomic() if old else nullcontext():
            results = renew(old, moment=moment, actor=actor)
            return results | _place_fresh(fresh, known, moment, actor)


def _savepoint() -> AbstractContextManager[None]:
    """A refused statement must not take the caller's transaction down; without one it stands alone.

    Alone it commits itself: the busiest balance is locked no longer than the database writes.
    """
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def _place_fresh(
    fresh: dict[int, Draft], known: _Known, moment: datetime, actor: Actor
) -> dict[int, Placed]:
    """Decide on what was read without locks; when somebody else took the last units, under them."""
    if not fresh:
        return {}
    for draft in fresh.values():
        _name_goods(draft, known)
    try:
        with _savepoint():
            return _write(fresh, known, moment, actor)
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != stock_sql.REFUSED_STATE:
            raise
    with transaction.atomic():
        _lock(known)
        return _write(fresh, known, moment, actor)


def _write(
    fresh: dict[int, Draft], known: _Known, moment: datetime, actor: Actor
) -> dict[int, Placed]:
    picks = _promise(fresh, known, moment)
    write = intake_sql.WRITE_SETS if known.parts else intake_sql.WRITE
    rows = run(write, _parameters(fresh, known, picks, moment, actor))
    waiting = [row[2] for row in rows if row[0] == "event"]
    results: dict[int, Placed] = {}
    if waiting:
        transaction.on_commit(partial(hurry, waiting))
    for kind, index, order_id, number in rows:
        if kind == "order":
            problems = "; ".join(p["message"] for p in fresh[index].problems)
            results[index] = Placed(order_id, number, True, problems)
    return results | _lost_races(fresh, results)


def _lost_races(fresh: dict[int, Draft], results: dict[int, Placed]) -> dict[int, Placed]:
    """Somebody else placed the same order a moment ago: theirs is the order."""
    missing = {index: draft for index, draft in fresh.items() if index not in results}
    if not missing:
        return {}
    orders = _look(missing).orders
    return {
        index: Placed(orders[_key(draft)].order_id, orders[_key(draft)].number)
        for index, draft in missing.items()
    }


def _look(drafts: dict[int, Draft]) -> _Known:
    lines = [line for draft in drafts.values() for line in draft.lines]
    shops = [d.order for d in drafts.values() if d.order.shop_ref is not None]
    rows = run(
        intake_sql.LOOK,
        {
            "codes": list({line["sku"] for line in lines if line["variant_id"] is None}),
            "ids": list({line["variant_id"] for line in lines} - {None}),
            "phones": list({draft.phone for draft in drafts.values()} - {None}),
            "shops": [order.shop_ref for order in shops],
            "remote_ids": [order.remote_id for order in shops],
            "requests": [d.row["request_key"] for d in drafts.values() if d.row["request_key"]],
            "now": now(),
        },
    )
    known = _Known()
    order: dict[int, str] = {}
    bundles = [row[2] for row in rows if row[0] == "variant" and row[4]]
    if bundles:
        rows += run(intake_sql.LOOK_PARTS, {"bundles": bundles, "now": now()})
    for kind, text, a, b, c, name, extra in rows:
        if kind == "variant":
            # A SKU beats another variant's barcode of the same text.
            if text not in known.variants or text == extra:
                known.variants[text or a] = (a, b, name, extra)
        elif kind == "level":
            known.free[a, b] = c
            order[b] = name
        elif kind == "part":
            known.parts.setdefault(a, []).append((b, c))
        elif kind == "customer":
            known.customers[text] = a
        else:
            key = (b, text) if kind == "order" else text
            known.orders[key] = Known(a, name, c, extra)
    known.warehouses = sorted(order, key=lambda place: (order[place], place))
    return known


def _lock(known: _Known) -> None:
    ids = sorted({variant for variant, _place in known.free})
    known.free = {(row.variant_id, row.warehouse_id): row.free for row in lock_levels(ids)}


def _name_goods(draft: Draft, known: _Known) -> None:
    for line in draft.lines:
        found = known.variants.get(line["variant_id"] or line["sku"])
        if found is None:
            line["variant_id"] = None
            if line["vat_rate"] is None:
                line["vat_rate"] = 10
        else:
            line["variant_id"], vat_rate, name, line["sku"] = found
            line["name"] = line["name"] or name
            if line["vat_rate"] is None:
                line["vat_rate"] = vat_rate
    unknown = [line["sku"] or line["name"] for line in draft.lines if line["variant_id"] is None]
    # A draft may still name goods as the buyer calls them.
    if (
        unknown
        and not draft.order.draft
        and not any(p["kind"] == Kind.UNKNOWN_SKU for p in draft.problems)
    ):
        draft.trouble(
            Kind.UNKNOWN_SKU,
            _("Chưa liên kết sản phẩm: %(codes)s") % {"codes": ", ".join(unknown)[:400]},
            skus=unknown,
        )
    draft.row["search_folded"] = search_text(draft.row["name_folded"], draft.lines)
    draft.row |= count_goods(draft.lines)


def _promise(drafts: dict[int, Draft], known: _Known, moment: datetime) -> list[dict[str, int]]:
    """Decide who gets what, and with it the first states of each order."""
    shelf = Shelf(known.free, known.warehouses)
    picks: list[dict[str, int]] = []
    number = 0
    for draft in drafts.values():
        claims = []
        complete = not draft.order.draft
        for line in draft.lines:
            number += 1
            line["no"] = number
            if line["variant_id"] is None:
                complete = False
            elif line["variant_id"] in known.parts:
                claims += _claim_parts(number, line, known)
            else:
                claims.append(Claim(number, line["variant_id"], line["quantity"]))
        plan = shelf.plan(claims, draft.order.warehouse_ids) if complete else None
        got = plan.picks if plan else []
        picks += [
            {
                "no": p.holder_id,
                "variant_id": p.variant_id,
                "warehouse_id": p.warehouse_id,
                "quantity": p.quantity,
            }
            for p in got
        ]
        _set_states(draft, bool(got), got[0].warehouse_id if got else None, moment)
    return picks


def _claim_parts(number: int, line: dict[str, Any], known: _Known) -> list[Claim]:
    return [
        Claim(number, component, line["quantity"] * units, units)
        for component, units in known.parts[line["variant_id"]]
    ]


def _set_states(draft: Draft, allocated: bool, warehouse_id: int | None, moment: datetime) -> None:
    new, row = draft.order, draft.row
    confirmed = new.confirm and not draft.problems
    status = Status.CONFIRMED if confirmed else Status.PENDING_CONFIRMATION
    status = Status.DRAFT if new.draft else status
    fulfillment = Fulfillment.ALLOCATED if allocated else Fulfillment.UNALLOCATED
    row["status"], row["fulfillment_status"] = status, fulfillment
    row["tab"] = derive_tab(status, fulfillment=fulfillment, has_shipment=False, labels_printed=0)
    row["needs_attention"] = bool(draft.problems)
    row["confirmed_at"] = moment.isoformat() if status == Status.CONFIRMED else None
    row["warehouse_id"] = warehouse_id


def _parameters(
    drafts: dict[int, Draft],
    known: _Known,
    picks: list[dict[str, int]],
    moment: datetime,
    actor: Actor,
) -> dict[str, Any]:
    orders, lines, problems = [], [], []
    parts: list[dict[str, int]] = []
    for index, draft in drafts.items():
        customer = known.customers.get(draft.phone) if draft.phone else None
        orders.append({"idx": index, "customer_id": customer, **draft.row})
        for line in draft.lines:
            line["idx"] = index
            lines.append(line)
            for component, units in known.parts.get(line["variant_id"], ()):
                part = {"no": line["no"], "variant_id": component, "quantity": units}
                parts.append({"n": len(parts), **part})
        for problem in draft.problems:
            problems.append({"idx": index, **problem})
    return {
        "orders": _json(orders),
        "lines": _json(lines),
        "problems": _json(problems),
        "picks": _json(picks),
        "parts": _json(parts),
        "now": moment,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_label": actor.label,
        "placed_heard": is_heard("order.placed"),
        "confirmed_heard": is_heard("order.confirmed"),
        "problem_heard": is_heard("order.problem_opened"),
        "stock_heard": is_heard("stock.changed"),
    }


_json = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
