"""One person's data: all of it in a file, and gone where the books do not need it."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.erasing import GONE, Scrub, needles_of, scrub_history
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event, timeline_of
from oms.kernel.phones import national
from oms.kernel.sql import retry_deadlock
from oms.kernel.text import fold
from orders import ports
from orders.models import Customer, NoteFile, Order, OrderLine, OrderNote, OrderProblem
from orders.services.drafting import search_text
from orders.services.quote_privacy import (
    collect_quotations,
    collect_recurring,
    erase_quotations,
    erase_recurring,
    texts_in_quotations,
)

ERASER = Actor.system("privacy")
# A finished order may still come back: its address is needed as long as returns are taken.
NEEDED = timedelta(days=30)
BATCH = 200
# Stored, therefore the same in every language.
ERASED_NAME = "Khách đã xóa dữ liệu"
FINISHED = (
    *(Order.Status.COMPLETED, Order.Status.CANCELLED),
    *(Order.Status.RETURNED, Order.Status.PARTIALLY_RETURNED),
)
PERSON = ("name", "phone", "email", "company_name", "tax_code", "address")
UNITS = ("old_unit_path", "new_unit_path")
RECIPIENT = ("recipient_name", "recipient_phone", "street", "ward", "district", "address_raw")
WORDS = ("buyer_note", "internal_note")
# Keys of events and of partners' answers that hold a person's data, or free text about him.
KEYS = frozenset(
    {*PERSON, *RECIPIENT, *WORDS, "text", "message", "reason", "kept", "merged", "customer"}
    | {"recipient_address", "buyer_username", "buyer_user_id", "message_to_seller", "note"}
)


def people_of(customer_id: int) -> list[Customer]:
    """The customer and those merged into him: one person."""
    rows = Customer.objects.filter(Q(pk=customer_id) | Q(merged_into=customer_id))
    return list(rows.select_related("group").order_by("pk"))


def collect_person(customer_id: int) -> dict[str, Any]:
    """Everything we keep about one person, plain values for a JSON file."""
    people = people_of(customer_id)
    orders = list(Order.objects.filter(customer__in=people).order_by("placed_at", "pk"))
    ids = [order.pk for order in orders]
    others = {data.key: data.collect(ids) for data in ports.personal_data()}
    lines: dict[int, list[dict[str, Any]]] = {pk: [] for pk in ids}
    for line in OrderLine.objects.filter(order__in=ids).order_by("order_id", "position"):
        lines[line.order_id].append(
            {"sku": line.sku, "name": line.name, "quantity": line.quantity,
             "total_vnd": line.total_vnd}
        )  # fmt: skip
    notes: dict[int, list[str]] = {pk: [] for pk in ids}
    for note in OrderNote.objects.filter(order__in=ids).order_by("pk"):
        notes[note.order_id].append(note.text)
    return {
        "customers": [_customer_card(row) for row in people],
        "orders": [
            {
                **_order_card(order),
                "lines": lines[order.pk],
                "notes": notes[order.pk],
                **{key: found[order.pk] for key, found in others.items() if order.pk in found},
            }
            for order in orders
        ],
        "quotations": collect_quotations(people),
        "recurring_orders": collect_recurring(people),
        "history": [
            {"at": event.created_at.isoformat(), "name": event.name, "data": event.data}
            for row in people
            for event in timeline_of("customer", row.pk)
        ],
    }


def _customer_card(row: Customer) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in PERSON},
        "group": row.group.name if row.group else "",
        "tags": row.tags,
        "risk": row.risk_set,
        "risk_reason": row.risk_reason,
        "created_at": row.created_at.isoformat(),
    }


def _order_card(order: Order) -> dict[str, Any]:
    names = ("number", "source", "shop_name", "remote_id", "status", "total_vnd", "paid_vnd")
    return {
        **{name: getattr(order, name) for name in (*names, *RECIPIENT, "province", *WORDS)},
        "placed_at": order.placed_at.isoformat(),
    }


@retry_deadlock
@transaction.atomic
def erase_person(customer_id: int, *, actor: Actor) -> int:
    """Forget who the customer is; amounts, goods and issued invoices stay.

    Orders that ended within the last 30 days keep their address until they are older
    (`erase_due_orders`). A repeat changes nothing. Raises DomainError while an order is open.
    Returns how many orders were cleaned at once.
    """
    Customer.objects.select_for_update().get(pk=customer_id)
    people = list(
        Customer.objects.select_for_update()
        .filter(Q(pk=customer_id) | Q(merged_into=customer_id))
        .order_by("pk")
    )
    if all(row.erased_at is not None for row in people):
        return 0
    orders = Order.objects.filter(customer__in=people)
    unfinished = orders.exclude(status__in=FINISHED).count()
    if unfinished:
        raise DomainError(
            _("Khách còn %(n)d đơn chưa xong; xóa được khi mọi đơn đã hoàn thành hoặc hủy.")
            % {"n": unfinished},
            code="customer.open_orders",
        )
    scrub = _scrub_for(people, orders)
    due = orders.filter(updated_at__lt=now() - NEEDED)
    count = _erase_orders(due, scrub)
    erase_quotations(people, scrub, name=ERASED_NAME, actor=actor)
    erase_recurring(people, scrub, name=ERASED_NAME, actor=actor)
    scrub_history("customer", [row.pk for row in people], scrub)
    for row in people:
        _empty(row)
    record_event(
        "customer.erased",
        ("customer", customer_id),
        actor=actor,
        data={"orders": count, "later": orders.count() - count},
    )
    return count


def _empty(row: Customer) -> None:
    empty: dict[str, Any] = dict.fromkeys((*PERSON, "phone_reversed"), "")
    empty |= {"phone": None, "name": ERASED_NAME, "name_folded": fold(ERASED_NAME)}
    Customer.objects.filter(pk=row.pk).update(
        **empty,
        tags=[],
        risk_set="",
        risk_reason="",
        erased_at=now(),
    )


def _scrub_for(people: Sequence[Customer], orders: QuerySet[Order]) -> Scrub:
    """What gives the person away: names, phones, e-mail, streets, as they were ever typed."""
    texts = [getattr(row, name) or "" for row in people for name in PERSON]
    typed = orders.values_list("recipient_name", "recipient_phone", "street", "address_raw")
    texts += [text for row in typed.distinct() for text in row]
    texts += texts_in_quotations(people)
    texts += [national(text) for text in texts if text.startswith("+")]
    return Scrub(KEYS, needles_of(texts))


def _erase_orders(orders: QuerySet[Order], scrub: Scrub) -> int:
    """Clean the orders, what is said about them, and what the apps on the right keep."""
    ids = list(orders.exclude(recipient_name=ERASED_NAME).values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        _erase_batch(ids[start : start + BATCH], scrub)
    return len(ids)


def _erase_batch(ids: list[int], scrub: Scrub) -> None:
    rows = list(Order.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    skus: dict[int, list[dict[str, Any]]] = {pk: [] for pk in ids}
    for order_id, sku in OrderLine.objects.filter(order__in=ids).values_list("order_id", "sku"):
        skus[order_id].append({"sku": sku})
    for order in rows:
        for name in (*RECIPIENT, *WORDS, "phone_reversed", *UNITS):
            setattr(order, name, "")
        for name in ("cancel_reason", "hold_reason"):
            if scrub.names_person(getattr(order, name)):
                setattr(order, name, GONE)
        order.recipient_name = ERASED_NAME
        order.search_folded = search_text(fold(ERASED_NAME), skus[order.pk])
        order.version += 1
    columns = [*RECIPIENT, *WORDS, "phone_reversed", *UNITS, "search_folded", "version"]
    columns += ["cancel_reason", "hold_reason"]
    Order.objects.bulk_update(rows, columns)
    OrderNote.objects.filter(order__in=ids).update(text=GONE)
    for kept in NoteFile.objects.filter(note__order__in=ids):
        transaction.on_commit(partial(kept.file.storage.delete, str(kept.file.name)))
        kept.delete()
    OrderProblem.objects.filter(order__in=ids).update(message=GONE, data={})
    scrub_history("order", ids, scrub)
    for data in ports.personal_data():
        data.erase(ids, scrub)


@transaction.atomic
def erase_due_orders() -> int:
    """Clean the orders of erased customers that were too young then. Returns how many."""
    due = Order.objects.filter(customer__erased_at__isnull=False, updated_at__lt=now() - NEEDED)
    due = due.exclude(recipient_name=ERASED_NAME)
    cleaned = 0
    for customer_id in sorted(set(due.values_list("customer_id", flat=True))):
        own = due.filter(customer_id=customer_id)
        cleaned += _erase_orders(own, _scrub_for([], own))
    return cleaned
