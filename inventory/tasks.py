"""Celery tasks of inventory: each calls one service."""

from celery import shared_task

from inventory.services import alerts, images, purchase_mail


@shared_task
def make_thumbnail(image_id: int) -> None:
    images.make_thumbnail(image_id)


@shared_task
def make_missing_thumbnails() -> None:
    for image_id in images.missing_thumbnails():
        images.make_thumbnail(image_id)


@shared_task
def settle_stock_alerts() -> None:
    alerts.settle_low_stock()


@shared_task
def send_purchase_mail(mail_id: int) -> None:
    purchase_mail.send_mail(mail_id)


@shared_task
def sweep_purchase_mails() -> None:
    purchase_mail.send_waiting()
