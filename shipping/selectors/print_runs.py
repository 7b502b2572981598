"""Runs of the printer: one's own, and what they are to print."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from oms.kernel.clock import now
from oms.kernel.models import Job
from orders.models import BulkItem
from shipping.models import BookingState, PrintRun
from shipping.selectors.packages import ACTIVE, TAB_BY_KEY, packages_visible_to, printable_by


def runs_visible_to(user: Any) -> QuerySet[PrintRun]:
    """Those that are not over; nobody fetches another one's file."""
    return PrintRun.objects.filter(user_id=user.pk, expires_at__gt=now())


def page_of_print(job: Job) -> str:
    run = PrintRun.objects.filter(job=job.pk).first()
    return reverse("shipping:print_run", args=[run.pk]) if run else ""


def orders_of_bulk(user: Any, run_id: int) -> list[int]:
    """The orders that this user chose, in their order."""
    chosen = BulkItem.objects.filter(run=run_id, run__user_id=user.pk)
    return list(chosen.order_by("position").values_list("order_id", flat=True))


def ids_of_bulk(user: Any, run_id: int) -> list[int]:
    """The booked packages of the orders that this user chose, in their order."""
    chosen = BulkItem.objects.filter(run=run_id, run__user_id=user.pk)
    places = dict(chosen.values_list("order_id", "position"))
    booked = packages_visible_to(user).filter(
        fulfilment__order__in=chosen.values("order_id"), booking_state=BookingState.BOOKED
    )
    pairs = booked.order_by("pk").values_list("fulfilment__order_id", "pk")
    return [pk for _order, pk in sorted(pairs, key=lambda pair: (places[pair[0]], pair[1]))]


def ids_waiting(user: Any) -> list[int]:
    """Every label that waits to be printed, the oldest first."""
    rows = printable_by(user).filter(ACTIVE, TAB_BY_KEY["to_print"].condition)
    return list(rows.order_by("pk").values_list("pk", flat=True))
