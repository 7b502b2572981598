"""Celery tasks of orders: each calls one service."""

from celery import shared_task

from orders.services import audit


@shared_task
def check_books() -> None:
    audit.audit_books()
