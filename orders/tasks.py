"""Celery tasks of the order desk: each calls one service."""

import json
from dataclasses import asdict

from celery import shared_task
from django.core.cache import cache

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.queue import hurry
from orders import ports
from orders.services import (
    bulk,
    bulk_work,
    customer_figures,
    customer_privacy,
    drafts,
    hold_ends,
    profits,
    promises,
    quote_mail,
    quoting,
    recurring_orders,
    return_alerts,
    return_photos,
)

QUOTE_KEY = "delivery-quote:"
QUOTE_SECONDS = 900


@shared_task(acks_late=True)
def run_bulk(job_id: int) -> None:
    bulk_work.work(job_id)


@shared_task
def resume_bulk() -> None:
    bulk.resume()


@shared_task
def remove_old_bulk() -> None:
    bulk.remove_old()


@shared_task
def refresh_customers() -> None:
    """Figures of every customer: late costs, and what no event told."""
    customer_figures.refresh_all()


@shared_task
def settle_promises() -> None:
    """Days of lines that wait: what no event told, and purchases whose day has passed."""
    promises.settle_promises(actor=Actor.system("promises"))


@shared_task
def count_recent_profits() -> None:
    """What the orders of the last weeks earn: late costs, and goods that cost something else."""
    profits.count_recent()


@shared_task
def erase_due_orders() -> None:
    """Orders of erased customers that have grown old enough."""
    customer_privacy.erase_due_orders()


@shared_task
def quote_delivery(key: str, payload: str) -> None:
    """Ask the carriers and leave the answer where the entry form looks for it."""
    asked = ports.QuoteRequest(**json.loads(payload))
    try:
        quotes = [asdict(quote) for quote in ports.delivery_quotes(asked)]
        answer = {"state": "known", "quotes": quotes} if quotes else {"state": "none"}
    except DomainError as refusal:
        answer = {"state": "refused", "message": refusal.message}
    cache.set(QUOTE_KEY + key, answer, QUOTE_SECONDS)


@shared_task
def purge_drafts() -> None:
    """Deleted drafts are kept for thirty days."""
    drafts.purge_discarded()


@shared_task
def send_quotation_mail(mail_id: int) -> None:
    quote_mail.send_mail(mail_id)


@shared_task
def sweep_quotation_mails() -> None:
    quote_mail.send_waiting()


@shared_task
def expire_quotations() -> None:
    """Quotations that nobody answered in time."""
    quoting.expire_quotations()


@shared_task
def settle_holds() -> None:
    """Orders whose hold keeps goods for a day more at most, or for none."""
    hold_ends.settle_holds()


@shared_task
def make_recurring_orders() -> None:
    """One task a template: a fault in one keeps no other from its day."""
    for template_id in recurring_orders.due_templates():
        hurry(make_recurring_order, template_id)


@shared_task
def make_recurring_order(template_id: int) -> None:
    recurring_orders.make_due(template_id)


@shared_task
def settle_late_returns() -> None:
    """Returned goods that should have been here long ago."""
    return_alerts.settle_late(actor=Actor.system("returns"))


@shared_task
def remove_return_photos() -> None:
    """Pictures of returns whose time is over, a batch at a time."""
    while return_photos.remove_old_photos():
        pass
