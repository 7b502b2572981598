"""Celery tasks of inventory: each calls one service."""

from celery import shared_task

from inventory.services import (
    alerts,
    bulk_edit,
    channel_stock,
    expiry,
    exporting,
    images,
    importing,
    purchase_mail,
    replenishment,
)


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
def tell_expired() -> None:
    expiry.tell_expired()


@shared_task
def end_channel_sales() -> None:
    channel_stock.end_sales()


@shared_task
def check_import(import_id: int) -> None:
    importing.check_import(import_id)


@shared_task
def run_import(import_id: int) -> None:
    importing.run_import(import_id)


@shared_task
def run_export(export_id: int) -> None:
    exporting.run_export(export_id)


@shared_task
def resume_imports() -> None:
    importing.resume_imports()
    exporting.resume_exports()


@shared_task
def remove_old_files() -> None:
    importing.remove_old_imports()
    exporting.remove_old_exports()


@shared_task
def run_bulk_edit(job_id: int) -> None:
    bulk_edit.run_bulk_edit(job_id)


@shared_task
def send_purchase_mail(mail_id: int) -> None:
    purchase_mail.send_mail(mail_id)


@shared_task
def sweep_purchase_mails() -> None:
    purchase_mail.send_waiting()


@shared_task
def plan_replenishment() -> None:
    replenishment.plan_everything()
