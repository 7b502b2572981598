"""Celery tasks of accounts: each calls one service."""

from celery import shared_task

from oms.accounts.services import api_answers


@shared_task
def remove_old_answers() -> None:
    api_answers.remove_old_answers()
