"""Celery tasks of inventory: each calls one service."""

from celery import shared_task

from inventory.services import alerts, channel_stock, images


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
def end_channel_sales() -> None:
    channel_stock.end_sales()
