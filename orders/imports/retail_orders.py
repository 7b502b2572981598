"""From lines of the "Online Retail" data set to orders, through the services of any order."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice

from django.utils.translation import gettext as _

from inventory.models import Variant
from inventory.services.catalogue import NewProduct, create_products
from oms.kernel.actors import Actor
from oms.kernel.errors import TransitionRefused
from oms.kernel.events import record_event
from oms.kernel.models import Event
from oms.kernel.money import minor_to_vnd
from orders.imports.online_retail import CURRENCY, Line, Refusal
from orders.models import Order, OrderProblem
from orders.services.intake import NewLine, NewOrder, place_orders
from orders.services.lifecycle import cancel_order
from orders.services.problems import open_problem

log = logging.getLogger(__name__)

ACTOR = Actor.system("online-retail")
BATCH = 100
GOODS_BATCH = 500
MATCHED = "order.cancellation_matched"


@dataclass(slots=True)
class Tally:
    lines: int = 0
    pence: int = 0

    def add(self, lines: Iterable[Line | Refusal]) -> None:
        for line in lines:
            self.lines += 1
            self.pence += line.pence


@dataclass(slots=True)
class Report:
    """Where every line went. The three tallies sum to the file."""

    imported: Tally = field(default_factory=Tally)
    matched: Tally = field(default_factory=Tally)
    refused: Tally = field(default_factory=Tally)
    refusals: list[Refusal] = field(default_factory=list)
    new_orders: int = 0
    new_cancellations: int = 0
    stuck: list[int] = field(default_factory=list)

    def refuse(self, lines: Iterable[Line], reason: str) -> None:
        self.refuse_all(Refusal(line.number, line.pence, reason, line.raw) for line in lines)

    def refuse_all(self, refusals: Iterable[Refusal]) -> None:
        batch = list(refusals)
        self.refusals += batch
        self.refused.add(batch)


@dataclass(slots=True)
class Original:
    """An imported line and how many of its pieces are not cancelled yet."""

    line: Line
    order_id: int
    left: int


def import_lines(lines: Iterable[Line | Refusal], *, rate: Decimal) -> Report:
    """Place the orders, match the cancellations. A second run of the same lines adds nothing."""
    report = Report()
    documents: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if isinstance(line, Refusal):
            report.refuse_all([line])
        else:
            documents[line.invoice].append(line)
    sales = [rows for rows in documents.values() if not rows[0].is_cancellation]
    create_goods([line for rows in sales for line in rows if not line.is_carriage], rate)
    originals = place_documents(sales, rate, report)
    cancellations = [rows for rows in documents.values() if rows[0].is_cancellation]
    match_cancellations(sorted(cancellations, key=lambda rows: rows[0].at), originals, report)
    return report


def create_goods(lines: Sequence[Line], rate: Decimal) -> None:
    """A product for each stock code that is not known; codes stay the text that they are."""
    known = set(Variant.objects.values_list("sku", flat=True))
    missing: dict[str, NewProduct] = {}
    for line in lines:
        if line.code not in known and line.code not in missing:
            price = minor_to_vnd(line.unit_pence, CURRENCY, rate)
            missing[line.code] = NewProduct(name=line.name, sku=line.code, price_vnd=price)
    fresh = iter(missing.values())
    while batch := list(islice(fresh, GOODS_BATCH)):
        create_products(batch, actor=ACTOR)


def place_documents(
    documents: Sequence[list[Line]], rate: Decimal, report: Report
) -> list[Original]:
    """One order per document; a document that intake refuses is refused line by line."""
    originals: list[Original] = []
    sales = iter(documents)
    while batch := list(islice(sales, BATCH)):
        good = []
        for rows in batch:
            if all(line.is_carriage for line in rows):
                report.refuse(rows, _("Chứng từ chỉ có phí vận chuyển, không có hàng."))
            else:
                good.append(rows)
        placed = place_orders([order_of(rows, rate) for rows in good], actor=ACTOR)
        for rows, result in zip(good, placed, strict=True):
            if result.order_id is None:
                report.refuse(rows, result.problem)
                continue
            report.imported.add(rows)
            report.new_orders += result.created
            originals += [Original(line, result.order_id, line.quantity) for line in rows]
    return originals


def order_of(rows: Sequence[Line], rate: Decimal) -> NewOrder:
    first = rows[0]
    goods = [line for line in rows if not line.is_carriage]
    carriage = sum(line.pence for line in rows if line.is_carriage)
    return NewOrder(
        source=Order.Source.WEBSITE,
        request_key=f"online-retail:{first.invoice}",
        recipient_name=_("Khách %(code)s") % {"code": first.customer} if first.customer else "",
        address_raw=first.country,
        currency=CURRENCY,
        rate=rate,
        total_minor=sum(line.pence for line in rows),
        shipping_fee_minor=carriage,
        internal_note=first.invoice,
        placed_at=first.at,
        lines=[
            NewLine(
                sku=line.code,
                name=line.name,
                quantity=line.quantity,
                unit_price_minor=line.unit_pence,
                total_minor=line.pence,
            )
            for line in goods
        ],
    )


def match_cancellations(
    documents: Sequence[list[Line]], originals: Sequence[Original], report: Report
) -> None:
    """Give each cancelled line to the newest earlier line of the same buyer, goods and price."""
    shelf: dict[tuple[str, str, int], list[Original]] = defaultdict(list)
    for sold in sorted(originals, key=lambda one: (one.line.at, one.line.number)):
        shelf[sold.line.customer, sold.line.code, sold.line.unit_pence].append(sold)
    told = set(Event.objects.filter(name=MATCHED).values_list("data__document", "about_id"))
    touched: dict[int, str] = {}
    for rows in documents:
        hits: dict[int, list[Line]] = defaultdict(list)
        for line in rows:
            original = find_original(line, shelf)
            if original is None:
                report.refuse([line], _("Không tìm thấy đơn gốc để hủy."))
                continue
            original.left += line.quantity
            hits[original.order_id].append(line)
            report.matched.add([line])
        for order_id, lines in hits.items():
            touched[order_id] = lines[0].invoice
            if (lines[0].invoice, order_id) not in told:
                tell(order_id, lines)
                report.new_cancellations += 1
    report.stuck = cancel_emptied(originals, touched)


def find_original(line: Line, shelf: dict[tuple[str, str, int], list[Original]]) -> Original | None:
    if not line.customer:
        return None  # without a buyer any line of that price would do: a guess, not a match
    candidates = shelf.get((line.customer, line.code, line.unit_pence), [])
    fitting = (o for o in reversed(candidates) if o.line.at <= line.at and o.left >= -line.quantity)
    return next(fitting, None)


def tell(order_id: int, lines: Sequence[Line]) -> None:
    record_event(
        MATCHED,
        ("order", order_id),
        actor=ACTOR,
        data={
            "document": lines[0].invoice,
            "lines": [{"sku": line.code, "quantity": line.quantity} for line in lines],
            "pence": sum(line.pence for line in lines),
        },
    )


def cancel_emptied(originals: Sequence[Original], touched: dict[int, str]) -> list[int]:
    """Cancel the orders of which nothing is left. Returns those that may not be cancelled any more.

    Between two runs somebody may have sent such an order: it stays as it is, with a problem.
    """
    stuck = []
    left: dict[int, int] = defaultdict(int)
    for original in originals:
        if not original.line.is_carriage:
            left[original.order_id] += original.left
    for order_id, document in touched.items():
        if left[order_id] == 0:
            reason = _("Khách hủy theo chứng từ %(document)s") % {"document": document}
            try:
                cancel_order(order_id, actor=ACTOR, reason=reason)
            except TransitionRefused as refusal:
                stuck.append(order_id)
                open_problem(order_id, OrderProblem.Kind.CANCEL_REQUESTED, reason, {})
                log.warning("cancellation_refused order_id=%s why=%s", order_id, refusal.message)
    return stuck
