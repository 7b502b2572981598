"""Imports and exports of goods as jobs that can be sent again."""

from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import GoodsExport, GoodsImport
from oms.kernel import jobs, queue
from oms.kernel.clock import now

IMPORT, EXPORT = "goods.import", "goods.export"


@transaction.atomic
def import_again(job_id: int) -> None:
    """Begin the file anew: rows that went well are passed over, the others are tried again."""
    row = GoodsImport.objects.select_for_update().filter(job=job_id).first()
    if row is None:
        jobs.finish_job(job_id, error=_("Tệp đã được xóa; hãy gửi lại."))
        return
    GoodsImport.objects.filter(pk=row.pk).update(
        status=GoodsImport.Status.RUNNING, position=0, failed_count=0, attempts=0, error="",
        touched_at=now(),
    )  # fmt: skip
    transaction.on_commit(partial(_hurry, "run_import", row.pk))


def export_again(job_id: int) -> None:
    row = GoodsExport.objects.filter(job=job_id).first()
    if row is None:
        jobs.finish_job(job_id, error=_("Tệp đã hết hạn; hãy xuất lại."))
        return
    _hurry("run_export", row.pk)


def _hurry(task: str, pk: int) -> None:
    from inventory import tasks

    queue.hurry(getattr(tasks, task), pk)
